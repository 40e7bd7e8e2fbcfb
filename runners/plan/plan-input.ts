import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { LoadSource } from '../../reports/plan/plan.ts';
import { formatDuration } from '../../reports/text/format.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { RunnerError } from '../errors.ts';
import type { SimulationOptions } from '../simulation/conditions.ts';
import type { Load } from '../simulation/load.ts';
import { consumersOfFlag } from './input/consumers-flag.ts';
import { DEFAULT_CONSUMERS, type LoadFlags, scenarioOfFlags } from './input/load-of-flags.ts';
import { loadOfScenario } from './input/load-of-scenario.ts';
import { SDK_PRODUCERS } from './input/sdk-producers.ts';
import type { TraceLoadOptions } from './input/trace/trace-options.ts';

/** What is planned, whatever it was made from. */
export interface PlanInput {
  readonly load: Load;
  readonly source: LoadSource;
  /** How the stream behaves, if the input knows it better than AWS's documents. */
  readonly conditions: Pick<SimulationOptions, 'latency' | 'maxRecordBytes'>;
  /** The scenario, for its thresholds and its shards, and to be run. */
  readonly scenario?: Scenario;
  /** Frees what the load holds; it cannot be simulated after that. */
  close(): void;
}

/** Options as they were written. */
export interface PlanInputFlags extends LoadFlags {
  readonly trace: Omit<TraceLoadOptions, 'consumers' | 'producers' | 'seed'>;
  readonly loadScenario: (nameOrPath: string, seed: number | undefined) => Scenario;
}

const HEAD_BYTES = 4096;
const SCENARIO_NAME = /\.ya?ml$/iu;

/**
 * Opens what a plan is made of: a scenario by its file or name, a trace, CloudWatch metrics or a sketch, or flags only.
 * @throws RunnerError RUNNER_USAGE, ScenarioError, and what reading the input throws.
 */
export async function openPlanInput(input: string | undefined, flags: PlanInputFlags): Promise<PlanInput> {
  if (input === undefined) return scenarioInput(scenarioOfFlags(flags), 'flags');
  refuseLoadFlags(input, flags);
  if (input !== '-' && (SCENARIO_NAME.test(input) || !isFile(input))) {
    return scenarioInput(flags.loadScenario(input, flags.seed), 'scenario');
  }
  const json = jsonHead(input);
  if (json !== undefined && /"MetricDataResults"/u.test(json)) return metricsInput(input, flags);
  return traceInput(input, flags);
}

function scenarioInput(scenario: Scenario, source: LoadSource): PlanInput {
  const { target } = scenario;
  const isTwin = target.kind === 'engine' && target.latency !== 'none';
  return {
    load: withCallTime(loadOfScenario(scenario)),
    source,
    scenario,
    conditions: {
      ...(isTwin ? { latency: target.latency } : {}),
      ...(target.kind === 'noop' ? {} : { maxRecordBytes: target.maxRecordBytes }),
    },
    close: () => {},
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

async function metricsInput(path: string, { trace, consumers, producers }: PlanInputFlags): Promise<PlanInput> {
  const { loadOfMetrics } = await import('./input/load-of-metrics.ts');
  const load = loadOfMetrics(JSON.parse(await readFile(path, 'utf8')), {
    name: path,
    consumers: consumers === undefined ? undefined : consumersOfFlag(consumers),
    producers,
    scale: trace.scale,
  });
  return { load, source: 'metrics', conditions: {}, close: () => {} };
}

/** Flags that describe a load contradict an input that is one. */
function refuseLoadFlags(input: string, { rate, size, keys, duration }: PlanInputFlags): void {
  const given = Object.entries({ rate, size, keys, duration }).find(([, value]) => value !== undefined)?.[0];
  if (given === undefined) return;
  const fix = 'Leave out one of the two. A trace can be multiplied with --scale.';
  throw new RunnerError('RUNNER_USAGE', { what: `--${given} describes a load, and ${input} is one already`, fix });
}

const isFile = (path: string): boolean => existsSync(path) && !statSync(path).isDirectory();

/** The beginning of a file that is one JSON document over several lines, or short; undefined for anything else. */
function jsonHead(path: string): string | undefined {
  if (path === '-' || !statSync(path).isFile()) return undefined;
  const bytes = Buffer.alloc(HEAD_BYTES);
  const file = openSync(path, 'r');
  try {
    const text = bytes.toString('utf8', 0, readSync(file, bytes));
    return text.trimStart().startsWith('{') ? text : undefined;
  } finally {
    closeSync(file);
  }
}
