/** A metric as CloudWatch keeps it: number, sum, least and greatest of what was put in. */
export class Statistic {
  count = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    this.count += 1;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }
}

/** The seven shard-level metrics that AWS means by ALL. */
export const SHARD_LEVEL_METRICS = [
  'IncomingBytes',
  'IncomingRecords',
  'OutgoingBytes',
  'OutgoingRecords',
  'WriteProvisionedThroughputExceeded',
  'ReadProvisionedThroughputExceeded',
  'IteratorAgeMilliseconds',
] as const;

/** CloudWatch's shard-level metrics ("Enhanced shard-level metrics"), counted since the engine was started. */
export class ShardMetrics implements Readonly<Record<(typeof SHARD_LEVEL_METRICS)[number], Statistic>> {
  readonly IncomingBytes = new Statistic();
  readonly IncomingRecords = new Statistic();
  readonly OutgoingBytes = new Statistic();
  readonly OutgoingRecords = new Statistic();
  readonly IteratorAgeMilliseconds = new Statistic();
  readonly WriteProvisionedThroughputExceeded = new Statistic();
  readonly ReadProvisionedThroughputExceeded = new Statistic();
}

const STREAM_METRICS = [
  'GetRecords.Bytes',
  'GetRecords.IteratorAgeMilliseconds',
  'GetRecords.Latency',
  'GetRecords.Records',
  'GetRecords.Success',
  'IncomingBytes',
  'IncomingRecords',
  'PutRecord.Bytes',
  'PutRecord.Latency',
  'PutRecord.Success',
  'PutRecords.Bytes',
  'PutRecords.Latency',
  'PutRecords.Success',
  'PutRecords.TotalRecords',
  'PutRecords.SuccessfulRecords',
  'PutRecords.FailedRecords',
  'PutRecords.ThrottledRecords',
  'ReadProvisionedThroughputExceeded',
  'WriteProvisionedThroughputExceeded',
  'SubscribeToShard.RateExceeded',
  'SubscribeToShard.Success',
  'SubscribeToShardEvent.Bytes',
  'SubscribeToShardEvent.MillisBehindLatest',
  'SubscribeToShardEvent.Records',
  'SubscribeToShardEvent.Success',
] as const;

/** CloudWatch's stream-level metrics ("Monitoring Kinesis Data Streams with CloudWatch"), counted since the start. */
export type StreamMetricName = (typeof STREAM_METRICS)[number];

export class StreamMetrics {
  readonly #statistics = new Map<StreamMetricName, Statistic>();

  /** The same object each time: keep it where it is added to often. */
  statistic(name: StreamMetricName): Statistic {
    let statistic = this.#statistics.get(name);
    if (statistic === undefined) {
      statistic = new Statistic();
      this.#statistics.set(name, statistic);
    }
    return statistic;
  }

  /** Those that anything was put into, in the order of their names. */
  get all(): readonly (readonly [StreamMetricName, Statistic])[] {
    return STREAM_METRICS.flatMap((name) => {
      const statistic = this.#statistics.get(name);
      return statistic === undefined ? [] : [[name, statistic] as const];
    });
  }
}
