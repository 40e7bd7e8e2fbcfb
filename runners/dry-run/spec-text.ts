import {
  formatByteRate,
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  formatRatio,
} from '../../reports/format/numbers.ts';
import { twoStates } from '../../workloads/count-clock.ts';
import type {
  ArrivalsSpec,
  ConsumerSpec,
  DelaySpec,
  KeysSpec,
  LatencySpec,
  LimitsSpec,
  Phase,
  ProducersSpec,
  QueueSpec,
  SizeSpec,
  TargetSpec,
  TwinProfileSpec,
} from '../../workloads/scenario.ts';
import type { WorkloadPlan } from './plan.ts';

/** Parts of a scenario as people read them, each as a list of short texts. */

/** 0 has no unit that is right. */
export const timeText = (ns: number): string => (ns === 0 ? '0s' : formatDuration(ns));

export function targetTexts(target: TargetSpec): string[] {
  switch (target.kind) {
    case 'engine': {
      const { memoryBytes, maxRecordBytes, whenFull } = target;
      return [
        `engine with ${countOf(target.shards, 'shard')}`,
        ...limitsTexts(target.limits),
        target.profile === undefined ? `latency ${latencyText(target.latency)}` : profileText(target.profile),
        `memory ${mebibytes(memoryBytes)}`,
        `records up to ${mebibytes(maxRecordBytes)}`,
        whenFull === 'trim' ? 'trims the oldest records when full' : 'rejects puts when full',
      ];
    }
    case 'noop':
      return [
        `noop with ${countOf(target.shards, 'shard')}`,
        `delay ${delayText(target.delay)}`,
        ...queueTexts(target.queue),
        ...target.stalls.map(({ atNs, forNs }) => `stall at ${timeText(atNs)} for ${timeText(forNs)}`),
      ];
    case 'kinesis': {
      const { stream, endpoint, region, create, put, aggregate, protocol, maxRecordBytes, timeoutNs } = target;
      return [
        `kinesis stream ${stream}`,
        `endpoint ${endpoint ?? 'from the AWS environment'}`,
        ...(region === undefined ? [] : [`region ${region}`]),
        create === undefined
          ? 'must exist'
          : create.mode === 'on-demand'
            ? 'created on-demand and deleted afterwards'
            : `created with ${countOf(create.shards, 'shard')} and deleted afterwards`,
        put === 'records' ? 'PutRecords' : 'PutRecord',
        ...(aggregate ? ['aggregated records'] : []),
        protocol === 'http2' ? 'HTTP/2' : 'HTTP/1.1',
        `records up to ${mebibytes(maxRecordBytes)}`,
        `calls time out after ${timeText(timeoutNs)}`,
      ];
    }
  }
}

function queueTexts(queue: QueueSpec | undefined): string[] {
  if (queue === undefined) return [];
  const { servers, serviceNs } = queue;
  return [
    `${countOf(servers, 'server')} of ${timeText(serviceNs)} a record: ${formatRate((servers / serviceNs) * 1e9)}`,
  ];
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

function delayText(delay: DelaySpec): string {
  if (delay.kind === 'none') return 'none';
  if (delay.kind === 'fixed') return timeText(delay.ns);
  return `lognormal, p50 ${timeText(delay.p50Ns)}, p99 ${timeText(delay.p99Ns)}`;
}

export function arrivalsText(arrivals: ArrivalsSpec): string {
  switch (arrivals.kind) {
    case 'constant':
      return 'constant arrivals';
    case 'uniform':
      return 'uniform arrivals';
    case 'poisson':
      return 'Poisson arrivals';
    case 'on-off':
    case 'mmpp': {
      const highest = Math.max(...twoStates(arrivals).factors);
      return `${arrivals.kind} arrivals, bursts of ${Number(highest.toPrecision(3))} times the rate`;
    }
    case 'recorded':
      return `recorded arrivals at speed ${arrivals.speed}`;
  }
}

export function rateTextOf({ fromPerSecond, toPerSecond }: Phase): string {
  if (fromPerSecond === toPerSecond) return fromPerSecond === 0 ? 'pause' : formatRate(fromPerSecond);
  return `${formatRate(fromPerSecond)} to ${formatRate(toPerSecond)}`;
}

export function keysText(keys: KeysSpec): string {
  switch (keys.kind) {
    case 'uniform':
      return `${countOf(keys.count, 'key')}, each equally often`;
    case 'zipf':
      return `${countOf(keys.count, 'key')}, Zipf ${keys.exponent}`;
    case 'hot':
      return `${countOf(keys.count, 'key')}, ${formatRatio(keys.hotShare)} of the records on ${formatCount(keys.hotCount)}`;
    case 'sequential':
      return `${countOf(keys.count, 'key')} in turn`;
    case 'shares':
      return `${countOf(keys.shares.length * keys.keysPerShard, 'key')}, ${sharesText(keys.shares)}`;
    case 'one':
      return `one key, '${keys.key}'`;
    case 'field':
      return `from field '${keys.field}'`;
  }
}

const SHARES_SHOWN_MAX = 8;

function sharesText(shares: readonly number[]): string {
  if (shares.length <= SHARES_SHOWN_MAX) return `by shard ${shares.map(formatRatio).join(', ')} of the records`;
  return `each shard ${formatRatio(Math.min(...shares))} to ${formatRatio(Math.max(...shares))} of the records`;
}

export function payloadTexts({ payload, payloadMeanBytes }: WorkloadPlan): string[] {
  const mean = `${formatBytes(payloadMeanBytes)} on average`;
  switch (payload.kind) {
    case 'size':
      return [
        ...sizeTexts(payload.size, mean),
        ...(payload.randomRatio < 1 ? [`${formatRatio(payload.randomRatio)} random bytes`] : []),
      ];
    case 'template':
      return ['JSON from a template', mean];
    case 'replay':
      return ['replayed records', mean];
  }
}

function sizeTexts(size: SizeSpec, mean: string): string[] {
  switch (size.kind) {
    case 'fixed':
      return [mean.replace(' on average', ' each')];
    case 'lognormal':
      return [`lognormal, p50 ${formatBytes(size.p50Bytes)}, p99 ${formatBytes(size.p99Bytes)}`, mean];
    case 'pareto':
      return [`Pareto ${size.shape}, ${formatBytes(size.minBytes)} to ${formatBytes(size.maxBytes)}`, mean];
  }
}

export function producerTexts({ count, batch, inFlight, whenBusy }: ProducersSpec, own: number): string[] {
  const linger = batch.lingerNs === 0 ? 'sent at once' : `sent after ${timeText(batch.lingerNs)}`;
  return [
    own === count ? countOf(count, 'producer') : `${own} of ${countOf(count, 'producer')}`,
    `batches up to ${countOf(batch.records, 'record')} or ${formatBytes(batch.bytes)}`,
    linger,
    `up to ${countOf(inFlight, 'call')} in flight${own > 1 ? ' each' : ''}`,
    whenBusy === 'wait' ? 'records wait for a free call' : 'records are dropped without a free call',
  ];
}

export function retryTexts({ retry }: ProducersSpec): string[] {
  if (retry.attempts === 1) return ['none'];
  const waits = `waits up to ${timeText(retry.baseNs)}, doubling to ${timeText(retry.capNs)}`;
  return [`${formatCount(retry.attempts)} attempts`, waits];
}

export function consumerText(consumer: ConsumerSpec): string {
  if (consumer.kind === 'fan-out') return 'fan-out';
  const limit = consumer.limit === undefined ? '' : `, at most ${countOf(consumer.limit, 'record')} a poll`;
  return `polling every ${timeText(consumer.intervalNs)}${limit}`;
}

export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Memory is written in MiB in scenarios. */
function mebibytes(bytes: number): string {
  const mebi = bytes / 2 ** 20;
  return mebi >= 1 && Number.isInteger(mebi) ? `${formatCount(mebi)}MiB` : formatBytes(bytes);
}
