/** One run at a rate: whether it shows that the rate can be sustained. */
export type HoldsAt = (perSecond: number) => Promise<boolean>;

export interface RateSearch {
  /** The first rate that is tried. */
  readonly startPerSecond: number;
  /** Factor between tries until one holds and one does not; above 1. */
  readonly stepRatio: number;
  /** The search ends when the lowest rate that failed is at most this factor above the highest that held; above 1. */
  readonly resolutionRatio: number;
  readonly triesMax: number;
}

/**
 * Searches the highest rate that holds: up or down by steps until a rate that holds and one that fails are known, then
 * halfway between them on a logarithmic scale. One failure counts, so that noise makes the result lower, never higher.
 *
 * @returns undefined if no rate that was tried holds.
 */
export async function highestRate(search: RateSearch, holdsAt: HoldsAt): Promise<number | undefined> {
  let held: number | undefined;
  let failed: number | undefined;
  let rate = search.startPerSecond;
  for (let tries = 0; tries < search.triesMax; tries++) {
    if (await holdsAt(Math.round(rate))) held = Math.round(rate);
    else failed = rate;
    if (held !== undefined && failed !== undefined && failed / held <= search.resolutionRatio) break;
    if (failed === undefined) rate *= search.stepRatio;
    else if (held === undefined) rate /= search.stepRatio;
    else rate = Math.sqrt(held * failed);
  }
  return held;
}
