import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blocksOf } from '../../../../engine/firehose/objects/blocks.ts';

test('blocks have all bytes in their order, and all but the last have the same length', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 50 }), (given, blockBytes) => {
      const blocks = [...blocksOf(given, blockBytes)];
      expect(Buffer.concat(blocks).equals(Buffer.concat(given))).toBe(true);
      expect(blocks.slice(0, -1).every(({ length }) => length === blockBytes)).toBe(true);
      expect(blocks.every(({ length }) => length > 0 && length <= blockBytes)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
