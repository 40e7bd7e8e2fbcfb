import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import type { Kinesis, StreamDescriptionSummary } from '@aws-sdk/client-kinesis';
import { HASH_KEYS } from '../../../engine/routing/hash-range.ts';
import { isErrorOf } from '../../../errors/streamgauge-error.ts';
import { faultOf } from '../../aws/call-faults.ts';
import { openClient } from '../../aws/client.ts';
import { listShards, type ShardInfo } from '../../aws/shards.ts';
import { streamFailed } from '../../aws/stream-errors.ts';
import { RUNNER_ERRORS, type RunnerError, runnerError } from '../../errors.ts';
import type { ConsumerModel, KeyWeights, Load } from '../../simulation/load.ts';
import { getMetricSeries, type MetricQuery, openCloudWatch } from './account/cloudwatch.ts';
import { consumersSeen, loadOfSeries } from './load-of-metrics.ts';
import { METRIC_NAMES, type MetricSeries } from './metrics/metric-series.ts';

/** All permissions that reading an account needs. None of them writes. */
export const ACCOUNT_PERMISSIONS = [
  'cloudwatch:GetMetricData',
  'kinesis:DescribeStreamSummary',
  'kinesis:ListShards',
] as const;

export interface AccountOptions {
  readonly stream: string;
  /** Time span of the metrics up to now, ns (default 14 days). */
  readonly lastNs?: number | undefined;
  /** Undefined: AWS, or what the environment names for the SDK. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Undefined: the stream's fan-out consumers, and as many polling ones as GetRecords.Bytes shows. */
  readonly consumers?: readonly ConsumerModel[] | undefined;
  readonly producers?: number | undefined;
  /** The stream's keys, as a sketch knows them. */
  readonly keys?: KeyWeights | undefined;
  readonly scale?: number | undefined;
  /** Called with the number of metric values that were read so far. */
  readonly onProgress?: ((values: number) => void) | undefined;
  /** Default: now. */
  readonly nowMs?: number | undefined;
}

const LAST_DEFAULT_NS = 14 * 86_400e9;
const LAST_MAX_NS = 455 * 86_400e9;
const TIMEOUT_NS = 30e9;

/** Retention in CloudWatch of the values of each period. Source: CloudWatch concepts, "Metrics retention", 2026. */
const RETENTION = [
  { periodSeconds: 60, ns: 15 * 86_400e9 },
  { periodSeconds: 300, ns: 63 * 86_400e9 },
  { periodSeconds: 3600, ns: LAST_MAX_NS },
] as const;

/**
 * The load of a stream of an AWS account, from its CloudWatch metrics. Reads only; see ACCOUNT_PERMISSIONS.
 * @throws RunnerError RUNNER_TARGET_FAILED if AWS rejects a call, RUNNER_METRICS_MISSING and others as `loadOfSeries`
 */
export async function loadOfAccount(options: AccountOptions): Promise<Load> {
  const { stream, endpoint, region, lastNs = LAST_DEFAULT_NS } = options;
  const retention = RETENTION.find(({ ns }) => lastNs <= ns);
  if (retention === undefined || !(lastNs >= 60e9)) {
    throw runnerError('RUNNER_USAGE', {
      what: '--last must be from 1m to 455d, which is as long as CloudWatch keeps metrics',
      fix: 'Write a duration such as 14d.',
    });
  }
  let kinesis: Kinesis | undefined;
  let cloudWatch: CloudWatch | undefined;
  try {
    kinesis = await openClient({ endpoint, region, protocol: 'http1', timeoutNs: TIMEOUT_NS }, CALLS);
    cloudWatch = await openCloudWatch({ endpoint, region, timeoutMs: TIMEOUT_NS / 1e6 });
    return await readAccount({ ...options, lastNs }, { kinesis, cloudWatch }, retention.periodSeconds);
  } catch (error) {
    throw accountFailed(stream, endpoint, error);
  } finally {
    kinesis?.destroy();
    cloudWatch?.destroy();
  }
}

const CALLS = { sockets: 4, for: 'calls' } as const;

interface Clients {
  readonly kinesis: Kinesis;
  readonly cloudWatch: CloudWatch;
}

async function readAccount(
  options: AccountOptions & { readonly lastNs: number },
  { kinesis, cloudWatch }: Clients,
  periodSeconds: number,
): Promise<Load> {
  const { stream, lastNs, nowMs = Date.now() } = options;
  const { StreamDescriptionSummary: summary } = await kinesis.describeStreamSummary({ StreamName: stream });
  const shards = await listShards(kinesis, stream);
  const periodMs = periodSeconds * 1000;
  // The current period is not complete.
  const endMs = Math.floor(nowMs / periodMs) * periodMs;
  const startMs = endMs - Math.ceil(lastNs / 1e6 / periodMs) * periodMs;
  const queries = queriesOf(summary, shards);
  const window = { stream, startMs, endMs, periodSeconds };
  const series = await getMetricSeries(cloudWatch, queries, window, options.onProgress);
  const consumers = options.consumers ?? consumersOf(summary, series);
  const load = loadOfSeries(series, {
    name: stream,
    consumers,
    producers: options.producers,
    periodNs: periodMs * 1e6,
    keys: options.keys,
    shardRanges: rangesOf(shards),
    scale: options.scale,
  });
  return { ...load, notes: [streamNote(summary), ...load.notes, ...consumerNote(options, consumers)] };
}

/** Shard-level metrics are only there where they are switched on. */
function queriesOf(summary: StreamDescriptionSummary | undefined, shards: readonly ShardInfo[]): MetricQuery[] {
  const queries: MetricQuery[] = METRIC_NAMES.map((name) => ({ name }));
  const enhanced = new Set<string>(
    summary?.EnhancedMonitoring?.flatMap(({ ShardLevelMetrics = [] }) => ShardLevelMetrics),
  );
  for (const name of ['IncomingRecords', 'IncomingBytes'] as const) {
    if (!enhanced.has(name) && !enhanced.has('ALL')) continue;
    for (const { id, isOpen } of shards) if (isOpen) queries.push({ name, shardId: id });
  }
  return queries;
}

function rangesOf(shards: readonly ShardInfo[]): ReadonlyMap<string, { readonly from: number; readonly to: number }> {
  const ratio = (hashKey: bigint) => Number(hashKey >> 75n) / 2 ** 53;
  return new Map(
    shards.map(({ id, startingHashKey, endingHashKey }) => {
      const end = BigInt(endingHashKey) + 1n;
      return [id, { from: ratio(BigInt(startingHashKey)), to: end >= HASH_KEYS ? 1 : ratio(end) }];
    }),
  );
}

function consumersOf(summary: StreamDescriptionSummary | undefined, series: readonly MetricSeries[]): ConsumerModel[] {
  const fanOut = Array.from({ length: summary?.ConsumerCount ?? 0 }, (_, i): ConsumerModel => {
    return { name: `fan-out-${i + 1}`, kind: 'fan-out' };
  });
  const ofStream = (name: string) => series.find((one) => one.name === name && one.shardId === undefined);
  const read = ofStream('GetRecords.Bytes');
  const writtenBytes = (ofStream('IncomingBytes')?.values ?? []).reduce((sum, value) => sum + value, 0);
  if (read === undefined && fanOut.length > 0) return fanOut;
  return [...fanOut, ...consumersSeen(read, writtenBytes)];
}

function streamNote(summary: StreamDescriptionSummary | undefined): string {
  const { StreamName, OpenShardCount, StreamModeDetails, RetentionPeriodHours } = summary ?? {};
  const mode = StreamModeDetails?.StreamMode === 'ON_DEMAND' ? 'on-demand' : 'provisioned';
  const count = OpenShardCount === 1 ? '1 open shard' : `${OpenShardCount} open shards`;
  return `Stream ${StreamName} is ${mode} and has ${count} now; it retains records for ${RetentionPeriodHours} h.`;
}

function consumerNote(options: AccountOptions, consumers: readonly ConsumerModel[]): string[] {
  if (options.consumers !== undefined) return [];
  const fanOut = consumers.filter(({ kind }) => kind === 'fan-out').length;
  return [
    `Consumers: ${fanOut} with fan-out (as registered), ${consumers.length - fanOut} polling (by GetRecords.Bytes); --consumers sets them.`,
  ];
}

function accountFailed(stream: string, endpoint: string | undefined, error: unknown): RunnerError {
  if (isErrorOf(RUNNER_ERRORS, error)) return error;
  const { code } = faultOf(error);
  if (!/^AccessDenied|NotAuthorized|UnauthorizedOperation/u.test(code)) {
    return streamFailed({ kind: 'kinesis', stream, ...(endpoint === undefined ? {} : { endpoint }), ...TARGET }, error);
  }
  return runnerError('RUNNER_TARGET_FAILED', {
    what: `${code}: ${error instanceof Error ? error.message : ''}`,
    where: `stream ${stream} at ${endpoint ?? 'AWS'}`,
    fix: `Allow ${ACCOUNT_PERMISSIONS.join(', ')}.`,
  });
}

const TARGET = {
  client: 'sdk',
  put: 'records',
  aggregate: false,
  protocol: 'http1',
  maxRecordBytes: 2 ** 20,
  timeoutNs: TIMEOUT_NS,
} as const;
