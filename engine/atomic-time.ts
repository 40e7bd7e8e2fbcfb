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
