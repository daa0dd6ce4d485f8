import { expect, test } from '@jest/globals';
import { equalSecrets, randomSecret, sha256 } from '../../shared/secrets.ts';

test('a secret has 256 bits, fits into addresses and cookies, and is never given twice', () => {
  const made = Array.from({ length: 1000 }, randomSecret);
  expect(new Set(made).size).toBe(made.length);
  for (const secret of made) expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test('the hash is the S256 challenge of RFC 7636, appendix B', () => {
  expect(sha256('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  );
});

test('secrets are equal when every character is', () => {
  expect(equalSecrets('same', 'same')).toBe(true);
  expect(equalSecrets('same', 'samE')).toBe(false);
  expect(equalSecrets('same', 'same and more')).toBe(false);
  expect(equalSecrets('', 'x')).toBe(false);
});
