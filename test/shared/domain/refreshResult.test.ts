import { describe, expect, test } from '@jest/globals';
import type { Connection, Grant } from '../../../shared/domain/connection.ts';
import { grantAfterTokens, rowsAfterFailure } from '../../../shared/domain/refreshResult.ts';
import { classifyTokenFailure } from '../../../shared/domain/tokenFailure.ts';
import { someConnection, someGrant } from '../../contracts/samples.ts';

const at = new Date('2026-03-02T12:00:00Z');
const connection: Connection = { ...someConnection(), status: 'connected', lastUsedAt: at };
const grant: Grant = { ...someGrant(connection.id), failures: 0, dueAt: at };
const occasion = { actor: 'timer', used: false, at, random: 0.5 };
const failureOf = (error: string, code: number, status = 400) =>
  classifyTokenFailure({ kind: 'answered', status, error, errorCodes: [code] });

describe('after a refresh that failed', () => {
  test('a lost grant breaks the connection, keeps the evidence and leaves the due index', () => {
    const rows = rowsAfterFailure(grant, connection, failureOf('invalid_grant', 50173), occasion);
    expect(rows.connection).toMatchObject({ status: 'needs_sign_in', failure: { aadstsCode: 50173, at } });
    expect(rows.events).toMatchObject([{ type: 'connection.status_changed', from: 'connected' }]);
    expect(rows.grant.dueAt).toBeUndefined();
  });

  test.each([
    ['a rejected client secret', failureOf('invalid_client', 7000222, 401), 'app_credential_rejected'],
    ['a missing app', failureOf('unauthorized_client', 700016), 'app_misconfigured'],
    ['a server in trouble', failureOf('temporarily_unavailable', 90033, 503), 'identity_unavailable'],
  ])('%s never touches the connection, and is told by the grant', (_, failure, code) => {
    const rows = rowsAfterFailure(grant, connection, failure, occasion);
    expect(rows.connection).toBeUndefined();
    expect(rows.events).toBeUndefined();
    expect(rows.grant).toMatchObject({ lastFailure: { code, at } });
    expect(rows.grant.dueAt?.getTime()).toBeGreaterThan(at.getTime());
  });

  test('a first failure may be tried again at once by a caller, a second one not', () => {
    const failure = failureOf('temporarily_unavailable', 90033, 503);
    const first = rowsAfterFailure(grant, connection, failure, occasion).grant;
    expect(first.retryAt).toBeUndefined();
    expect(rowsAfterFailure(first, connection, failure, occasion).grant.retryAt).toEqual(expect.any(Date));
  });

  test('a time that Microsoft gave holds from the first failure on', () => {
    const failure = classifyTokenFailure({
      kind: 'answered',
      status: 429,
      errorCodes: [],
      retryAfterSeconds: 60,
    });
    const { retryAt } = rowsAfterFailure(grant, connection, failure, occasion).grant;
    expect(retryAt).toEqual(new Date(at.getTime() + 60_000));
  });
});

test('a new token ends the failures and sets the next look before its end', () => {
  const tokens = {
    sealedAccessToken: 'sealed',
    tokenIssuedAt: at,
    tokenExpiresAt: new Date(at.getTime() + 3_600_000),
    tokenScopes: ['Mail.Read'],
  };
  const failing = rowsAfterFailure(grant, connection, failureOf('server_error', 90033, 500), occasion).grant;
  const renewed = grantAfterTokens({ ...failing, retryAt: at }, connection, tokens, occasion);
  expect(renewed).toMatchObject({ ...tokens, failures: 0 });
  expect(renewed.retryAt).toBeUndefined();
  expect(renewed.lastFailure).toBeUndefined();
  expect(renewed.dueAt?.getTime()).toBeLessThan(tokens.tokenExpiresAt.getTime());
});
