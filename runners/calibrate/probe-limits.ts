import type { ProducerCounts, Result } from '../../reports/result/result.ts';
import { medianOf } from '../../reports/statistics/moments.ts';
import type { MeasuredLimits } from '../../workloads/profile-schema.ts';
import type { Scenario, Workload } from '../../workloads/scenario.ts';
import { createArrivals } from '../../workloads/schedule.ts';
import { MEASURED_PHASE, type ProbeLoad } from './calibration-scenario.ts';
import { CLEAR_RATIO, type FittedLimit, fitLimit, type LimitProbe } from './fit-limits.ts';

/** Runs loads against one shard. */
export type RunProbe = (
  loads: readonly ProbeLoad[],
  recordBytes: number,
) => Promise<{ readonly scenario: Scenario; readonly result: Result }>;

export interface ProbeOptions {
  /** Records per second that overload a shard: about twice the expected limit. */
  readonly overloadRecordsPerSecond: number;
  readonly overloadBytesPerSecond: number;
  readonly recordMaxBytes: number;
  /** Length of the probes slightly below and slightly above the limit. */
  readonly durationMs: number;
  readonly onStage: (text: string) => void;
}

const SMALL_RECORD_BYTES = 100;
/** Large enough to avoid the limit of records, small enough to resolve a depth of one second. */
const LARGE_RECORD_BYTES = 20_000;
/** Pause before a probe, in which a shard saves up burst capacity. */
const REST_MS = 2000;
const OVERLOAD_MS = 6000;
/** The last seconds of an overload, after all saved burst capacity is used. */
const STEADY_SECONDS = 3;
/** Minimum share of rejections that shows a limit. */
const THROTTLED_MIN_RATIO = 0.02;
/** A second is punctual if attempts and due records differ by less than this share. */
const PUNCTUAL_RATIO = 0.01;
const BELOW_RATIO = 0.95;
const ABOVE_RATIO = 1.05;

export interface ProbedLimits {
  /** null if the overload meets no limit. */
  readonly limits: MeasuredLimits | null;
  /** False if bucket and window explain the probes about equally well. */
  readonly isClear: boolean;
}

export async function probeLimits(run: RunProbe, options: ProbeOptions): Promise<ProbedLimits> {
  const { overloadRecordsPerSecond, overloadBytesPerSecond, recordMaxBytes, onStage } = options;
  onStage(`records: ${overloadRecordsPerSecond}/s to one shard`);
  const records = await probe(run, options, {
    ratePerSecond: overloadRecordsPerSecond,
    recordBytes: SMALL_RECORD_BYTES,
    countsBytes: false,
  });
  const recordBytes = Math.min(LARGE_RECORD_BYTES, recordMaxBytes);
  onStage(`bytes: ${Math.round(overloadBytesPerSecond / 1e4) / 100} MB/s to one shard`);
  const bytes = await probe(run, options, {
    ratePerSecond: Math.round(overloadBytesPerSecond / recordBytes),
    recordBytes,
    countsBytes: true,
  });
  const decisive = records ?? bytes;
  if (decisive === null) return { limits: null, isClear: true };
  const { kind, missPerSecond, otherMissPerSecond } = decisive;
  const windowMs = kind === 'window' ? 1000 : null;
  return {
    limits: { kind, windowMs, records: shown(records, kind), bytes: shown(bytes, kind) },
    isClear: missPerSecond < CLEAR_RATIO * otherMissPerSecond,
  };
}

const shown = (limit: FittedLimit | null, kind: FittedLimit['kind']): MeasuredLimits['records'] =>
  limit && { perSecond: rounded(limit.perSecond), depth: kind === 'window' ? null : rounded(limit.depth) };

const rounded = (value: number): number => Number(value.toPrecision(4));

interface Probed {
  readonly ratePerSecond: number;
  readonly recordBytes: number;
  readonly countsBytes: boolean;
}

async function probe(run: RunProbe, options: ProbeOptions, probed: Probed): Promise<FittedLimit | null> {
  const { ratePerSecond, recordBytes, countsBytes } = probed;
  const overload = { name: 'overload', arrivals: 'constant', restMs: REST_MS, ratePerSecond } as const;
  const first = await run([{ ...overload, durationMs: OVERLOAD_MS }], recordBytes);
  if (throttledRatio(first.result) < THROTTLED_MIN_RATIO) return null;
  const units = countsBytes ? unitsOf(first.result) : 1;
  const perSecond = steadyRate(first.result, first.scenario) * units;
  const durationMs = options.durationMs;
  const below = {
    name: 'below',
    arrivals: 'poisson',
    restMs: REST_MS,
    ratePerSecond: (BELOW_RATIO * perSecond) / units,
    durationMs,
  } as const;
  const above = {
    name: 'above',
    arrivals: 'constant',
    restMs: 2 * REST_MS + durationMs,
    ratePerSecond: (ABOVE_RATIO * perSecond) / units,
    durationMs,
  } as const;
  options.onStage(`${Math.round(below.ratePerSecond)}/s and ${Math.round(above.ratePerSecond)}/s to one shard`);
  const second = await run([below, above], recordBytes);
  return fitLimit([probeOf(first, units), probeOf(second, units)], perSecond);
}

/** Returns the share of rejected attempts; each record is tried once. */
function throttledRatio({ summary }: Result): number {
  return summary.rate.throttledRatio;
}

/** Returns the bytes of one record by the count of the target. */
function unitsOf({ cells }: Result): number {
  let [bytes, acked] = [0, 0];
  for (const cell of cells) {
    if (cell.kind !== 'producer') continue;
    bytes += cell.counts.bytes;
    acked += cell.counts.acked;
  }
  return bytes / Math.max(1, acked);
}

const acceptedBySecond = (result: Result): number[] => countBySecond(result, ({ acked }) => acked);
const attemptsBySecond = (result: Result): number[] =>
  countBySecond(result, ({ acked, throttled }) => acked + throttled);

function countBySecond({ series }: Result, count: (counts: ProducerCounts) => number): number[] {
  const counts: number[] = [];
  for (const { startNs, cells } of series) {
    const second = Math.floor(startNs / 1e9);
    while (counts.length <= second) counts.push(0);
    for (const cell of cells) if (cell.kind === 'producer') counts[second]! += count(cell.counts);
  }
  return counts;
}

/** Returns the records per second in the last whole seconds of the overload. */
function steadyRate(result: Result, { workloads }: Scenario): number {
  const phase = workloads[0]!.phases.find(({ name }) => name === MEASURED_PHASE)!;
  const end = Math.floor((phase.startNs + phase.durationNs) / 1e9);
  return medianOf(acceptedBySecond(result).slice(end - STEADY_SECONDS, end));
}

function probeOf({ scenario, result }: { scenario: Scenario; result: Result }, units: number): LimitProbe {
  const due = scenario.workloads.flatMap((workload) => dueTimes(workload, scenario.seed));
  const dueAtNs = attemptTimes(Float64Array.from(due).sort(), attemptsBySecond(result));
  return { dueAtNs, units, acceptedBySecond: acceptedBySecond(result) };
}

/**
 * Returns the times of attempts: due times in punctual seconds, otherwise the attempts of the second spread evenly. Without
 * this, a late generator or target would look like a different limit.
 */
function attemptTimes(dueAtNs: Float64Array, attempts: readonly number[]): Float64Array {
  const dueIn = (second: number) => dueAtNs.filter((ns) => Math.floor(ns / 1e9) === second);
  return Float64Array.from(
    attempts.flatMap((count, second) => {
      const due = dueIn(second);
      if (Math.abs(due.length - count) <= PUNCTUAL_RATIO * count) return [...due];
      const firstNs = Math.max(second * 1e9, Math.min(dueAtNs[0]!, (second + 1) * 1e9 - 1));
      const restNs = (second + 1) * 1e9 - firstNs;
      return Array.from({ length: count }, (_, i) => firstNs + ((i + 0.5) * restNs) / count);
    }),
  );
}

function dueTimes(workload: Workload, seed: number): number[] {
  const arrivals = createArrivals(workload, seed, 0, 1);
  const times: number[] = [];
  for (let atNs = arrivals.next(); Number.isFinite(atNs); atNs = arrivals.next()) times.push(atNs);
  return times;
}
