import { resolveScenario } from '../../workloads/resolve.ts';
import type { Scenario } from '../../workloads/scenario.ts';

/** A target as a scenario writes it. */
export type WrittenTarget = Readonly<Record<string, unknown>> & { readonly kind: string };

export const FAN_OUT = 'fan-out';
export const POLLING = 'polling';
export const MEASURED_PHASE = 'measured';

/**
 * Conditions of measuring latencies. A twin is checked under the same conditions, because a profile is valid only under
 * them.
 */
export interface LatencyConditions {
  readonly ratePerSecond: number;
  readonly recordBytes: number;
  readonly pollIntervalMs: number;
  readonly durationMs: number;
  readonly seed: number;
}

const WARM_UP_MS = 1000;
const KEYS = 10_000;
/** Enough for calls of 300 ms at 1,000 records/s with one call per ms. */
const IN_FLIGHT = 512;

/**
 * @param target target, resolved with the scenario, so that its problems are reported with their places.
 * @throws ScenarioError
 */
export function latencyScenario(target: WrittenTarget, conditions: LatencyConditions, file?: string): Scenario {
  const { ratePerSecond, recordBytes, pollIntervalMs, durationMs, seed } = conditions;
  const rate = `${ratePerSecond}/s`;
  return resolve(
    {
      name: 'calibrate latency',
      seed,
      target,
      workloads: [
        {
          name: 'load',
          arrivals: 'poisson',
          phases: [
            { name: 'warm-up', duration: `${WARM_UP_MS}ms`, rate, recorded: false },
            { name: MEASURED_PHASE, duration: `${durationMs}ms`, rate },
          ],
          keys: { uniform: true, count: KEYS },
          payload: { size: `${recordBytes}B` },
          producers: { inFlight: IN_FLIGHT },
        },
      ],
      consumers: [
        { name: FAN_OUT, kind: 'fan-out' },
        { name: POLLING, kind: 'polling', intervalMs: pollIntervalMs },
      ],
    },
    file,
  );
}

/** One load of a probe: records to one shard from a start time. Rates are records per second. */
export interface ProbeLoad {
  readonly name: string;
  readonly arrivals: 'constant' | 'poisson';
  readonly restMs: number;
  readonly ratePerSecond: number;
  readonly durationMs: number;
}

/** Returns a scenario of consecutive loads to one shard, without retries of throttled records. */
export function probeScenario(
  target: WrittenTarget,
  loads: readonly ProbeLoad[],
  { recordBytes, seed }: Pick<LatencyConditions, 'recordBytes' | 'seed'>,
  file?: string,
): Scenario {
  const workloads = loads.map(({ name, arrivals, restMs, ratePerSecond, durationMs }) => ({
    name,
    arrivals,
    phases: [
      ...(restMs > 0 ? [{ name: 'rest', duration: `${restMs}ms`, rate: 0 }] : []),
      { name: MEASURED_PHASE, duration: `${durationMs}ms`, rate: `${ratePerSecond}/s` },
    ],
    keys: { one: 'probe' },
    payload: { size: `${recordBytes}B` },
    producers: { inFlight: IN_FLIGHT, retry: { attempts: 1 } },
  }));
  return resolve({ name: 'calibrate limits', seed, target, workloads, consumers: [] }, file);
}

function resolve(value: unknown, file: string | undefined): Scenario {
  return resolveScenario(value, file === undefined ? {} : { file });
}
