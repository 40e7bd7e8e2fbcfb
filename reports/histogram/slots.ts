/**
 * Where a latency falls in an HDR histogram with L = 1 ns, H = 1 h, d = 3 significant digits.
 *
 *   slot   0 ......... 2047 | 2048 ...... 3071 | 3072 ...... 4095 | ... | 32768 ..... 33791
 *   value  0 ......... 2047 | 2048 ...... 4095 | 4096 ...... 8191 | ... | 2^41 ... 2^42 - 1
 *   width  1                | 2                | 4                | ... | 2^31
 *
 * Every octave above 2047 has 1024 slots of equal width, so a slot is never wider than 1/1024 of the values in it.
 * The numbering is HdrHistogram's own: our counts and those of any HdrHistogram with L = 1 and d = 3 line up slot by slot.
 * Source: HdrHistogram, AbstractHistogram.java (countsArrayIndex, valueFromIndex, sizeOfEquivalentValueRange).
 */

export const LOWEST_NS = 1;
/** One hour. Above it the caller clamps, and counts that it did. */
export const HIGHEST_NS = 3_600_000_000_000;
export const SIGNIFICANT_DIGITS = 3;

/** 2^ceil(log2(2 * 10^d)): values below it have a slot of their own. */
const SUB_BUCKET_COUNT = 2048;
const SUB_BUCKET_COUNT_BITS = 11;
const HALF_COUNT = SUB_BUCKET_COUNT / 2;
const HALF_COUNT_BITS = SUB_BUCKET_COUNT_BITS - 1;
/** Doublings of 2048 until H is passed. */
const BUCKET_COUNT = 32;

export const SLOT_COUNT = (BUCKET_COUNT + 1) * HALF_COUNT;

/** Bit operators and clz32 see 32 bits; from 2^31 on a value is first divided by 2^21, which leaves its top 11 bits whole. */
const ONE_WORD_LIMIT = 2 ** 31;
const UPPER_SHIFT_BITS = 21;
const UPPER_SCALE = 2 ** -UPPER_SHIFT_BITS;
/** clz32 of a value with exactly SUB_BUCKET_COUNT_BITS bits: from there on, one bit more is one bucket more. */
const FIRST_BUCKET_CLZ = 32 - SUB_BUCKET_COUNT_BITS;

if (SUB_BUCKET_COUNT !== 1 << SUB_BUCKET_COUNT_BITS) throw new Error('slots: sub-bucket count and its bits disagree');
if (SUB_BUCKET_COUNT * 2 ** (BUCKET_COUNT - 1) <= HIGHEST_NS) throw new Error('slots: too few buckets for HIGHEST_NS');
if (ONE_WORD_LIMIT * UPPER_SCALE < HALF_COUNT) throw new Error('slots: the upper scale cuts into the top 11 bits');
if (HIGHEST_NS * UPPER_SCALE >= ONE_WORD_LIMIT) throw new Error('slots: the upper scale leaves more than one word');

/**
 * The slot that counts `valueNs`. Hot path: no check, no allocation.
 * @param valueNs 0 to HIGHEST_NS; fractions of a nanosecond are cut off. Anything else gives a meaningless slot.
 */
export function slotOf(valueNs: number): number {
  if (valueNs < SUB_BUCKET_COUNT) return valueNs | 0;
  if (valueNs < ONE_WORD_LIMIT) {
    const bucket = FIRST_BUCKET_CLZ - Math.clz32(valueNs);
    return (bucket << HALF_COUNT_BITS) + (valueNs >>> bucket);
  }
  const scaled = (valueNs * UPPER_SCALE) | 0;
  const shift = FIRST_BUCKET_CLZ - Math.clz32(scaled);
  return ((shift + UPPER_SHIFT_BITS) << HALF_COUNT_BITS) + (scaled >>> shift);
}

/** The smallest value counted in `slot`. */
export function slotLowestNs(slot: number): number {
  if (slot < SUB_BUCKET_COUNT) return slot;
  return ((slot & (HALF_COUNT - 1)) + HALF_COUNT) * slotWidthNs(slot);
}

/** The largest value counted in `slot`: what percentiles and maxima report. */
export function slotHighestNs(slot: number): number {
  return slotLowestNs(slot) + slotWidthNs(slot) - 1;
}

/** The middle of `slot`, rounded up: what means are made of. */
export function slotMedianNs(slot: number): number {
  return slotLowestNs(slot) + Math.floor(slotWidthNs(slot) / 2);
}

/** Number of whole nanoseconds that share `slot`. */
function slotWidthNs(slot: number): number {
  return slot < SUB_BUCKET_COUNT ? 1 : 2 ** ((slot >> HALF_COUNT_BITS) - 1);
}
