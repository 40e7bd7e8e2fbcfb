import type { Part } from '../../reports/result/origin.ts';
import type { Scenario } from '../../workloads/scenario.ts';

export const SECOND_NS = 1e9;
export const RECORD_BYTES = 100;

export interface HourOptions {
  /** Whole seconds, at least 10 (default one hour). */
  readonly seconds?: number;
  readonly shards?: number;
  readonly workloads?: number;
  readonly consumers?: number;
  /** The rate of each workload. */
  readonly recordsPerSecond?: number;
  readonly seed?: number;
  readonly thresholds?: readonly string[];
  /** Makes it a part: the scenario then has `of` times the rate and `of` producers a workload, and this result one's records. */
  readonly part?: Part;
}

/** The scenario that a made-up long result belongs to. */
export function hourScenario(options: HourOptions): Scenario {
  const { seconds = 3600, shards = 64, workloads = 1, consumers = 1, recordsPerSecond = 1000, seed = 1 } = options;
  const { thresholds = [], part } = options;
  const producers = part?.of ?? 1;
  const warmUpNs = Math.min(60, Math.floor(seconds / 5)) * SECOND_NS;
  const rate = { fromPerSecond: recordsPerSecond * producers, toPerSecond: recordsPerSecond * producers };
  const steadyNs = seconds * SECOND_NS - warmUpNs;
  return {
    name: 'an hour',
    seed,
    target: {
      kind: 'engine',
      shards,
      limits: 'aws',
      latency: 'enhanced-fan-out',
      memoryBytes: 2 ** 28,
      maxRecordBytes: 2 ** 20,
      whenFull: 'trim',
    },
    workloads: Array.from({ length: workloads }, (_, index) => ({
      name: `workload-${index}`,
      arrivals: { kind: 'constant' },
      phases: [
        { name: 'warm-up', startNs: 0, durationNs: warmUpNs, recorded: false, ...rate },
        { name: 'steady', startNs: warmUpNs, durationNs: steadyNs, recorded: true, ...rate },
      ],
      keys: { kind: 'uniform', count: 10_000 },
      payload: { kind: 'size', size: { kind: 'fixed', bytes: RECORD_BYTES }, randomRatio: 1 },
      producers: {
        count: producers,
        batch: { records: 500, bytes: 1e6, lingerNs: 10e6 },
        inFlight: 8,
        whenBusy: 'wait',
        retry: { attempts: 3, baseNs: 50e6, capNs: SECOND_NS },
      },
    })),
    consumers: Array.from({ length: consumers }, (_, index) =>
      index % 2 === 0
        ? { name: `consumer-${index}`, kind: 'fan-out' }
        : { name: `consumer-${index}`, kind: 'polling', intervalNs: 200e6 },
    ),
    thresholds,
    drainNs: 5 * SECOND_NS,
  };
}
