/**
 * Times with fractions as 64-bit words: float64 under the compare-and-exchange of their bits, which JavaScript has for
 * integers alone. Rounded to whole units, many small steps would come to nothing. Zeros are time 0.
 */
const scratchTime = new Float64Array(1);
const scratchBits = new BigInt64Array(scratchTime.buffer);

export function timeOf(bits: bigint): number {
  scratchBits[0] = bits;
  return scratchTime[0]!;
}

export function bitsOf(time: number): bigint {
  scratchTime[0] = time;
  return scratchBits[0]!;
}

const ROUNDING_RATIO = 2 ** -43;

/**
 * By how much a time near this one, reached by many small steps, may miss what one step would reach: 1,024 roundings of
 * a float64. Limits are kept to within that, or the last record of a burst would be refused for a rounding.
 */
export const roundingNear = (time: number): number => time * ROUNDING_RATIO;
