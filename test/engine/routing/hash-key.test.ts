import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashKey } from '../../../engine/routing/hash-key.ts';
import { evenShardMap, parseExplicitHashKey, Router, shardOfHash } from '../../../engine/routing/shard-map.ts';
import { textTable } from '../log/records.ts';

const HASHES = 2n ** 128n;
const ALPHABET = [...'abcXYZ0189 -_/:.', 'é', 'ß', 'Ж', '中', '語', '€', '😀', '𝄞', '\u0000'];

const numberOf = (hash: Uint32Array): bigint => hash.reduce((value, word) => (value << 32n) | BigInt(word), 0n);

function hashOf(value: bigint): Uint32Array {
  const hash = new Uint32Array(4);
  parseExplicitHashKey(value.toString(), hash);
  return hash;
}

/** The shard whose range holds a hash key, by definition: shard i starts at i * floor(2^128 / n). */
function shardByDefinition(value: bigint, shardCount: number): number {
  const shard = value / (HASHES / BigInt(shardCount));
  return Number(shard < BigInt(shardCount) ? shard : BigInt(shardCount - 1));
}

describe('hashKey', () => {
  it('equals MD5 of node:crypto for 100,000 random keys of 1 to 256 characters, at any byte of a buffer', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(2048));
    const out = new Uint32Array(4);
    const random = randomBytes(4 * 100_000);
    const encoder = new TextEncoder();
    for (let i = 0; i < 100_000; i++) {
      const seed = random.readUInt32LE(4 * i);
      let key = '';
      for (let k = 0, at = seed; k <= seed % 256; k++, at = Math.imul(at, 0x9e3779b1) + k) {
        key += ALPHABET[(at >>> 16) % (i % 2 ? 16 : ALPHABET.length)];
      }
      const bytes = encoder.encode(key);
      const offset = i % 3 === 0 ? 0 : seed % 16;
      shared.set(bytes, offset);
      hashKey(shared, offset, bytes.length, out);
      const hex = [...out].map((word) => word.toString(16).padStart(8, '0')).join('');
      const expected = createHash('md5').update(bytes).digest('hex');
      if (hex !== expected) expect.fail(`key ${JSON.stringify(key)}: ${hex}, MD5 ${expected}`);
    }
  });

  it('agrees with the test suite of RFC 1321', () => {
    const out = new Uint32Array(4);
    const suite = {
      '': 0xd41d8cd98f00b204e9800998ecf8427en,
      'message digest': 0xf96b697d7cb7938d525a2f31aaf161d0n,
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890':
        0x57edf4a22be3c955ac49da2e2107b67an,
    };
    for (const [text, md5] of Object.entries(suite)) {
      hashKey(new TextEncoder().encode(text), 0, text.length, out);
      expect(numberOf(out)).toBe(md5);
    }
  });
});

describe('hash-key ranges', () => {
  it('are even: a shard takes floor(2^128 / n) keys, the last one the rest as well', () => {
    for (const shardCount of [1, 2, 3, 7, 1000, 65_536]) {
      const { starts } = evenShardMap(shardCount);
      const width = HASHES / BigInt(shardCount);
      for (const shard of [0, 1, shardCount >> 1, shardCount - 1]) {
        if (shard >= shardCount) continue;
        expect(numberOf(starts.subarray(4 * shard, 4 * shard + 4))).toBe(BigInt(shard) * width);
      }
    }
  });

  it('give an explicit hash key at an edge to the right side of it', () => {
    for (const shardCount of [2, 3, 7, 500]) {
      const map = evenShardMap(shardCount);
      const width = HASHES / BigInt(shardCount);
      for (let shard = 0; shard < shardCount; shard++) {
        const start = BigInt(shard) * width;
        expect(shardOfHash(map, hashOf(start))).toBe(shard);
        if (shard > 0) expect(shardOfHash(map, hashOf(start - 1n))).toBe(shard - 1);
      }
      expect(shardOfHash(map, hashOf(HASHES - 1n))).toBe(shardCount - 1);
    }
  });

  it('find the shard that BigInt arithmetic finds', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: HASHES - 1n }),
        fc.integer({ min: 1, max: 65_536 }),
        (value, shardCount) => {
          expect(shardOfHash(evenShardMap(shardCount), hashOf(value))).toBe(shardByDefinition(value, shardCount));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('route the keys of a table by their MD5, the first time and every other', () => {
    const texts = Array.from({ length: 500 }, (_, i) => `user-${i}-${'x'.repeat(i % 70)}`);
    const router = new Router(evenShardMap(11), textTable(texts));
    for (let round = 0; round < 2; round++) {
      for (const [i, text] of texts.entries()) {
        const md5 = BigInt(`0x${createHash('md5').update(text).digest('hex')}`);
        expect(router.shardOf(i)).toBe(shardByDefinition(md5, 11));
      }
    }
  });

  it.each(['-1', '01', '1.5', '0x10', '', ' 1', HASHES.toString()])('rejects an explicit hash key of %j', (text) => {
    expect(() => parseExplicitHashKey(text, new Uint32Array(4))).toThrow(RangeError);
  });

  it.each([0, 65_537, 1.5, Number.NaN])('rejects %d shards', (shardCount) => {
    expect(() => evenShardMap(shardCount)).toThrow(RangeError);
  });
});
