import { describe, expect, test } from '@jest/globals';
import { type App, appKey, withProven, withRejection } from '../../../shared/domain/app.ts';

const noon = new Date('2026-03-02T12:00:00Z');
const later = new Date('2026-03-02T13:00:00Z');
const first = { secretName: 'app-credential-1', secretVersion: 'v1', addedAt: noon };
const second = { secretName: 'app-credential-2', secretVersion: 'v1', addedAt: noon };
const reference = { secretName: 'client-secret-team', addedAt: noon };
const app: App = {
  key: 'login.microsoftonline.com~x',
  authorityOrigin: 'https://login.microsoftonline.com',
  clientId: 'x',
  builders: [],
  credentials: [first, reference],
  updatedAt: noon,
};
const rejected = { at: later, secretVersion: 'v1', aadstsCode: 7000222 };
const namesOf = ({ credentials }: App) => credentials.map(({ secretName }) => secretName);

describe('the key of an app', () => {
  test('is one for L4 and L5, which share an authority, and another in every other cloud', () => {
    const keys = (['office365', 'usgov-l4', 'usgov-l5', 'china'] as const).map((name) => appKey(name, 'ABC'));
    expect(keys[1]).toBe(keys[2]);
    expect(new Set(keys).size).toBe(3);
    expect(keys[0]).toBe('login.microsoftonline.com~abc');
  });
});

describe('a rejected client secret', () => {
  test('is marked once: the time of the first rejection stands', () => {
    const marked = withRejection(app, first.secretName, rejected);
    const again = withRejection(marked, first.secretName, { ...rejected, at: new Date(0) });
    expect(again.credentials[0]?.rejected).toEqual(rejected);
    expect(again.credentials[1]).toEqual(reference);
  });

  test('that was rotated in place is marked anew when the new version is rejected too', () => {
    const marked = withRejection(app, reference.secretName, rejected);
    const next = { ...rejected, secretVersion: 'v2' };
    expect(withRejection(marked, reference.secretName, next).credentials[1]?.rejected).toEqual(next);
  });
});

describe('a client secret that has just worked', () => {
  test('goes behind those that others rely on', () => {
    expect(namesOf(withProven(app, second))).toEqual([
      'app-credential-1',
      'client-secret-team',
      'app-credential-2',
    ]);
  });

  test('takes the place of a stated one that was rejected; one that an operator rotates stays', () => {
    const broken = withRejection(
      withRejection(app, first.secretName, rejected),
      reference.secretName,
      rejected,
    );
    expect(namesOf(withProven(broken, second))).toEqual(['client-secret-team', 'app-credential-2']);
  });

  test('is no longer rejected, and stays where it was', () => {
    const proven = withProven(withRejection(app, first.secretName, rejected), first);
    expect(proven.credentials).toEqual([first, reference]);
  });
});
