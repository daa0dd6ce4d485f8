import { expect, test } from '@jest/globals';
import { jwtVerify } from 'jose';
import { freshnessOf } from '../../../shared/domain/freshness.ts';

test('x', () => {
  expect(typeof jwtVerify).toBe('function');
  expect(freshnessOf({}, 300, new Date())).toBe('expired');
});
