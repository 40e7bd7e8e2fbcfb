import { readFile } from 'node:fs/promises';
import { type RunnerError, runnerError } from '../../errors.ts';
import type { ConsumerModel, KeyWeights, Load } from '../../simulation/load.ts';
import { shardShares } from '../../sketch/shard-shares.ts';
import { consumersOfFlag } from './consumers-flag.ts';
import { byPeriod, type Period, periodOf } from './metrics/metric-periods.ts';
import { type MetricName, type MetricSeries, metricSeries } from './metrics/metric-series.ts';
import { producerCount, SDK_PRODUCERS } from './sdk-producers.ts';

export interface MetricsLoadOptions {
  readonly name: string;
  /** Undefined: as many polling consumers as GetRecords.Bytes shows, at least one. */
  readonly consumers?: readonly ConsumerModel[] | undefined;
  readonly producers?: number | undefined;
  /** Length of a period, ns, if the timestamps do not show it. */
  readonly periodNs?: number | undefined;
  /** The stream's keys, as a sketch knows them. Undefined: even over all hash keys, or by shard-level metrics. */
  readonly keys?: KeyWeights | undefined;
  /** Where each shard's hash keys are, as ratios of 2^128. Undefined: even ranges in the order of the shard ids. */
  readonly shardRanges?: ReadonlyMap<string, { readonly from: number; readonly to: number }> | undefined;
  /** Rate over the recorded one. Default: 1. */
  readonly scale?: number | undefined;
}

const RECORD_MAX_MEAN_BYTES = 10 * 2 ** 20 + 256;
const MINUTE_NS = 60e9;
const SHARD_BINS = 4096;

/**
 * The JSON of a file of metrics.
 * @throws RunnerError RUNNER_INPUT_UNREADABLE, RUNNER_INPUT_MALFORMED
 */
export async function readMetrics(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const what = `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw runnerError('RUNNER_INPUT_UNREADABLE', { what, fix: 'Give the path of a file that can be read.', cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const what = `${path} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    const fix = 'Give what `aws cloudwatch get-metric-data --output json` prints; put several responses into one list.';
    throw runnerError('RUNNER_INPUT_MALFORMED', { what, fix, cause });
  }
}

/** @throws RunnerError as `loadOfSeries` and `metricSeries` */
export function loadOfMetrics(value: unknown, options: MetricsLoadOptions): Load {
  return loadOfSeries(metricSeries(value, options.name), options);
}

/**
 * The load that CloudWatch metrics show: records and bytes of each period. What they cannot show is an assumption and is noted: bursts
 * inside a period, the keys without a sketch, and demand that was throttled and not sent again.
 * @throws RunnerError RUNNER_METRICS_MISSING, naming the metrics; RUNNER_METRICS_MIXED for other statistics, periods or units.
 */
export function loadOfSeries(series: readonly MetricSeries[], options: MetricsLoadOptions): Load {
  const { name: where, scale = 1 } = options;
  const streamLevel = (name: MetricName) => series.find((one) => one.name === name && one.shardId === undefined);
  const records = streamLevel('IncomingRecords') ?? sumOfShards(series, 'IncomingRecords');
  const bytes = streamLevel('IncomingBytes') ?? sumOfShards(series, 'IncomingBytes');
  if (records === undefined || bytes === undefined) throw missing(records, bytes, where);
  checkSums(records, bytes, where);
  const period = periodOf([records, bytes], options.periodNs === undefined ? undefined : options.periodNs / 1e6, where);
  const recordsOfStep = byPeriod(records, period).map((value) => value * scale);
  const bytesOfStep = byPeriod(bytes, period).map((value) => value * scale);
  const [totalRecords, totalBytes] = [sum(recordsOfStep), sum(bytesOfStep)];
  const durationNs = (period.endMs - period.startMs) * 1e6;
  const throttled = sum(streamLevel('WriteProvisionedThroughputExceeded')?.values ?? []);
  const read = streamLevel('GetRecords.Bytes');
  const shards = shardKeys(series, options.shardRanges);
  const consumers = options.consumers ?? consumersSeen(read, totalBytes / scale);
  const count = producerCount(options.producers, { stepNs: period.periodMs * 1e6, recordsOfStep });
  return {
    name: where,
    durationNs,
    records: totalRecords,
    bytes: totalBytes,
    rates: { stepNs: period.periodMs * 1e6, recordsOfStep, bytesOfStep, recordsPerBurst: 1 },
    keys: options.keys ?? shards ?? EVEN_KEYS,
    producers: { ...SDK_PRODUCERS, count, callNs: callNs(streamLevel('PutRecords.Latency')) ?? SDK_PRODUCERS.callNs },
    consumers,
    notes: notesOf({
      options,
      period,
      consumers,
      throttled,
      accepted: sum(records.values),
      hasShards: shards !== undefined,
      hasReads: read !== undefined,
    }),
  };
}

/** Nothing is known about the keys: any shard count shares evenly. */
const EVEN_KEYS: KeyWeights = {
  heaviest: [],
  distinctKeys: Number.POSITIVE_INFINITY,
  recordShares: (shardCount) => new Float64Array(shardCount).fill(1 / shardCount),
  byteShares: (shardCount) => new Float64Array(shardCount).fill(1 / shardCount),
};

/** Shares by the shard-level metrics: even inside of each shard, because no metric shows more. */
function shardKeys(series: readonly MetricSeries[], ranges: MetricsLoadOptions['shardRanges']): KeyWeights | undefined {
  const shardSeries = (name: MetricName) => series.filter((one) => one.name === name && one.shardId !== undefined);
  const ids = [...new Set(shardSeries('IncomingRecords').map(({ shardId }) => shardId!))].sort();
  if (ids.length < 2) return undefined;
  const rangeOf = (shardId: string) => {
    if (ranges !== undefined) return ranges.get(shardId);
    const at = ids.indexOf(shardId);
    return { from: at / ids.length, to: (at + 1) / ids.length };
  };
  const binsOf = (name: MetricName) => {
    const bins = new Float64Array(SHARD_BINS);
    for (const { shardId = '', values } of shardSeries(name)) {
      const range = rangeOf(shardId);
      // A shard that was split or merged meanwhile has no range of its own any more.
      if (range !== undefined) addRange(bins, range.from, range.to, sum(values));
    }
    return bins;
  };
  const [records, bytes] = [binsOf('IncomingRecords'), binsOf('IncomingBytes')];
  return {
    heaviest: [],
    distinctKeys: Number.POSITIVE_INFINITY,
    recordShares: (shardCount) => shardShares(records, [], shardCount),
    byteShares: (shardCount) => shardShares(sum(bytes) > 0 ? bytes : records, [], shardCount),
  };
}

function addRange(bins: Float64Array, from: number, to: number, weight: number): void {
  const first = from * bins.length;
  const last = to * bins.length;
  for (let bin = Math.floor(first); bin < Math.min(bins.length, Math.ceil(last)); bin += 1) {
    const part = Math.min(last, bin + 1) - Math.max(first, bin);
    bins[bin]! += (weight * part) / (last - first);
  }
}

function sumOfShards(series: readonly MetricSeries[], name: MetricName): MetricSeries | undefined {
  const shards = series.filter((one) => one.name === name && one.shardId !== undefined);
  if (shards.length === 0) return undefined;
  const byTime = new Map<number, number>();
  for (const { timesMs, values } of shards) {
    for (const [i, timeMs] of timesMs.entries()) byTime.set(timeMs, (byTime.get(timeMs) ?? 0) + values[i]!);
  }
  const timesMs = [...byTime.keys()].sort((a, b) => a - b);
  return { name, timesMs, values: timesMs.map((timeMs) => byTime.get(timeMs)!) };
}

function missing(records: MetricSeries | undefined, bytes: MetricSeries | undefined, where: string): RunnerError {
  const names = [
    ...(records === undefined ? ['IncomingRecords'] : []),
    ...(bytes === undefined ? ['IncomingBytes'] : []),
  ];
  return runnerError('RUNNER_METRICS_MISSING', {
    what: `the metrics lack ${names.join(' and ')}`,
    where,
    fix: `Get ${names.join(' and ')} of namespace AWS/Kinesis as well, with Stat Sum; the query's Label or Id must hold the metric's name.`,
  });
}

/** Sums of records are whole numbers, and no record is larger than 10 MiB. */
function checkSums(records: MetricSeries, bytes: MetricSeries, where: string): void {
  if (records.values.length === 0 || sum(records.values) === 0) {
    throw runnerError('RUNNER_INPUT_EMPTY', {
      what: 'IncomingRecords is 0 in all periods',
      where,
      fix: 'Check the name of the stream, the region and the time, or get a time with traffic.',
    });
  }
  const fraction = records.values.find((value) => !Number.isInteger(value));
  if (fraction !== undefined) {
    throw runnerError('RUNNER_METRICS_MIXED', {
      what: `IncomingRecords has the value ${fraction}, which is no whole number, so its values are not sums`,
      where,
      fix: 'Get the metrics again with Stat Sum.',
    });
  }
  const meanBytes = sum(bytes.values) / sum(records.values);
  if (meanBytes < 1 || meanBytes > RECORD_MAX_MEAN_BYTES) {
    throw runnerError('RUNNER_METRICS_MIXED', {
      what: `a record would have ${Number(meanBytes.toPrecision(3))} bytes in the mean, and Kinesis takes 1 byte to 10 MiB`,
      where,
      fix: 'Get IncomingBytes in Bytes and IncomingRecords in Count, both with Stat Sum, of the same stream and time.',
    });
  }
}

/** GetRecords.Bytes over IncomingBytes: how many times each record is read by polling. */
export function consumersSeen(read: MetricSeries | undefined, writtenBytes: number): ConsumerModel[] {
  const times = read === undefined ? 1 : Math.round(sum(read.values) / writtenBytes);
  return consumersOfFlag(String(Math.min(100, Math.max(1, times))));
}

/** The mean of the periods, which each weigh the same. */
function callNs(latency: MetricSeries | undefined): number | undefined {
  if (latency === undefined || latency.values.length === 0) return undefined;
  return (sum(latency.values) / latency.values.length) * 1e6;
}

interface NoteFacts {
  readonly options: MetricsLoadOptions;
  readonly period: Period;
  readonly consumers: readonly ConsumerModel[];
  readonly throttled: number;
  readonly accepted: number;
  readonly hasShards: boolean;
  readonly hasReads: boolean;
}

function notesOf({ options, period, consumers, throttled, accepted, hasShards, hasReads }: NoteFacts): string[] {
  const { periodMs, startMs, endMs, gaps } = period;
  const length = periodMs % 60_000 === 0 ? `${periodMs / 60_000} min` : `${periodMs / 1000} s`;
  const notes = [`The metrics are from ${instant(startMs)} to ${instant(endMs)}, sums over ${length}.`];
  notes.push(
    `Traffic counts as even within each ${length}: metrics show no shorter bursts, so leave headroom for them.`,
  );
  const { scale = 1 } = options;
  if (scale !== 1) notes.push(`The rate is ${scale.toLocaleString('en-US')} times the measured one.`);
  if (gaps > 0) {
    const periods = Math.round((endMs - startMs) / periodMs);
    notes.push(`${grouped(gaps)} of ${grouped(periods)} periods have no value and count as without traffic.`);
  }
  if (options.keys === undefined) {
    notes.push(
      hasShards
        ? 'Keys are spread as the shard-level metrics show, evenly inside of each shard; a key sketch shows hot keys (--sketch).'
        : 'Keys count as evenly spread: metrics of a stream show no keys. A key sketch shows hot keys (--sketch).',
    );
    if (hasShards && options.shardRanges === undefined) {
      notes.push(
        'The shards count as even ranges in the order of their numbers; a stream that was resharded has others.',
      );
    }
  }
  if (throttled > 0) {
    const share = ((100 * throttled) / (throttled + accepted)).toPrecision(2);
    notes.push(
      `${grouped(throttled)} records were throttled (${share}% of the attempts), so the true demand is higher than the accepted rate.`,
    );
  }
  if (options.consumers === undefined) {
    const count = `${consumers.length} polling consumer${consumers.length === 1 ? '' : 's'}`;
    notes.push(`${hasReads ? `GetRecords.Bytes suggests ${count}` : `${count} is assumed`} (--consumers sets them).`);
  }
  if ((endMs - startMs) * 1e6 < 24 * 60 * MINUTE_NS) {
    notes.push('The metrics cover less than a day, so a daily peak may be missing.');
  }
  return notes;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

const grouped = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
const instant = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
