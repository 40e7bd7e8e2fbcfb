import { createHash } from 'node:crypto';
import { fluidThrottledRatio, peakOf } from '../../../runners/plan/fluid.ts';
import type { KeyWeights, Load } from '../../../runners/simulation/load.ts';
import type { LatencyQuantiles, SimulatedRun } from '../../../runners/simulation/simulated-run.ts';

/** Keys with their shares of the records; bytes have the same shares. */
export function keysOf(shares: Readonly<Record<string, number>>): KeyWeights {
  const heaviest = Object.entries(shares)
    .map(([name, share]) => ({ name, hashRatio: hashRatioOf(name), recordShare: share, byteShare: share }))
    .sort((a, b) => b.recordShare - a.recordShare);
  const sharesOf = (shardCount: number) => {
    const found = new Float64Array(shardCount);
    for (const { hashRatio, recordShare } of heaviest) found[Math.floor(hashRatio * shardCount)]! += recordShare;
    return found;
  };
  return { heaviest, distinctKeys: heaviest.length, recordShares: sharesOf, byteShares: sharesOf };
}

export const hashRatioOf = (key: string): number =>
  Number.parseInt(createHash('md5').update(key).digest('hex').slice(0, 13), 16) / 16 ** 13;

export const evenKeys = (count: number): KeyWeights =>
  keysOf(Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, 1 / count])));

/** Spread perfectly, as no real keys are. */
export const perfectKeys: KeyWeights = {
  heaviest: [],
  distinctKeys: 1e6,
  recordShares: (shardCount) => new Float64Array(shardCount).fill(1 / shardCount),
  byteShares: (shardCount) => new Float64Array(shardCount).fill(1 / shardCount),
};

export interface MadeLoad {
  readonly ratesPerSecond: readonly number[];
  readonly recordBytes?: number;
  readonly stepSeconds?: number;
  readonly keys?: KeyWeights;
  readonly consumers?: Load['consumers'];
}

export function madeLoad({
  ratesPerSecond,
  recordBytes = 800,
  stepSeconds = 1,
  keys = perfectKeys,
  consumers = [],
}: MadeLoad): Load {
  const recordsOfStep = Float64Array.from(ratesPerSecond, (rate) => rate * stepSeconds);
  const records = recordsOfStep.reduce((sum, count) => sum + count, 0);
  return {
    name: 'made',
    durationNs: ratesPerSecond.length * stepSeconds * 1e9,
    records,
    bytes: records * recordBytes,
    rates: {
      stepNs: stepSeconds * 1e9,
      recordsOfStep,
      bytesOfStep: recordsOfStep.map((count) => count * recordBytes),
      recordsPerBurst: 1,
    },
    keys,
    producers: {
      count: 1,
      batch: { records: 500, bytes: 1e6, lingerNs: 0 },
      whenBusy: 'wait',
      retry: { attempts: 3, baseNs: 1e8, capNs: 2e10 },
      callNs: 5e6,
    },
    consumers,
    notes: ['The load was made by hand.'],
  };
}

/** Replaces the simulation: throttles what finds no tokens in the fluid, and nothing else. */
export function fluidRun(load: Load, shards: number): SimulatedRun {
  const ratio = fluidThrottledRatio(load, shards);
  const shares = [...load.keys.recordShares(shards)];
  const peak = peakOf(load.rates);
  const busiest = shares.indexOf(Math.max(...shares));
  const throttled = Math.round(ratio * load.records);
  const putToGet = latency(load.records, 250e6);
  return {
    shards,
    method: 'rates',
    counts: {
      due: load.records,
      accepted: load.records,
      failed: 0,
      unsent: 0,
      attempts: load.records + throttled,
      throttledAttempts: throttled,
      throttledRecords: throttled,
    },
    throttledRatio: throttled / (load.records + throttled),
    throttledRecordsRatio: ratio,
    ackLatency: latency(load.records, throttled > 0 ? 1e9 : 8e6),
    consumers: load.consumers.map(({ name, kind }) => ({
      name,
      kind,
      putToGet,
      readUtilisationRatio: 0.2,
      callUtilisationRatio: kind === 'polling' ? 0.2 : null,
      iteratorAgeMaxNs: 3e8,
    })),
    putToGet,
    perShard: shares.map((share) => ({
      records: share * load.records,
      bytes: share * load.bytes,
      throttledAttempts: share * peak.recordsPerSecond > 1000 ? share * throttled : 0,
    })),
    busiest: {
      shard: busiest,
      peakRatio: (shares[busiest]! * peak.recordsPerSecond) / 1000,
      meanRatio: (shares[busiest]! * load.records) / (load.durationNs / 1e9) / 1000,
      limit: 'records',
    },
  };
}

function latency(count: number, p99: number): LatencyQuantiles {
  return {
    count,
    mean: p99 / 2,
    p50: p99 / 2,
    p75: p99 * 0.8,
    p90: p99 * 0.9,
    p95: p99 * 0.95,
    p99,
    p999: p99,
    max: p99,
  };
}
