import type { Interval } from '../result/result.ts';
import { mergedHistogram, producerTotals } from './cells.ts';

/**
 * Time that a stream took to recover from a step that changed it, from its seconds:
 *
 *   |-- before: up to 10 s --|asked|---- disturbed ----|-- 3 s as before --|
 *                             |<----- recovery ------->|
 *
 * A second is as before when its share of throttled records and its put-to-get p99 lie within the worst of the seconds
 * before, with a little room: the worst of ten seconds is passed by the eleventh once in eleven times by chance.
 */
const BASELINE_SECONDS_MAX = 10;
const BASELINE_SECONDS_MIN = 3;
const STEADY_SECONDS = 3;
/** Room above the worst p99 before. */
const LATENCY_ROOM_RATIO = 1.25;
/** Room above the worst share of throttled records before: 1 of 100. */
const THROTTLED_ROOM_RATIO = 0.01;

const SECOND_NS = 1e9;

/** State of the stream in one second. */
interface Second {
  readonly startNs: number;
  readonly endNs: number;
  /** Throttled share of attempts; 0 if there were none. */
  readonly throttledRatio: number;
  /** null when nothing was received. */
  readonly p99Ns: number | null;
}

export interface RecoveryWindow {
  readonly askedAtNs: number;
  /** When the target had carried it out: a stream is not over it before. */
  readonly doneAtNs: number;
  /** Time of the request for the next step, which disturbs the stream again. */
  readonly untilNs?: number | undefined;
}

/**
 * From the request for the step to the end of the last disturbed second before three that are as before; 0 when none was
 * disturbed. As fine as a second.
 *
 * @returns null when that never came before the load or the window ended, or with fewer than three seconds before.
 */
export function recoveryNs(series: readonly Interval[], window: RecoveryWindow): number | null {
  const { askedAtNs, doneAtNs, untilNs = Number.POSITIVE_INFINITY } = window;
  const seconds: Second[] = [];
  for (const interval of series) if (isWhole(interval)) seconds.push(secondOf(interval));
  const before = seconds.filter(({ endNs }) => endNs <= askedAtNs).slice(-BASELINE_SECONDS_MAX);
  if (before.length < BASELINE_SECONDS_MIN) return null;
  const isAsBefore = likeThese(before);
  const after = seconds.filter(({ startNs, endNs }) => endNs > askedAtNs && startNs < untilNs);
  let disturbedUntilNs = askedAtNs;
  let steady = 0;
  for (const second of after) {
    const counts = second.endNs > doneAtNs;
    if (!isAsBefore(second)) {
      disturbedUntilNs = second.endNs;
      steady = 0;
    } else if (counts) steady += 1;
    if (steady === STEADY_SECONDS) return disturbedUntilNs - askedAtNs;
  }
  return null;
}

/** Seconds of full length in which records were due: seconds after the load do not count. */
function isWhole({ startNs, endNs, gauges }: Interval): boolean {
  return endNs - startNs >= 0.999 * SECOND_NS && gauges.intendedPerSecond > 0;
}

function secondOf({ startNs, endNs, cells }: Interval): Second {
  const { acked, throttled } = producerTotals(cells);
  const putToGet = mergedHistogram(cells, 'putToGet');
  return {
    startNs,
    endNs,
    throttledRatio: throttled === 0 ? 0 : throttled / (throttled + acked),
    p99Ns: putToGet.count === 0 ? null : putToGet.percentileNs(99),
  };
}

/** Where nothing was received before, latency is no sign; where something was, a second without is a bad one. */
function likeThese(before: readonly Second[]): (second: Second) => boolean {
  const p99s = before.flatMap(({ p99Ns }) => p99Ns ?? []);
  const p99MostNs = p99s.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...p99s) * LATENCY_ROOM_RATIO;
  const throttledMost = Math.max(...before.map(({ throttledRatio }) => throttledRatio)) + THROTTLED_ROOM_RATIO;
  return ({ p99Ns, throttledRatio }) =>
    throttledRatio <= throttledMost && (p99Ns === null ? p99s.length === 0 : p99Ns <= p99MostNs);
}
