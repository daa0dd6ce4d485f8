import { describe, expect, test } from '@jest/globals';
import { json, page, seeOther } from '../../functions/respond.ts';
import { bodyOf, headersOf } from './support/answers.ts';

const cookie = { name: '__Host-session', value: 'v', maxAgeSeconds: 28_800 };

describe('a JSON answer', () => {
  test('is kept by no cache', () => {
    const answer = json(201, { id: 'x', at: new Date(0) }, { location: '/api/v1/connections/x' });
    expect(answer.status).toBe(201);
    expect(Object.fromEntries(headersOf(answer))).toEqual({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      location: '/api/v1/connections/x',
    });
    expect(bodyOf(answer)).toEqual({ id: 'x', at: '1970-01-01T00:00:00.000Z' });
  });
});

describe('a page', () => {
  const headers = headersOf(page(200, '<!doctype html>'));
  const policy = new Map(
    (headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
      const [name = '', ...values] = directive.split(' ');
      return [name, values.join(' ')];
    }),
  );

  test('is HTML, read as such and kept by no cache', () => {
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test("loads the broker's own style, script and images, and nothing else", () => {
    expect(policy.get('default-src')).toBe("'none'");
    for (const kind of ['style-src', 'script-src', 'img-src']) expect(policy.get(kind)).toBe("'self'");
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*|https?:|data:/);
  });

  test('sends its forms to the broker alone and obeys no base element', () => {
    expect(policy.get('form-action')).toBe("'self'");
    expect(policy.get('base-uri')).toBe("'none'");
  });

  test('stands in no frame', () => {
    expect(policy.get('frame-ancestors')).toBe("'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  test('tells other sites nothing of the key in its address, but its own forms their origin', () => {
    expect(headers.get('referrer-policy')).toBe('same-origin');
  });

  test('is kept apart from windows and readers of other origins', () => {
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  test('has these headers whatever its status, and sets no cookie unasked', () => {
    expect(headersOf(page(500, 'x'))).toEqual(headers);
    expect(page(500, 'x').cookies).toEqual([]);
  });
});

describe('a redirect', () => {
  test('is a 303, so that a form is not sent again, and kept by no cache', () => {
    const answer = seeOther('https://login.microsoftonline.com/common?x=1');
    expect(answer.status).toBe(303);
    expect(answer.body).toBeUndefined();
    expect(Object.fromEntries(headersOf(answer))).toEqual({
      location: 'https://login.microsoftonline.com/common?x=1',
      'cache-control': 'no-store',
    });
  });
});

describe.each([
  ['page', page(200, 'x', [cookie])],
  ['redirect', seeOther('/', [cookie])],
])('a cookie of a %s', (_kind, { cookies = [] }) => {
  test('keeps the rules of its __Host- prefix: secure, for the whole host, for no domain', () => {
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatchObject({ name: '__Host-session', secure: true, path: '/' });
    expect(cookies[0]).not.toHaveProperty('domain');
  });

  test('is for no script, and comes along when Microsoft sends the browser back', () => {
    expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  });

  test('lives so many seconds', () => {
    expect(cookies[0]).toMatchObject({ value: 'v', maxAge: 28_800 });
  });
});

test('a cookie is deleted by an age of 0, since the host drops a date in the past', () => {
  const [gone] = page(200, 'x', [{ name: '__Host-session', value: '', maxAgeSeconds: 0 }]).cookies ?? [];
  expect(gone).toMatchObject({ value: '', maxAge: 0 });
  expect(gone).not.toHaveProperty('expires');
});
