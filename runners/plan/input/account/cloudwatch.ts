import type { CloudWatch, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { hasCredentials, LOOPBACK_CREDENTIALS } from '../../../aws/client.ts';
import { isLoopback, localRegion } from '../../../aws/endpoint.ts';
import { agentsThrough, proxyFor } from '../../../aws/proxy.ts';
import type { MetricName, MetricSeries } from '../metrics/metric-series.ts';

export interface CloudWatchConnection {
  /** Undefined: AWS, or what the environment names for the SDK. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly timeoutMs: number;
}

/** A requested metric of the stream, or of one of its shards. */
export interface MetricQuery {
  readonly name: MetricName;
  readonly shardId?: string;
}

export interface MetricWindow {
  readonly stream: string;
  /** Epoch ms; both on a whole period. */
  readonly startMs: number;
  readonly endMs: number;
  readonly periodSeconds: number;
}

/** Metrics of one call of GetMetricData. */
const QUERIES_MAX = 500;
/** Values of one page. */
const POINTS_MAX = 100_800;

/** A client of the AWS SDK, which is loaded here and nowhere else. Credentials and region come from where the SDK finds them. */
export async function openCloudWatch({ endpoint, region, timeoutMs }: CloudWatchConnection): Promise<CloudWatch> {
  const [{ CloudWatch }, { NodeHttpHandler }] = await Promise.all([
    import('@aws-sdk/client-cloudwatch'),
    import('@smithy/node-http-handler'),
  ]);
  const url = endpoint ?? process.env.AWS_ENDPOINT_URL_CLOUDWATCH ?? process.env.AWS_ENDPOINT_URL;
  const isLocal = isLoopback(url);
  const known = region ?? (isLocal ? localRegion() : undefined);
  const proxy = proxyFor(url ?? `https://monitoring.${known ?? localRegion()}.amazonaws.com`);
  const trust = isLocal ? { rejectUnauthorized: false } : {};
  return new CloudWatch({
    ...(url === undefined ? {} : { endpoint: url }),
    ...(known === undefined ? {} : { region: known }),
    ...(isLocal && !hasCredentials() ? { credentials: LOOPBACK_CREDENTIALS } : {}),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      ...agentsThrough(proxy, { keepAlive: true, ...trust }),
    }),
  });
}

/**
 * The values of metrics in a window, page by page. Latencies are averages, everything else sums.
 * @param onPage called after each page with the number of values so far.
 */
export async function getMetricSeries(
  client: CloudWatch,
  queries: readonly MetricQuery[],
  window: MetricWindow,
  onPage: (values: number) => void = () => {},
): Promise<MetricSeries[]> {
  const points = queries.map(() => new Map<number, number>());
  let values = 0;
  for (let from = 0; from < queries.length; from += QUERIES_MAX) {
    const part = queries.slice(from, from + QUERIES_MAX);
    let NextToken: string | undefined;
    do {
      const page = await client.getMetricData({
        MetricDataQueries: part.map((query, i) => dataQuery(query, from + i, window)),
        StartTime: new Date(window.startMs),
        EndTime: new Date(window.endMs),
        ScanBy: 'TimestampAscending',
        MaxDatapoints: POINTS_MAX,
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      for (const { Id, Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
        const series = points[Number(Id?.slice(1))];
        for (const [i, time] of Timestamps.entries()) series?.set(time.getTime(), Values[i]!);
        values += Values.length;
      }
      onPage(values);
      NextToken = page.NextToken === '' ? undefined : page.NextToken;
    } while (NextToken !== undefined);
  }
  return queries.flatMap((query, i) => {
    const series = points[i]!;
    const timesMs = [...series.keys()].sort((a, b) => a - b);
    return timesMs.length === 0 ? [] : [{ ...query, timesMs, values: timesMs.map((timeMs) => series.get(timeMs)!) }];
  });
}

/** Ids must begin with a small letter. */
function dataQuery({ name, shardId }: MetricQuery, number: number, window: MetricWindow): MetricDataQuery {
  const shard = shardId === undefined ? [] : [{ Name: 'ShardId', Value: shardId }];
  return {
    Id: `m${number}`,
    ReturnData: true,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/Kinesis',
        MetricName: name,
        Dimensions: [{ Name: 'StreamName', Value: window.stream }, ...shard],
      },
      Period: window.periodSeconds,
      Stat: name === 'PutRecords.Latency' || name === 'PutRecord.Latency' ? 'Average' : 'Sum',
    },
  };
}
