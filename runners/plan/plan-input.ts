import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { formatDuration } from '../../reports/format/numbers.ts';
import type { LoadSource } from '../../reports/plan/plan.ts';
import { targetRecordBytesMax } from '../../workloads/resolve-target.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { runnerError } from '../errors.ts';
import type { SimulationOptions } from '../simulation/conditions.ts';
import type { KeyWeights, Load } from '../simulation/load.ts';
import { consumersOfFlag } from './input/consumers-flag.ts';
import { DEFAULT_CONSUMERS, type LoadFlags, scenarioOfFlags } from './input/load-of-flags.ts';
import { conditionsOfScenario, loadOfScenario } from './input/load-of-scenario.ts';
import { SDK_PRODUCERS } from './input/sdk-producers.ts';
import type { TraceLoadOptions } from './input/trace/trace-options.ts';

/** The load of a plan, in one form for every kind of input. */
export interface PlanInput {
  readonly load: Load;
  readonly source: LoadSource;
  /** Behaviour of the stream, if the input knows it better than AWS's documents. */
  readonly conditions: Pick<SimulationOptions, 'latency' | 'maxRecordBytes'>;
  /** The scenario, for its thresholds and its shards, and to be run. */
  readonly scenario?: Scenario;
  /** Frees what the load holds; it cannot be simulated after that. */
  close(): void;
}

/** Options as they were written. */
export interface PlanInputFlags extends LoadFlags {
  readonly trace: Omit<TraceLoadOptions, 'consumers' | 'producers' | 'seed'>;
  /** File of a key sketch, for metrics. */
  readonly sketch?: string | undefined;
  /** Length of a period of metrics, if the metrics do not show it. */
  readonly periodNs?: number | undefined;
  /** For a live stream: the endpoint instead of AWS, the region, and the time span of its metrics. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly lastNs?: number | undefined;
  readonly loadScenario: (nameOrPath: string, seed: number | undefined) => Scenario;
}

const HEAD_BYTES = 4096;
const LIVE_STREAM = /^aws:(?<stream>.*)$/u;
const STREAM_NAME = /^[a-zA-Z0-9_.-]{1,128}$/u;
const SCENARIO_NAME = /\.ya?ml$/iu;

/**
 * Opens what a plan is made of: a scenario by its file or name, a trace, CloudWatch metrics, a sketch, a live stream, or flags only.
 * @throws RunnerError RUNNER_USAGE, ScenarioError, and what reading the input throws.
 */
export async function openPlanInput(input: string | undefined, flags: PlanInputFlags): Promise<PlanInput> {
  if (input === undefined) return scenarioInput(scenarioOfFlags(flags), 'flags');
  rejectLoadFlags(input, flags);
  const stream = LIVE_STREAM.exec(input)?.groups?.stream;
  if (stream !== undefined) return accountInput(stream, flags);
  refuseAccountFlags(input, flags);
  if (input !== '-' && (SCENARIO_NAME.test(input) || !isFile(input))) {
    return scenarioInput(flags.loadScenario(input, flags.seed), 'scenario');
  }
  const head = jsonHead(input);
  if (/"schema"\s*:\s*"streamgauge key sketch"/u.test(head)) return sketchInput(input, flags);
  if (/"(?:MetricDataResults|Datapoints)"/u.test(head)) return metricsInput(input, flags);
  return traceInput(input, flags);
}

function scenarioInput(scenario: Scenario, source: LoadSource): PlanInput {
  const { target } = scenario;
  const { latency } = conditionsOfScenario(scenario);
  const maxRecordBytes = targetRecordBytesMax(target);
  return {
    load: withFlagsNote(withWarmUpNote(withCallTime(loadOfScenario(scenario)), scenario), source),
    source,
    scenario,
    conditions: {
      ...(latency === undefined || latency === 'none' ? {} : { latency }),
      ...(maxRecordBytes === undefined ? {} : { maxRecordBytes }),
    },
    close: () => {},
  };
}

function withFlagsNote(load: Load, source: LoadSource): Load {
  if (source !== 'flags') return load;
  const note =
    'Records come independently (Poisson) at a constant rate. Real traffic has peaks: give the rate of the peak.';
  return { ...load, notes: [...load.notes, note] };
}

/** A run leaves phases that are not recorded out of its summary; a plan counts them. */
function withWarmUpNote(load: Load, { workloads }: Scenario): Load {
  if (workloads.every(({ phases }) => phases.every(({ recorded }) => recorded))) return load;
  return {
    ...load,
    notes: [...load.notes, 'Phases that are not recorded count as well, because they throttle like others.'],
  };
}

/** The engine acknowledges at once, AWS does not: a load for the engine gets the call time that plans assume. */
function withCallTime(load: Load): Load {
  const { producers, producerGroups } = load;
  if (producers.callNs > 0) return load;
  const { callNs } = SDK_PRODUCERS;
  const note = `A put takes ${formatDuration(callNs)} without throttling: AWS publishes no figure, so this is assumed.`;
  return {
    ...load,
    producers: { ...producers, callNs },
    ...(producerGroups === undefined ? {} : { producerGroups: producerGroups.map((group) => ({ ...group, callNs })) }),
    notes: [...load.notes, note],
  };
}

async function traceInput(path: string, { trace, consumers, producers, seed }: PlanInputFlags): Promise<PlanInput> {
  const { loadOfTrace } = await import('./input/load-of-trace.ts');
  const load = await loadOfTrace(path, {
    ...trace,
    consumers: consumersOfFlag(consumers ?? DEFAULT_CONSUMERS),
    producers,
    seed,
  });
  return { load, source: 'trace', conditions: {}, close: () => load.close() };
}

async function metricsInput(path: string, flags: PlanInputFlags): Promise<PlanInput> {
  const { trace, consumers, producers, sketch, periodNs } = flags;
  const { loadOfMetrics, readMetrics } = await import('./input/load-of-metrics.ts');
  const load = loadOfMetrics(await readMetrics(path), {
    name: basename(path),
    consumers: consumers === undefined ? undefined : consumersOfFlag(consumers),
    producers,
    periodNs,
    scale: trace.scale,
    ...(sketch === undefined ? {} : { keys: await keysOfSketch(sketch, trace) }),
  });
  return { load, source: 'metrics', conditions: {}, close: () => {} };
}

async function keysOfSketch(path: string, { scale = 1, copyKeys }: PlanInputFlags['trace']): Promise<KeyWeights> {
  const { readSketch } = await import('../sketch/sketch-file.ts');
  const { sketchWeights } = await import('./input/load-of-sketch.ts');
  return sketchWeights(await readSketch(path), copyKeys === 'same' ? 1 : Math.max(1, scale));
}

async function sketchInput(path: string, { trace, consumers, producers }: PlanInputFlags): Promise<PlanInput> {
  const { readSketch } = await import('../sketch/sketch-file.ts');
  const { loadOfSketch } = await import('./input/load-of-sketch.ts');
  const load = loadOfSketch(await readSketch(path), {
    name: basename(path),
    consumers: consumersOfFlag(consumers ?? DEFAULT_CONSUMERS),
    producers,
    scale: trace.scale,
    copyKeys: trace.copyKeys,
  });
  return { load, source: 'sketch', conditions: {}, close: () => {} };
}

async function accountInput(stream: string, flags: PlanInputFlags): Promise<PlanInput> {
  const { trace, consumers, producers, sketch, endpoint, region, lastNs } = flags;
  if (!STREAM_NAME.test(stream)) {
    const what = `"${stream}" is not the name of a stream`;
    const fix = 'Write aws: and 1 to 128 letters, digits, _ . or -, such as aws:orders.';
    throw runnerError('RUNNER_USAGE', { what, fix });
  }
  const { ACCOUNT_PERMISSIONS, loadOfAccount } = await import('./input/load-of-account.ts');
  const load = await loadOfAccount({
    stream,
    endpoint,
    region,
    lastNs,
    consumers: consumers === undefined ? undefined : consumersOfFlag(consumers),
    producers,
    scale: trace.scale,
    ...(sketch === undefined ? {} : { keys: await keysOfSketch(sketch, trace) }),
    onProgress: (values) => trace.onProgress?.(undefined, values),
  });
  const note = `The account was only read, which needs ${ACCOUNT_PERMISSIONS.join(', ')}.`;
  return { load: { ...load, notes: [...load.notes, note] }, source: 'account', conditions: {}, close: () => {} };
}

function refuseAccountFlags(input: string, { endpoint, region, lastNs }: PlanInputFlags): void {
  const given = Object.entries({ endpoint, region, last: lastNs }).find(([, value]) => value !== undefined)?.[0];
  if (given === undefined) return;
  const fix = `Remove --${given}, or name a stream: aws:STREAM.`;
  throw runnerError('RUNNER_USAGE', { what: `--${given} is for a live stream, and ${input} is none`, fix });
}

/** Flags that describe a load contradict an input that is one. */
function rejectLoadFlags(input: string, { rate, size, keys, duration }: PlanInputFlags): void {
  const given = Object.entries({ rate, size, keys, duration }).find(([, value]) => value !== undefined)?.[0];
  if (given === undefined) return;
  const fix = 'Remove one of the two. To multiply a trace, use --scale.';
  throw runnerError('RUNNER_USAGE', { what: `--${given} describes a load, and ${input} is one already`, fix });
}

const isFile = (path: string): boolean => existsSync(path) && !statSync(path).isDirectory();

/** The beginning of a file; empty for standard input and pipes, which can be read only once. */
function jsonHead(path: string): string {
  if (path === '-' || !statSync(path).isFile()) return '';
  const bytes = Buffer.alloc(HEAD_BYTES);
  const file = openSync(path, 'r');
  try {
    return bytes.toString('utf8', 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
