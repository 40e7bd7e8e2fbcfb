/**
 * Coordinated omission, mended afterwards: the values that a closed loop with a known pacing interval would have seen
 * while it waited for `valueNs`, which comes first: v, v - I, v - 2I, ... down to the last one that is at least I.
 * Only for data without intended times; on top of those it counts the wait twice.
 * Source: HdrHistogram, AbstractHistogram.java (recordValueWithExpectedInterval).
 */
export function expectedIntervalCorrection(valueNs: number, intervalNs: number): number[] {
  const values = [valueNs];
  if (!(intervalNs > 0)) return values;
  for (let missing = valueNs - intervalNs; missing >= intervalNs; missing -= intervalNs) values.push(missing);
  return values;
}
