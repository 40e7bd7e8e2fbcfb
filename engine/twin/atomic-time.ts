/**
 * Times with fractions as 64-bit words: float64 with compare-and-exchange of their bits, which JavaScript offers only for
 * integers. If times were rounded to whole units, many small steps would have no effect. Zero bits are time 0.
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
 * Largest difference between a time near this one that was reached by many small steps and by one step: 1,024 roundings of
 * a float64. Limits allow for it, or else the last record of a burst could be throttled because of rounding.
 */
export const roundingNear = (time: number): number => time * ROUNDING_RATIO;
