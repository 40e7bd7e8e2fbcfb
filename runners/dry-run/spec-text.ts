import { formatBytes, formatCount, formatRate, formatRatio } from '../../reports/format/numbers.ts';
import { twoStates } from '../../workloads/count-clock.ts';
import type { ArrivalsSpec, ConsumerSpec, KeysSpec, Phase, ProducersSpec, SizeSpec } from '../../workloads/scenario.ts';
import { countOf, timeText } from '../targets/quantity-text.ts';
import type { WorkloadPlan } from './plan.ts';

/** Parts of a scenario as people read them, each as a list of short texts. */

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
  if (consumer.kind === 'group') {
    const { members, protocol, commitNs } = consumer;
    return `group of ${members}, ${protocol} protocol, commits every ${timeText(commitNs)}`;
  }
  if (consumer.kind === 'delivered') return `delivered, looks every ${timeText(consumer.intervalNs)}`;
  const limit = consumer.limit === undefined ? '' : `, at most ${countOf(consumer.limit, 'record')} a poll`;
  return `polling every ${timeText(consumer.intervalNs)}${limit}`;
}
