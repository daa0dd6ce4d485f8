import { describe, expect, test } from '@jest/globals';
import { maySee, permissionOn, requireManage, requireRole } from '../../../shared/domain/access.ts';
import type { Caller } from '../../../shared/domain/caller.ts';
import { BrokerError } from '../../../shared/domain/errors.ts';
import { someConnection } from '../../contracts/samples.ts';
import { callerOf, manager, runner, stranger } from '../../support/callers.ts';

const connection = someConnection({
  owner: 'owner',
  access: [
    { principalId: 'user', permission: 'use' },
    { principalId: 'helper', permission: 'use' },
    { principalId: 'helper', permission: 'manage' },
    { principalId: 'helper', permission: 'use' },
  ],
});

function denial(act: () => void): BrokerError {
  try {
    act();
  } catch (error) {
    if (error instanceof BrokerError) return error;
  }
  throw new Error('Nothing was denied.');
}

const managing = (caller: Caller, of: typeof connection | undefined = connection) => {
  return denial(() => requireManage(of, caller));
};

describe('permissions on a connection', () => {
  test.each([
    ['owner', 'manage'],
    ['user', 'use'],
    ['helper', 'manage'],
    ['somebody', 'none'],
  ])('%s has %s', (principalId, permission) => {
    expect(permissionOn(connection, principalId)).toBe(permission);
  });

  test('the role over all connections shows every one, the others show what is shared', () => {
    expect([manager, callerOf('owner'), callerOf('user')].every((caller) => maySee(connection, caller))).toBe(
      true,
    );
    expect(maySee(connection, stranger)).toBe(false);
  });
});

describe('denials', () => {
  test('owner, helper and the role manage', () => {
    for (const caller of [callerOf('owner'), callerOf('helper'), manager]) {
      expect(() => requireManage(connection, caller)).not.toThrow();
    }
  });

  test('a stranger hears the same as about an id that does not exist', () => {
    const [real, made] = [managing(stranger), denial(() => requireManage(undefined, stranger))];
    expect(real.code).toBe('not_found');
    expect([made.code, made.message, made.members]).toEqual([real.code, real.message, real.members]);
  });

  test('who may use but not manage hears what is missing, for whom, and who gives it', () => {
    const told = managing(callerOf('user'));
    expect(told.code).toBe('forbidden');
    expect(told.members).toEqual({ missingPermission: 'manage', principalId: 'user', grantedBy: 'owner' });
    expect(told.message).toContain('principal owner');
  });

  test('a missing role is named with the principal and who assigns it', () => {
    const told = denial(() => requireRole(runner, 'Connections.Create', 'Connections.Manage'));
    expect(told.code).toBe('forbidden');
    expect(told.members).toEqual({ missingRole: 'Connections.Create', principalId: 'runner' });
    expect(told.message).toContain('administrator');
    expect(() => requireRole(manager, 'Connections.Create', 'Connections.Manage')).not.toThrow();
  });
});
