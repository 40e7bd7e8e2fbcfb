import { hash } from 'node:crypto';

/** Default number of keys of one shard. */
export const KEYS_PER_SHARD_DEFAULT = 10;

/** Number of hash keys: they are 0 to 2^128 - 1. */
const HASH_KEYS = 1n << 128n;

/**
 * Finds partition keys for every shard of a stream with even hash ranges, such as a new stream. Kinesis routes by the MD5 of a
 * key, so this hashes one key after another until each shard has enough: about 60,000 hashes for 1,000 shards with 10 keys each.
 *
 * @param textOf Returns the text of key k. Candidates are k = 0, 1, 2 and so on.
 * @returns shards * keysPerShard keys. Key i belongs to shard i modulo shards.
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
 * Chooses a shard by its share, and evenly one of its keys, by one draw.
 * @param uniform Returns a number from 0 to below 1 for the index of a record.
 * @returns A function from the index of a record to the index of its key, in the order of `keysByShard`.
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

/** The last shard with a share ends at exactly 1, so that every draw finds a shard, however the sum was rounded. */
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
