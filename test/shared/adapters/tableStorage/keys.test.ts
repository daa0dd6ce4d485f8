import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { duePlace, endOfDuePartitions, keyText } from '../../../../shared/adapters/tableStorage/keys.ts';

test('key text holds nothing that a key may not, and never grows too long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
      expect(keyText(text)).toMatch(/^[A-Za-z0-9._~:|!-]{0,256}$/);
    }),
  );
});

test('two texts never share a key', () => {
  const text = fc.string({ unit: fc.constantFrom('!', '0', '2', 'f', '/', 'é'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(keyText(one) === keyText(other)).toBe(one === other);
    }),
  );
  expect(keyText('a'.repeat(257))).not.toBe(keyText('a'.repeat(258)));
});

test('hints of a bucket are spread over partitions that sort by time', () => {
  const at = new Date('2027-03-01T12:03:00Z');
  const hints = Array.from({ length: 400 }, (_value, n) => ({
    kind: 'grant' as const,
    id: `${n}`,
    dueAt: at,
  }));
  const partitions = new Set(hints.map((hint) => duePlace(hint).partitionKey));
  expect(partitions.size).toBe(16);
  for (const partition of partitions) {
    expect(partition < endOfDuePartitions(at)).toBe(true);
    expect(partition < endOfDuePartitions(new Date('2027-03-01T11:59:59Z'))).toBe(false);
  }
});
