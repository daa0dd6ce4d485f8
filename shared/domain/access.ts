import type { Caller, Role } from './caller.ts';
import type { Connection, Permission } from './connection.ts';
import { BrokerError } from './errors.ts';

/** What a caller may do with a connection because of who they are on it; roles over all connections not counted. */
export function permissionOn(connection: Connection, principalId: string): Permission | 'none' {
  if (connection.owner === principalId) return 'manage';
  return connection.access
    .filter((entry) => entry.principalId === principalId)
    .reduce<Permission | 'none'>((best, entry) => (best === 'manage' ? best : entry.permission), 'none');
}

/** Whether the caller may know that the connection exists. */
export function maySee(connection: Connection, caller: Caller): boolean {
  return caller.roles.has('Connections.Manage') || permissionOn(connection, caller.principalId) !== 'none';
}

/** Whether the caller may change, confirm or delete the connection. */
export function mayManage(connection: Connection, caller: Caller): boolean {
  return caller.roles.has('Connections.Manage') || permissionOn(connection, caller.principalId) === 'manage';
}

/** The answer for an id that does not exist and for one the caller may not see: the same, so nothing leaks. */
export function connectionNotFound(): BrokerError {
  return new BrokerError(
    'not_found',
    'No connection with this id is visible to you. Check the id, or ask its owner to give you access.',
  );
}

/** @throws BrokerError `not_found` for strangers, `forbidden` for those who may see but not change. */
export function requireManage(
  connection: Connection | undefined,
  caller: Caller,
): asserts connection is Connection {
  if (connection === undefined || !maySee(connection, caller)) throw connectionNotFound();
  if (!mayManage(connection, caller)) {
    throw new BrokerError(
      'forbidden',
      `Changing this connection takes the permission "manage" on it. Principal ${caller.principalId} has "use". ` +
        `Its owner (principal ${connection.owner}) or a holder of the role Connections.Manage can give it.`,
      {
        members: {
          missingPermission: 'manage',
          principalId: caller.principalId,
          grantedBy: connection.owner,
        },
      },
    );
  }
}

/** @throws BrokerError `forbidden`, naming the role, the principal and who assigns roles. */
export function requireRole(caller: Caller, ...oneOf: readonly [Role, ...Role[]]): void {
  if (oneOf.some((role) => caller.roles.has(role))) return;
  throw new BrokerError(
    'forbidden',
    `This takes the app role ${oneOf.join(' or ')}, which principal ${caller.principalId} does not have. ` +
      'An administrator assigns it on the enterprise application of this broker in Entra; ' +
      'tokens issued before that do not carry it yet.',
    { members: { missingRole: oneOf[0], principalId: caller.principalId } },
  );
}
