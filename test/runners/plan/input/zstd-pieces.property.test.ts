import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ZstdPieces } from '../../../../runners/plan/input/trace/zstd-pieces.ts';

const dataFrame = fc.uint8Array({ maxLength: 3000 }).map((content) => zstdCompressSync(content));
const skippableFrame = fc.uint8Array({ maxLength: 50 }).map((content) => {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a53, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
});

test('a zstd stream is cut where its frames end, whatever blocks it comes in', () => {
  const frames = fc.array(fc.oneof(dataFrame, skippableFrame), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(frames, fc.integer({ min: 1, max: 500 }), (all, blockBytes) => {
      const stream = Buffer.concat(all);
      const pieces = new ZstdPieces();
      const found: Buffer[] = [];
      let open = Buffer.alloc(0);
      for (let at = 0; at < stream.length; at += blockBytes) {
        for (const { bytes, isEnd } of pieces.cut(stream.subarray(at, at + blockBytes))) {
          open = Buffer.concat([open, bytes]);
          if (isEnd) found.push(open);
          if (isEnd) open = Buffer.alloc(0);
        }
      }
      expect(pieces.isBetweenFrames).toBe(true);
      expect(found).toEqual(all);
    }),
  );
});
