import { z } from 'zod';
import { runnerError } from '../../../errors.ts';

/** Metrics of a stream that a plan can use. All but the latencies are sums over a period. */
export const METRIC_NAMES = [
  'IncomingBytes',
  'IncomingRecords',
  'WriteProvisionedThroughputExceeded',
  'ReadProvisionedThroughputExceeded',
  'GetRecords.Bytes',
  'PutRecords.Latency',
  'PutRecord.Latency',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

/** The unit that CloudWatch gives with each metric. */
const UNIT_OF: Readonly<Record<MetricName, string>> = {
  IncomingBytes: 'Bytes',
  IncomingRecords: 'Count',
  WriteProvisionedThroughputExceeded: 'Count',
  ReadProvisionedThroughputExceeded: 'Count',
  'GetRecords.Bytes': 'Bytes',
  'PutRecords.Latency': 'Milliseconds',
  'PutRecord.Latency': 'Milliseconds',
};

export interface MetricSeries {
  readonly name: MetricName;
  /** For shard-level metrics. */
  readonly shardId?: string;
  /** Epoch ms in rising order; at each of them a value. */
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

const timestamp = z.union([z.string(), z.number()]);
const dataResult = z.object({
  Id: z.string().optional(),
  Label: z.string().optional(),
  Timestamps: z.array(timestamp),
  Values: z.array(z.number()),
  StatusCode: z.string().optional(),
});
const metricData = z.object({ MetricDataResults: z.array(dataResult), NextToken: z.string().optional() });
const statistics = z.object({
  Label: z.string(),
  Datapoints: z.array(
    z.object({
      Timestamp: timestamp,
      Sum: z.number().optional(),
      Average: z.number().optional(),
      Unit: z.string().optional(),
    }),
  ),
});
/** One response, or several of them in a list. */
const metricsFile = z.union([metricData, statistics, z.array(z.union([metricData, statistics]))]);

/**
 * The series of a plan's metrics in the JSON of `aws cloudwatch get-metric-data`, or of `get-metric-statistics`; pages of one series are
 * put together. Series of other metrics are skipped.
 * @throws RunnerError RUNNER_INPUT_MALFORMED, RUNNER_METRICS_MIXED for another unit than the metric's own
 */
export function metricSeries(value: unknown, where: string): MetricSeries[] {
  const parsed = metricsFile.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw runnerError('RUNNER_INPUT_MALFORMED', {
      what: `the input is not the JSON of CloudWatch metrics${issue === undefined ? '' : `: ${issue.message} at ${issue.path.join('.') || 'its top'}`}`,
      where,
      fix: 'Give what `aws cloudwatch get-metric-data --output json` prints.',
    });
  }
  const found = new Map<string, { name: MetricName; shardId: string | undefined; points: Map<number, number> }>();
  const add = (label: string, timeMs: number, pointValue: number) => {
    const name = metricOf(label);
    if (name === undefined) return;
    const shardId = /shardId-\d{12}/u.exec(label)?.[0];
    const id = `${name} ${shardId ?? ''}`;
    const series = found.get(id) ?? { name, shardId, points: new Map<number, number>() };
    found.set(id, series);
    series.points.set(timeMs, pointValue);
  };
  for (const response of [parsed.data].flat()) {
    if ('Datapoints' in response) addStatistics(response, where, add);
    else {
      for (const result of response.MetricDataResults) {
        // The label may be anything that the query gave; the id is the query's own.
        const label = metricOf(result.Label ?? '') === undefined ? (result.Id ?? '') : (result.Label ?? '');
        for (const [i, time] of result.Timestamps.entries())
          add(label, epochMs(time, where), result.Values[i] ?? Number.NaN);
      }
    }
  }
  return [...found.values()].map(({ name, shardId, points }) => {
    const timesMs = [...points.keys()].sort((a, b) => a - b);
    return {
      name,
      ...(shardId === undefined ? {} : { shardId }),
      timesMs,
      values: timesMs.map((timeMs) => points.get(timeMs)!),
    };
  });
}

function addStatistics(
  { Label, Datapoints }: z.output<typeof statistics>,
  where: string,
  add: (label: string, timeMs: number, value: number) => void,
): void {
  const name = metricOf(Label);
  for (const { Timestamp, Sum, Average, Unit } of Datapoints) {
    if (name !== undefined && Unit !== undefined && Unit !== UNIT_OF[name] && Unit !== 'None') {
      throw runnerError('RUNNER_METRICS_MIXED', {
        what: `${name} is in ${Unit}, and Kinesis reports it in ${UNIT_OF[name]}`,
        where,
        fix: `Get the metric again with --unit ${UNIT_OF[name]}, or without --unit.`,
      });
    }
    const isLatency = name === 'PutRecord.Latency' || name === 'PutRecords.Latency';
    const value = isLatency ? Average : Sum;
    if (name !== undefined && value === undefined) {
      const statistic = isLatency ? 'Average' : 'Sum';
      throw runnerError('RUNNER_METRICS_MIXED', {
        what: `${name} has no ${statistic}`,
        where,
        fix: `Get the metric again with --statistics ${statistic}.`,
      });
    }
    add(Label, epochMs(Timestamp, where), value ?? Number.NaN);
  }
}

/** Longest names first: `GetRecords.Bytes` ends with a name that others could end with. */
const BY_LENGTH = [...METRIC_NAMES].sort((a, b) => b.length - a.length);
const letters = (text: string): string => text.toLowerCase().replace(/[^a-z]/gu, '');

/** The metric that a label or an id names, such as `orders IncomingBytes` or `incoming_bytes`. @internal */
export function metricOf(label: string): MetricName | undefined {
  const plain = letters(label);
  return BY_LENGTH.find((name) => plain.includes(letters(name)));
}

/** The CLI writes ISO 8601; some exports have epoch seconds or milliseconds. */
function epochMs(time: string | number, where: string): number {
  const ms = typeof time === 'number' ? (time < 1e11 ? time * 1000 : time) : Date.parse(time);
  if (Number.isFinite(ms)) return ms;
  throw runnerError('RUNNER_INPUT_MALFORMED', {
    what: `the timestamp ${JSON.stringify(time)} is not readable`,
    where,
    fix: 'Timestamps are ISO 8601 texts, as the AWS CLI prints them.',
  });
}
