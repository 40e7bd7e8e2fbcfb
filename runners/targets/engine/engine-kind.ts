import { isAbsolute, resolve } from 'node:path';
import { formatByteRate, formatBytes, formatRate } from '../../../reports/format/numbers.ts';
import type { LatencySpec, LimitsSpec, TwinProfileSpec } from '../../../workloads/limits-and-latency.ts';
import type { EngineTargetSpec } from '../../../workloads/targets/engine.ts';
import { AWS_BURST_NS } from '../../aws/shard-limits.ts';
import { countOf, mebibytes, timeText } from '../quantity-text.ts';
import type { TargetKind } from '../target-kind.ts';
import { engineFacts } from './engine-facts.ts';
import { writeLimitsOf } from './write-limits.ts';

/** The reference engine in this process, as itself or as a twin of a service. */
export const engineKind: TargetKind<EngineTargetSpec> = {
  kind: 'engine',
  loadDriver: async () => (await import('./engine-driver.ts')).engineDriver,
  title: ({ shards }) => `engine with ${countOf(shards, 'shard')}`,
  details: ({ limits, profile, latency, memoryBytes, maxRecordBytes, whenFull }) => [
    ...limitsTexts(limits),
    profile === undefined ? `latency ${latencyText(latency)}` : profileText(profile),
    `memory ${mebibytes(memoryBytes)}`,
    `records up to ${mebibytes(maxRecordBytes)}`,
    whenFull === 'trim' ? 'trims the oldest records when full' : 'rejects puts when full',
  ],
  facts: engineFacts,
  pricedAs: ({ limits, shards }) => (limits === 'aws' ? { shards, isOnDemand: false } : undefined),
  shardLimits: writeLimitsOf,
  burstNs({ limits }) {
    if (limits === 'none') return 0;
    return limits === 'aws' ? AWS_BURST_NS : limits.burstSeconds * 1e9;
  },
  plan: {
    conditions(spec) {
      const { limits, maxRecordBytes, profile, latency } = spec;
      return {
        latency:
          profile === undefined ? latency : { fanOut: profile.fanOut ?? latency, polling: profile.polling ?? latency },
        maxRecordBytes,
        limits: limits === 'aws' ? 'aws' : (writeLimitsOf(spec) ?? 'none'),
      };
    },
    readLatency: ({ latency }) => (latency === 'none' ? undefined : latency),
    putLatency: ({ profile }) => profile?.put?.quantiles,
  },
  gate: { withPathsFrom },
  knee: { withShards: (written, shards) => ({ ...written, shards }) },
  calibrate: { shorthand: { text: 'engine', parse: (text) => (text === 'engine' ? { kind: text } : undefined) } },
};

/** Latencies and profiles may be files beside the one that names them. */
function withPathsFrom(written: object, folder: string): object {
  const files = Object.entries(written).filter(
    ([key, value]) =>
      (key === 'latency' || key === 'profile') &&
      typeof value === 'string' &&
      value.endsWith('.json') &&
      !isAbsolute(value),
  );
  return { ...written, ...Object.fromEntries(files.map(([key, value]) => [key, resolve(folder, String(value))])) };
}

function limitsTexts(limits: LimitsSpec): string[] {
  if (limits === 'none') return ['no limits'];
  if (limits === 'aws') return ['limits of AWS'];
  const { recordsPerSecond, bytesPerSecond, readBytesPerSecond, readCallsPerSecond } = limits;
  return [
    `a shard takes ${formatRate(recordsPerSecond)} and ${formatByteRate(bytesPerSecond)}`,
    burstText(limits),
    ...(readBytesPerSecond === undefined ? [] : [`a shard gives out ${formatByteRate(readBytesPerSecond)}`]),
    ...(readCallsPerSecond === undefined ? [] : [`polls ${formatRate(readCallsPerSecond)} a shard`]),
  ];
}

function burstText({ burstSeconds, burstRecords, burstBytes, windowSeconds }: Exclude<LimitsSpec, string>): string {
  if (windowSeconds !== undefined) return `counted in windows of ${timeText(windowSeconds * 1e9)}`;
  if (burstRecords === undefined && burstBytes === undefined) return `bursts of ${timeText(burstSeconds * 1e9)}`;
  const records = burstRecords === undefined ? [] : [countOf(Math.round(burstRecords), 'record')];
  const bytes = burstBytes === undefined ? [] : [formatBytes(burstBytes)];
  return `bursts of ${[...records, ...bytes].join(' and ')}`;
}

function latencyText(latency: LatencySpec): string {
  if (typeof latency === 'string') return latency;
  return `profile ${latency.name ?? latency.source ?? ''}`.trimEnd();
}

function profileText({ name, basis }: TwinProfileSpec): string {
  return `latencies of ${name}, from ${basis === 'measurement' ? 'a measurement' : 'documentation'}`;
}
