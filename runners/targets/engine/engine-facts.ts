import type { TargetFacts } from '../../../reports/result/target-facts.ts';
import type { EngineTargetSpec } from '../../../workloads/targets/engine.ts';
import { writeLimitsOf } from './write-limits.ts';

export function engineFacts(spec: EngineTargetSpec): TargetFacts {
  const { limits, latency, profile } = spec;
  const model = modelOf(latency, profile);
  const { recordsPerSecond, bytesPerSecond } = writeLimitsOf(spec) ?? {};
  return {
    durability: 'none: records are in the memory of this process, and end with it',
    order: 'by key; a record that was throttled and retried can land behind a later one of its key',
    delivery: 'once; a retry after a lost response stores the record again',
    copies: 0,
    place: 'process',
    client: 'none, it writes to shared memory',
    batching: 'the batches of the scenario, with records of all shards',
    polling: 'returns',
    throttling: limits === 'none' ? 'none' : 'rejects',
    routing: 'MD5 of the key, over ranges of hash keys',
    limits:
      recordsPerSecond === undefined || bytesPerSecond === undefined ? null : { recordsPerSecond, bytesPerSecond },
    compression: 'none',
    ...(model === undefined ? {} : { model }),
    fixes: {
      durability: 'Nothing makes the engine in this process durable: read its latencies as those of memory.',
      place: 'Use streamgauge serve as the target, on another machine.',
      limits: 'Set limits: none for the engine, or use a load far below the limits of its shards.',
      model: 'Use the service itself, or a profile that calibrate measured in your account.',
    },
  };
}

function modelOf(latency: EngineTargetSpec['latency'], profile: EngineTargetSpec['profile']): TargetFacts['model'] {
  if (profile !== undefined) {
    const origin = profile.basis === 'measurement' ? 'measured' : 'from documentation';
    const puts = profile.put === undefined ? '; puts take no time of their own' : '';
    return `the latencies of ${profile.name}, ${origin}${puts}`;
  }
  if (latency === 'none') return undefined;
  if (typeof latency === 'string') return `the latency of ${latency} that AWS documents`;
  return `the latencies of ${latency.name ?? latency.source ?? 'a profile'}`;
}
