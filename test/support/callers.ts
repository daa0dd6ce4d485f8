import type { Caller, Role } from '../../shared/domain/caller.ts';
import type { Account } from '../../shared/domain/connection.ts';

/** A verified caller with these roles; user or service makes no difference to the operations. */
export function callerOf(principalId: string, ...roles: readonly Role[]): Caller {
  return { principalId, kind: 'application', displayName: `The ${principalId}`, roles: new Set(roles) };
}

export const owner = callerOf('owner', 'Connections.Create', 'Tokens.Read');
export const manager = callerOf('manager', 'Connections.Manage', 'Connections.Create', 'Tokens.Read');
export const runner = callerOf('runner', 'Tokens.Read');
export const stranger = callerOf('stranger', 'Connections.Create', 'Tokens.Read');

const tid = '5c8a2f04-93b1-4f5e-8d6e-6f3a1b0c7d21';

export const ada: Account = {
  oid: '0a6d5c1e-2f34-4b7a-9c11-3e5d7f9b1a23',
  tid,
  username: 'ada@contoso.example',
};
export const ben: Account = {
  oid: 'b4e8f2a1-7c65-4d3b-8a90-1f2e3d4c5b6a',
  tid,
  username: 'ben@contoso.example',
};
