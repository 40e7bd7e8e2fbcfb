import type { Kinesis } from '@aws-sdk/client-kinesis';
import type { KinesisTargetSpec } from '../../../workloads/targets/kinesis.ts';
import { ControlCalls } from '../../aws/control-calls.ts';
import { ForeignResponseError } from '../../aws/foreign-responses.ts';
import { KINESIS } from '../../aws/service.ts';
import { streamResource } from '../../aws/stream-errors.ts';

const KIBIBYTE = 1024;
/** Default record size of a stream. */
const PLAIN_RECORD_KIB = 1024;

/**
 * The stream of a run: creates the resources that the scenario needs, and deletes everything that it created, in the
 * opposite order and whatever else fails, because AWS bills resources while they exist.
 */
export class StreamLife {
  readonly #client: Kinesis;
  readonly #spec: KinesisTargetSpec;
  readonly #calls: ControlCalls;
  readonly #undo: (() => Promise<unknown>)[] = [];

  constructor(client: Kinesis, spec: KinesisTargetSpec, signal?: AbortSignal, wait?: (ms: number) => Promise<unknown>) {
    this.#client = client;
    this.#spec = spec;
    this.#calls = new ControlCalls(signal, wait);
  }

  /** @throws RunnerError as `ControlCalls.create` does. */
  async create(): Promise<void> {
    const { create, stream, maxRecordBytes } = this.#spec;
    if (create === undefined) return;
    const recordKib = Math.ceil(maxRecordBytes / KIBIBYTE);
    const input = {
      StreamName: stream,
      ...(create.mode === 'provisioned'
        ? { ShardCount: create.shards }
        : { StreamModeDetails: { StreamMode: 'ON_DEMAND' as const } }),
      ...(recordKib > PLAIN_RECORD_KIB ? { MaxRecordSizeInKiB: recordKib } : {}),
    };
    await this.#calls.create(
      streamResource(this.#spec),
      () => this.#client.createStream(input),
      () => this.#client.describeStreamSummary({ StreamName: stream }),
    );
    this.#undo.push(() => this.#client.deleteStream({ StreamName: stream, EnforceConsumerDeletion: true }));
  }

  /** Waits until the stream takes records. @returns its ARN. */
  async awaitActive(): Promise<string> {
    const { stream, create } = this.#spec;
    return this.#calls.until(`stream ${stream} to become ACTIVE`, create !== undefined, async () => {
      const { StreamDescriptionSummary: summary } = await this.#client.describeStreamSummary({ StreamName: stream });
      if (summary === undefined) throw new ForeignResponseError(KINESIS, 200, 'without a description of the stream');
      const takesRecords = summary?.StreamStatus === 'ACTIVE' || summary?.StreamStatus === 'UPDATING';
      return takesRecords ? (summary.StreamARN ?? '') : undefined;
    });
  }

  /** @returns the consumer's ARN, once it may subscribe. */
  async registerConsumer(streamArn: string, name: string): Promise<string> {
    const consumer = { StreamARN: streamArn, ConsumerName: name };
    // The name belongs only to this run, so the consumer can be deleted even if the outcome of the call is unknown.
    this.#undo.push(() => this.#client.deregisterStreamConsumer(consumer));
    const { Consumer } = await this.#calls.unthrottled(() => this.#client.registerStreamConsumer(consumer));
    const arn = Consumer?.ConsumerARN ?? '';
    return this.#calls.until(`consumer ${name} to become ACTIVE`, true, async () => {
      const { ConsumerDescription } = await this.#client.describeStreamConsumer({ ConsumerARN: arn });
      return ConsumerDescription?.ConsumerStatus === 'ACTIVE' ? arn : undefined;
    });
  }

  /** Deletes what this run created. @returns the errors of failed deletions. */
  async end(): Promise<unknown[]> {
    const errors: unknown[] = [];
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      await this.#calls.insist(undo).catch((error: unknown) => errors.push(error));
    }
    return errors;
  }
}
