import { hashKey } from '../../../engine/routing/hash-key.ts';

const TRIES_MAX = 3_000_000;
const TWO_32 = 2 ** 32;

/**
 * Finds keys by hash key: one key for all hash keys that lie on the same shard for each of these shard counts.
 * @returns the key for a hash key over 2^128.
 */
export function cellKeys(counts: readonly number[]): (hashRatio: number) => string {
  const found = new Map<string, string>();
  const cellOf = (hashRatio: number) => counts.map((count) => Math.floor(hashRatio * count)).join('/');
  const text = new TextEncoder();
  const hash = new Uint32Array(4);
  let tries = 0;
  return (hashRatio) => {
    const wanted = cellOf(hashRatio);
    for (let key = found.get(wanted); ; key = found.get(wanted)) {
      if (key !== undefined) return key;
      if (tries >= TRIES_MAX)
        throw new RangeError(`no key was found for cell ${wanted} of ${counts.join(' and ')} shards`);
      const candidate = `k${tries}`;
      tries += 1;
      const bytes = text.encode(candidate);
      hashKey(bytes, 0, bytes.length, hash);
      const cell = cellOf((hash[0]! + hash[1]! / TWO_32) / TWO_32);
      if (!found.has(cell)) found.set(cell, candidate);
    }
  };
}
