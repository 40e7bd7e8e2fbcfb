const HASH_KEYS = 1n << 128n;

/** A piece of the hash-key space, both ends inclusive. */
export interface HashRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** Even ranges for n new shards: width floor(2^128 / n), the last one ends at 2^128 - 1 (kinesalite mirrors live AWS so). */
export function evenHashRanges(count: number): readonly HashRange[] {
  const width = HASH_KEYS / BigInt(count);
  return Array.from({ length: count }, (_, i) => ({
    start: BigInt(i) * width,
    end: i === count - 1 ? HASH_KEYS - 1n : BigInt(i + 1) * width - 1n,
  }));
}

/** Where the upper half of a range begins. */
export const middleOf = ({ start, end }: HashRange): bigint => start + (end - start + 1n) / 2n;

/** Whether a text is a hash key: a decimal number from 0 to 2^128 - 1 without leading zeros. */
export const isHashKey = (text: string): boolean => /^(0|[1-9]\d{0,38})$/.test(text) && BigInt(text) < HASH_KEYS;
