/**
 * Seconds in which records were due and nothing arrived. Every renderer asks here, so that a gap in one chart is a mark in all.
 * The page's script contains this module too, so it imports nothing.
 */

/** One second of a run. What arrives is what consumers receive or, in a run without consumers, what the target acknowledges. */
export interface SecondFacts {
  readonly startNs: number;
  readonly endNs: number;
  /** Records, all consumers together. */
  readonly arrived: number;
  readonly acked: number;
  /** Records that failed for good or were dropped: they were due and never arrive. */
  readonly gone: number;
  /** False in a pause of the schedule that no earlier record outlasted. */
  readonly isDue: boolean;
  /** True if records were certainly on their way at the second's end, whatever arrived later. */
  readonly isWaiting: boolean;
  /** Latency of what arrived; null if nothing did, or if the result does not keep it. */
  readonly p50Ns: number | null;
  readonly maxNs: number | null;
}

/** Silent seconds in a row. */
export interface Silence {
  readonly fromNs: number;
  readonly toNs: number;
}

/** A wait shorter than this is no silence: at low rates it only crosses the boundary of a second. */
const WAIT_MIN_NS = 0.5e9;
/** Reads at an interval make waits evenly spread from 0 to twice their median. */
const USUAL_WAITS = 2;
const SECONDS_TO_BE_USUAL = 3;

export function isQuiet({ arrived, isDue }: Pick<SecondFacts, 'arrived' | 'isDue'>): boolean {
  return arrived === 0 && isDue;
}

/**
 * By second, true if records were due and nothing arrived.
 *
 *   arrived  1000 1000  300    0    0    0 3700 1000
 *                         |<---- maxNs ----->|           the first ones that arrive again show how long they waited
 *   silent                  true true true
 *
 * A quiet second by itself is not silent: at one record in two seconds nothing may have been due, a consumer that reads every two seconds
 * receives nothing in between, and the first records of a run take the target's latency to arrive. So the records that arrive next
 * must have waited longer than usual, or records must be missing.
 */
export function silentSeconds(seconds: readonly SecondFacts[]): boolean[] {
  const silent = new Array<boolean>(seconds.length).fill(false);
  const patienceNs = WAIT_MIN_NS + USUAL_WAITS * usualWaitNs(seconds);
  let nextAtNs: number | undefined;
  let waitedNs = 0;
  for (let index = seconds.length - 1; index >= 0; index--) {
    const second = seconds[index]!;
    if (second.arrived > 0) {
      nextAtNs = second.startNs;
      waitedNs = second.maxNs ?? 0;
    } else if (second.isDue) {
      silent[index] =
        second.gone > 0 ||
        (nextAtNs === undefined ? second.isWaiting : isWaitedOut(second, nextAtNs, waitedNs, patienceNs));
    }
  }
  return silent;
}

export function silencesOf(seconds: readonly SecondFacts[]): Silence[] {
  const silences: { fromNs: number; toNs: number }[] = [];
  for (const [index, isSilent] of silentSeconds(seconds).entries()) {
    if (!isSilent) continue;
    const { startNs, endNs } = seconds[index]!;
    const last = silences.at(-1);
    if (last !== undefined && last.toNs === startNs) last.toNs = endNs;
    else silences.push({ fromNs: startNs, toNs: endNs });
  }
  return silences;
}

function isWaitedOut({ endNs, acked }: SecondFacts, nextAtNs: number, waitedNs: number, patienceNs: number): boolean {
  if (waitedNs >= patienceNs && endNs > nextAtNs - waitedNs) return true;
  // Records that the target acknowledged here would have waited longer than any that arrived next: they got lost.
  return acked > 0 && nextAtNs - endNs >= Math.max(waitedNs, patienceNs);
}

/** The median second's median: a stall is in one second, where everything that waited arrives at once. */
function usualWaitNs(seconds: readonly SecondFacts[]): number {
  const waitOf = ({ p50Ns }: SecondFacts) => p50Ns ?? [];
  const undisturbed = seconds.filter((_, index) => index === 0 || !isQuiet(seconds[index - 1]!)).flatMap(waitOf);
  const all = undisturbed.length > 0 ? undisturbed : seconds.flatMap(waitOf);
  // One or two seconds that follow a silence are its end, and no measure for it.
  if (undisturbed.length === 0 && all.length < SECONDS_TO_BE_USUAL) return 0;
  return all.sort((a, b) => a - b)[Math.floor((all.length - 1) / 2)]!;
}
