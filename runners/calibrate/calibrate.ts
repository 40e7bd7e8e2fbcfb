import { isErrorOf } from '../../errors/streamgauge-error.ts';
import type { Result, ValidityCode } from '../../reports/result/result.ts';
import {
  type MeasuredDelay,
  PROFILE_FORMAT,
  PROFILE_VERSION,
  type ProfileDocument,
  type QuantileRow,
} from '../../workloads/profile-schema.ts';
import { maxRecordBytesOf } from '../../workloads/resolve-target.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { RUNNER_ERRORS, type RunnerError, runnerError } from '../errors.ts';
import { readOwnVersion } from '../package.ts';
import { runScenario } from '../run/run.ts';
import { kindOf } from '../targets/targets.ts';
import {
  FAN_OUT,
  type LatencyConditions,
  latencyScenario,
  POLLING,
  probeScenario,
  type WrittenTarget,
} from './calibration-scenario.ts';
import { type DeliveryModel, fitDraws } from './fit-draws.ts';
import {
  blockRows,
  type DelaySample,
  delaySampleOf,
  LAG1_OF_BLOCKS,
  lag1Of,
  PUT,
  quantileRows,
  rounded,
} from './measured-delay.ts';
import { probeLimits } from './probe-limits.ts';

export interface CalibrateOptions {
  readonly target: WrittenTarget;
  /** File of the target; paths in it are relative to its folder. */
  readonly targetFile?: string | undefined;
  /** The name that the user gave. */
  readonly targetName: string;
  readonly conditions: LatencyConditions;
  /** Undefined skips the limits. */
  readonly probes:
    | {
        readonly overloadRecordsPerSecond: number;
        readonly overloadBytesPerSecond: number;
        readonly durationMs: number;
      }
    | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onStage: (text: string) => void;
  readonly onLeftBehind: (error: unknown) => void;
}

export interface Calibration {
  readonly profile: ProfileDocument;
  /** Reason of missing parts: the target failed, or the run was interrupted. */
  readonly failure: RunnerError | undefined;
  /** Sentences for readers of the profile. */
  readonly notes: readonly string[];
}

/** Length of the runs that measure the engine's own time. */
const FLOOR_MS = 2000;

/**
 * Measures a target: latencies first, then limits. If the target fails on the way, the profile contains the parts measured
 * so far.
 * @throws RunnerError if nothing was measured; ScenarioError if the settings of the target are invalid.
 */
export async function calibrate(options: CalibrateOptions): Promise<Calibration> {
  const { target, targetFile, conditions, probes, onStage } = options;
  const scenario = latencyScenario(target, conditions, targetFile);
  const notes: string[] = [];
  onStage(`latency: ${conditions.ratePerSecond}/s for ${conditions.durationMs / 1000} s`);
  const result = await runOnce(scenario, options);
  const early = failureOf(result);
  if (early !== undefined) {
    if (delaySampleOf(result, PUT).whole.count === 0) throw early;
    return { profile: { ...profileOf(result, NO_FLOORS, options), incomplete: early.message }, failure: early, notes };
  }
  noteValidity(result, 'The latency run was', notes);
  onStage("the engine's own time");
  const floors = await measureFloors(scenario, options);
  onStage('fitting the twin');
  let profile = profileOf(result, floors, options);
  const { calibrate: { probes: hasLimits = true } = {} } = kindOf(scenario.target);
  if (probes === undefined || !hasLimits) return { profile, failure: undefined, notes };
  try {
    const { seed } = conditions;
    const { limits, isClear } = await probeLimits(
      async (loads, recordBytes) => {
        const probe = probeScenario(target, loads, { recordBytes, seed }, targetFile);
        const probed = await measure(probe, options);
        noteValidity(probed, 'Probes of the limits were', notes);
        return { scenario: probe, result: probed };
      },
      { ...probes, recordMaxBytes: maxRecordBytesOf(scenario.target), onStage },
    );
    profile = { ...profile, limits };
    if (!isClear)
      notes.push('A token bucket and a fixed window explain the probes about equally well: lengthen --probe.');
    if (limits === null) notes.push(`No limit was found up to ${probes.overloadRecordsPerSecond} records/s.`);
    return { profile, failure: undefined, notes };
  } catch (error) {
    if (!isErrorOf(RUNNER_ERRORS, error)) throw error;
    return { profile: { ...profile, incomplete: error.message }, failure: error, notes };
  }
}

type RunOptions = Pick<CalibrateOptions, 'signal' | 'onLeftBehind'>;

/** @throws RunnerError if the run was interrupted or its target failed. */
export async function measure(scenario: Scenario, options: RunOptions): Promise<Result> {
  const result = await runOnce(scenario, options);
  const failure = failureOf(result);
  if (failure !== undefined) throw failure;
  return result;
}

function runOnce(scenario: Scenario, { signal, onLeftBehind }: RunOptions): Promise<Result> {
  return runScenario(scenario, {
    ceiling: 'skip',
    costAgreed: true,
    onLeftBehind,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Returns why a run ended early. */
function failureOf({ outcome }: Result): RunnerError | undefined {
  if (outcome.kind === 'completed') return undefined;
  if (outcome.kind === 'failed') {
    const code = outcome.code === 'RUNNER_TARGET_FAILED' ? 'RUNNER_TARGET_FAILED' : 'RUNNER_WORKER_FAILED';
    return runnerError(code, {
      what: outcome.message.replace(/\.$/, ''),
      fix: 'Check the target, then calibrate again.',
    });
  }
  return runnerError('RUNNER_INTERRUPTED', { what: 'calibrate was interrupted', fix: 'Run it again.' });
}

/**
 * Returns why latencies of a run do not describe the target. A late schedule is not a reason, because latencies count from
 * the hand-over here.
 */
export function disturbancesOf({ validity }: Result): ValidityCode[] {
  return [...new Set(validity.reasons.map(({ code }) => code))].filter((code) => code !== 'SCHEDULE_LAG');
}

function noteValidity(result: Result, subject: string, notes: string[]): void {
  const codes = disturbancesOf(result);
  if (codes.length === 0) return;
  const note = `${subject} INVALID (${codes.join(', ')}): the numbers partly describe the generator.`;
  if (!notes.includes(note)) notes.push(note);
}

const NO_FLOORS: Floors = { putNs: 0, fanOutNs: 0, pollingNs: 0 };

interface Floors {
  readonly putNs: number;
  readonly fanOutNs: number;
  /** Time in addition to the wait for the next poll. */
  readonly pollingNs: number;
}

/** Measures the median time of the engine without the latency of a profile. */
async function measureFloors({ target }: Scenario, options: CalibrateOptions): Promise<Floors> {
  const shards = 'shards' in target ? target.shards : 1;
  const engine = { kind: 'engine', shards };
  const conditions = { ...options.conditions, durationMs: FLOOR_MS, pollIntervalMs: 10 };
  const result = await measure(latencyScenario(engine, conditions), options);
  const medianOf = (kind: string) => delaySampleOf(result, kind).whole.percentileNs(50);
  const fanOutNs = medianOf(FAN_OUT);
  return { putNs: medianOf(PUT), fanOutNs, pollingNs: fanOutNs };
}

function profileOf(result: Result, floors: Floors, options: CalibrateOptions): ProfileDocument {
  const { target, targetName, conditions } = options;
  const { scenario, environment, startedAt } = result;
  const put = delaySampleOf(result, PUT);
  const fanOut = delaySampleOf(result, FAN_OUT);
  const polling = delaySampleOf(result, POLLING);
  const { ratePerSecond, recordBytes, pollIntervalMs, durationMs } = conditions;
  const shards = 'shards' in scenario.target ? scenario.target.shards : shardsSeen(result);
  const gapNs = (1e9 * Math.max(1, shards)) / ratePerSecond;
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    format: PROFILE_FORMAT,
    version: PROFILE_VERSION,
    name: targetName,
    basis: 'measurement',
    source: `measured by streamgauge calibrate with ${ratePerSecond} records/s of ${recordBytes} B`,
    recordedAt: startedAt,
    conditions: {
      target: scenario.target.kind,
      stream: text(target.stream),
      endpoint: text(target.endpoint),
      region: kindOf(scenario.target).calibrate?.region?.(scenario.target) ?? null,
      shards,
      recordBytes,
      ratePerSecond,
      pollIntervalMs,
      durationMs,
      seed: conditions.seed,
      machine: `${environment.cores} x ${environment.cpuModel}`,
      streamgauge: readOwnVersion(),
    },
    put: put.whole.count === 0 ? null : putDelay(put, floors.putNs),
    fanOut: fanOut.whole.count === 0 ? null : deliveredDelay(fanOut, { floorNs: floors.fanOutNs, gapNs }),
    // The noop target delivers records when it acknowledges them, so that no consumer polls it.
    polling:
      polling.whole.count === 0 || kindOf(scenario.target).calibrate?.probes === false
        ? null
        : deliveredDelay(polling, { floorNs: floors.pollingNs, gapNs, pollIntervalNs: pollIntervalMs * 1e6 }),
    limits: null,
  };
}

function shardsSeen({ cells }: Result): number {
  return new Set(cells.flatMap(({ shard }) => (shard === null ? [] : [shard]))).size;
}

function commonParts(sample: DelaySample): Pick<MeasuredDelay, 'count' | 'meanMs' | 'lag1' | 'quantiles'> {
  const { whole } = sample;
  const lag1 = lag1Of(sample);
  return {
    count: whole.count,
    meanMs: rounded(whole.meanNs / 1e6),
    lag1: lag1 === null ? null : Number(lag1.toFixed(3)),
    quantiles: quantileRows(whole),
  };
}

/** Returns the delay of puts. Each call of the twin draws independently. */
function putDelay(sample: DelaySample, floorNs: number): MeasuredDelay {
  const parts = commonParts(sample);
  const less = (rows: readonly QuantileRow[]) =>
    rows.map(({ p, ms }) => ({ p, ms: rounded(Math.max(0, ms - floorNs / 1e6)) }));
  return {
    ...parts,
    draws: { slotMs: 1, quantiles: less(parts.quantiles), w1OverMean: null },
    ...blocksOf(sample, parts.lag1, less),
  };
}

function deliveredDelay(sample: DelaySample, model: DeliveryModel): MeasuredDelay {
  const parts = commonParts(sample);
  const fitted = fitDraws(
    parts.quantiles.map(({ p, ms }) => ({ p, ns: ms * 1e6 })),
    model,
  );
  const quantiles = fitted.table.map(({ p, ns }) => ({ p, ms: rounded(ns / 1e6) }));
  const drawn = (rows: readonly QuantileRow[]) =>
    rows.map(({ p, ms }) => ({ p, ms: drawnFor(ms, parts.quantiles, quantiles) }));
  return {
    ...parts,
    draws: { slotMs: fitted.slotNs / 1e6, quantiles, w1OverMean: Number(fitted.w1OverMean.toFixed(4)) },
    ...blocksOf(sample, parts.lag1, drawn),
  };
}

/** Returns the draw that causes a measured latency: the one at the same place of the distribution. */
function drawnFor(ms: number, measured: readonly QuantileRow[], draws: readonly QuantileRow[]): number {
  const row = measured.findIndex((other) => other.ms >= ms);
  return draws.at(row)!.ms;
}

function blocksOf(
  { seconds }: DelaySample,
  lag1: number | null,
  change: (rows: readonly QuantileRow[]) => QuantileRow[],
): Pick<MeasuredDelay, 'blocks'> {
  if (lag1 === null || lag1 < LAG1_OF_BLOCKS) return {};
  return { blocks: seconds.map((second) => change(blockRows(second))) };
}
