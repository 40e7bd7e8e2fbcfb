import { hash } from 'node:crypto';

/** Keys of one shard unless the scenario says otherwise. */
export const KEYS_PER_SHARD_DEFAULT = 10;

/** Hash keys are 0 to one below. */
const HASH_KEYS = 1n << 128n;

/**
 * Finds partition keys for every shard of a stream with even ranges, as a new stream has them. Kinesis routes by the MD5 of a key, so
 * keys are hashed one after the other until each shard has enough: about 60,000 hashes for 1,000 shards with 10 keys each.
 *
 * @param textOf text of key k; candidates are taken from k = 0 on.
 * @returns shards times keysPerShard keys; key i belongs to shard i modulo the shards.
 */
export function keysByShard(shards: number, keysPerShard: number, textOf: (k: number) => string): string[] {
  const keys = new Array<string>(shards * keysPerShard);
  const found = new Array<number>(shards).fill(0);
  const rangeWidth = HASH_KEYS / BigInt(shards);
  let missing = keys.length;
  for (let k = 0; missing > 0; k += 1) {
    const text = textOf(k);
    const shard = Math.min(shards - 1, Number(BigInt(`0x${hash('md5', text)}`) / rangeWidth));
    const place = found[shard]!;
    if (place === keysPerShard) continue;
    keys[place * shards + shard] = text;
    found[shard] = place + 1;
    missing -= 1;
  }
  return keys;
}

/**
 * One draw decides the shard, by its share, and the key among those of the shard, evenly.
 * @param uniform of a record's place, from 0 to below 1.
 * @returns for a record's place, the index of its key in the order of `keysByShard`.
 */
export function createShareDraw(
  shares: readonly number[],
  keysPerShard: number,
  uniform: (recordIndex: number) => number,
): (recordIndex: number) => number {
  const ends = cumulative(shares);
  return (recordIndex) => {
    const u = uniform(recordIndex);
    let shard = 0;
    let last = ends.length - 1;
    while (shard < last) {
      const middle = (shard + last) >> 1;
      if (u < ends[middle]!) last = middle;
      else shard = middle + 1;
    }
    const start = shard === 0 ? 0 : ends[shard - 1]!;
    const place = Math.floor(((u - start) / shares[shard]!) * keysPerShard);
    return Math.min(keysPerShard - 1, place) * shares.length + shard;
  };
}

/** The last shard that has a share ends at 1, whatever the sum was rounded to, so that every draw finds a shard with a share. */
function cumulative(shares: readonly number[]): Float64Array {
  const ends = new Float64Array(shares.length);
  let sum = 0;
  for (const [shard, share] of shares.entries()) {
    sum += share;
    ends[shard] = sum;
  }
  const lastShare = shares.findLastIndex((share) => share > 0);
  return ends.fill(1, lastShare);
}
