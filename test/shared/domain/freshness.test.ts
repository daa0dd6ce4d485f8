import { expect, test } from '@jest/globals';
import { freshnessOf } from '../../../shared/domain/freshness.ts';
import { jwtVerify } from 'jose';
test('x', () => {
  expect(typeof jwtVerify).toBe('function');
  expect(freshnessOf({}, 300, new Date())).toBe('expired');
});
