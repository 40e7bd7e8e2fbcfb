import type { Clock } from '../../account/clock.ts';
import { Statistic } from '../../account/stream/metrics.ts';
import { ACCEPTED, THROTTLED } from '../../log/record-batch.ts';
import type { DeliveryStreamState } from '../control/delivery-stream-state.ts';
import type { DestinationKind } from '../control/destination-configuration.ts';
import type { Amount, DeliveryObserver } from '../delivery/observer.ts';
import type { ProcessedRecords } from '../delivery/process-records.ts';
import type { PutIntake } from '../delivery/put-intake.ts';
import type { PutQuota } from './put-quota.ts';

/** Names of the metrics of a destination begin with this. Source: Firehose guide, "Monitor metrics". */
const DELIVERY: Readonly<Record<DestinationKind, string>> = {
  s3: 'DeliveryToS3',
  redshift: 'DeliveryToRedshift',
  elasticsearch: 'DeliveryToElasticsearch',
  opensearch: 'DeliveryToAmazonOpenSearchService',
  'opensearch-serverless': 'DeliveryToAmazonOpenSearchServerless',
  splunk: 'DeliveryToSplunk',
  'http-endpoint': 'DeliveryToHttpEndpoint',
};

const SECOND_MS = 1000;

/** CloudWatch's metrics of a delivery stream, counted since the engine was started. */
export class DeliveryMetrics implements DeliveryObserver {
  readonly #state: DeliveryStreamState;
  readonly #clock: Clock;
  readonly #statistics = new Map<string, Statistic>();
  /** Records that were too old to be delivered, and discarded. */
  lateRecords = 0;
  /** Records that de-aggregation left whole because they have too many parts. */
  unsplitRecords = 0;
  /** Records in the error output. */
  failedRecords = 0;

  constructor(state: DeliveryStreamState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** In the order of their names. */
  get all(): readonly (readonly [name: string, statistic: Statistic])[] {
    return [...this.#statistics].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  add(name: string, value: number): void {
    let statistic = this.#statistics.get(name);
    if (statistic === undefined) {
      statistic = new Statistic();
      this.#statistics.set(name, statistic);
    }
    statistic.add(value);
  }

  /** Counts a call whose rows have their states. */
  put(operation: 'PutRecord' | 'PutRecordBatch', { batch, bytes }: PutIntake, latencyMs: number): void {
    let accepted = 0;
    let acceptedBytes = 0;
    let throttled = 0;
    for (let row = 0; row < batch.count; row++) {
      if (batch.status[row] === THROTTLED) throttled += 1;
      if (batch.status[row] !== ACCEPTED) continue;
      accepted += 1;
      acceptedBytes += batch.recordBytes(row);
    }
    this.add('IncomingBytes', acceptedBytes);
    this.add('IncomingRecords', accepted);
    this.add('IncomingPutRequests', 1);
    this.add('ThrottledRecords', throttled);
    this.call(operation, latencyMs);
    this.add(`${operation}.Bytes`, bytes);
    if (operation === 'PutRecordBatch') this.add('PutRecordBatch.Records', batch.count);
  }

  limits({ bytesPerSecond, recordsPerSecond, requestsPerSecond }: PutQuota): void {
    this.add('BytesPerSecondLimit', bytesPerSecond);
    this.add('RecordsPerSecondLimit', recordsPerSecond);
    this.add('PutRequestsPerSecondLimit', requestsPerSecond);
  }

  call(operation: string, latencyMs: number): void {
    this.add(`${operation}.Requests`, 1);
    this.add(`${operation}.Latency`, latencyMs);
  }

  tried(to: 'destination' | 'backup', isSuccess: boolean, amount: Amount): void {
    const prefix = this.#prefix(to);
    this.add(`${prefix}.Success`, isSuccess ? 1 : 0);
    this.add(`${prefix}.DataFreshness`, Math.max(0, this.#clock.nowMs() - amount.oldestArrivedAtMs) / SECOND_MS);
    if (prefix !== DELIVERY['http-endpoint']) return;
    this.add(`${prefix}.ProcessedBytes`, amount.bytes);
    this.add(`${prefix}.ProcessedRecords`, amount.records);
  }

  delivered(to: 'destination' | 'backup', { records, bytes }: Amount): void {
    const prefix = this.#prefix(to);
    this.add(`${prefix}.Bytes`, bytes);
    this.add(`${prefix}.Records`, records);
    if (prefix === DELIVERY.s3) this.add(`${prefix}.ObjectCount`, 1);
  }

  processed({ records, failed, unsplit }: ProcessedRecords, durationMs: number): void {
    this.unsplitRecords += unsplit;
    const { ProcessingConfiguration: processing } = this.#state.destination.configuration;
    if (processing?.Processors?.some(({ Type }) => Type === 'Lambda') !== true) return;
    const isFailed = failed.some(({ errorCode }) => errorCode.startsWith('Lambda.'));
    this.add('ExecuteProcessing.Duration', durationMs);
    this.add('ExecuteProcessing.Success', isFailed ? 0 : 1);
    this.add('SucceedProcessing.Records', records.length);
    this.add(
      'SucceedProcessing.Bytes',
      records.reduce((bytes, { data }) => bytes + data.length, 0),
    );
  }

  failedWritten(records: number): void {
    this.failedRecords += records;
  }

  late(records: number): void {
    this.lateRecords += records;
  }

  partitions(count: number, isExceeded: boolean): void {
    this.add('PartitionCount', count);
    this.add('PartitionCountExceeded', isExceeded ? 1 : 0);
  }

  #prefix(to: 'destination' | 'backup'): string {
    return to === 'backup' ? 'BackupToS3' : DELIVERY[this.#state.destination.kind];
  }
}
