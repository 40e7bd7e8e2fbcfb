/** Number of hash keys: they run from 0 to one below it. */
export const HASH_KEYS = 1n << 128n;

/** A piece of the hash-key space, both ends inclusive. */
export interface HashRange {
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * First hash keys of n even ranges: width floor(2^128 / n), the last one takes the rest (as kinesalite, which mirrors live AWS).
 * @throws RangeError if count is not a whole number from 1.
 */
export function evenStarts(count: number): bigint[] {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`a stream cannot have ${count} shards`);
  const width = HASH_KEYS / BigInt(count);
  return Array.from({ length: count }, (_, i) => BigInt(i) * width);
}

/** The same, as ranges. */
export const evenHashRanges = (count: number): readonly HashRange[] =>
  evenStarts(count).map((start, i, starts) => ({ start, end: (starts[i + 1] ?? HASH_KEYS) - 1n }));

/** First hash key of the upper half of a range. */
export const middleOf = ({ start, end }: HashRange): bigint => start + (end - start + 1n) / 2n;

/** True if a text is a hash key: a decimal number from 0 to 2^128 - 1 without leading zeros. */
export const isHashKey = (text: string): boolean => /^(0|[1-9]\d{0,38})$/.test(text) && BigInt(text) < HASH_KEYS;
