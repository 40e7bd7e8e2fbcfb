import type { GetRecordsOutput, GetShardIteratorOutput } from '@aws-sdk/client-kinesis';
import { KinesisError } from '../../account/errors.ts';
import type { DeliveryRecord } from '../delivery/delivery-record.ts';
import { SettledOrder } from '../delivery/settled-order.ts';
import { SHARD_END, type ShardPositions } from './shard-positions.ts';

export interface ShardReaderParts {
  readonly streamArn: string;
  readonly positions: ShardPositions;
  /** Epoch time in ms from which records are read, if the shard has no position. */
  readonly startMs: number;
  /** Calls Kinesis in the account and region of the stream. @throws KinesisError */
  readonly call: (operation: string, input: object) => Promise<object>;
  readonly onThrottled: (operation: 'GetRecords' | 'GetShardIterator') => void;
}

export interface ShardRead {
  readonly records: readonly DeliveryRecord[];
  readonly millisBehindLatest: number;
  /** Must be called once the records are settled. */
  readonly settled: () => void;
}

const RECORDS_MAX = 10_000;

/** Reads one shard, and notes up to where its records are settled. */
export class ShardReader {
  readonly shardId: string;
  readonly #parts: ShardReaderParts;
  readonly #order: SettledOrder<string>;
  #iterator: string | undefined;
  /** The last record that was read. */
  #last: string | undefined;
  /** Every record of the closed shard was read. */
  isAtEnd: boolean;

  constructor(shardId: string, parts: ShardReaderParts) {
    this.shardId = shardId;
    this.#parts = parts;
    this.#order = new SettledOrder((settledTo) => parts.positions.set(shardId, settledTo));
    const position = parts.positions.get(shardId);
    this.isAtEnd = position === SHARD_END;
    this.#last = this.isAtEnd ? undefined : position;
  }

  /** Reads once. Returns undefined if nothing can be read now. @throws KinesisError, for example if the stream is gone. */
  async read(): Promise<ShardRead | undefined> {
    try {
      this.#iterator ??= await this.#openIterator();
      const input = { ShardIterator: this.#iterator, Limit: RECORDS_MAX };
      return this.#taken((await this.#called('GetRecords', input)) as GetRecordsOutput);
    } catch (error) {
      const code = error instanceof KinesisError ? error.code : '';
      if (code === 'ProvisionedThroughputExceededException') return undefined;
      // Iterators live for five minutes.
      this.#iterator = undefined;
      if (code === 'ExpiredIteratorException') return undefined;
      throw error;
    }
  }

  #taken({ Records = [], NextShardIterator, MillisBehindLatest = 0 }: GetRecordsOutput): ShardRead {
    const { shardId } = this;
    this.#iterator = NextShardIterator;
    this.isAtEnd = NextShardIterator === undefined;
    const records = Records.map((record) => {
      const { Data = new Uint8Array(), SequenceNumber = '', PartitionKey = '', ApproximateArrivalTimestamp } = record;
      return {
        recordId: SequenceNumber,
        data: Data,
        original: Data,
        arrivedAtMs: ApproximateArrivalTimestamp?.getTime() ?? 0,
        source: { shardId, partitionKey: PartitionKey, sequenceNumber: SequenceNumber, subSequenceNumber: 0 },
      };
    });
    this.#last = records.at(-1)?.recordId ?? this.#last;
    const position = this.isAtEnd ? SHARD_END : records.at(-1)?.recordId;
    const settled = position === undefined ? () => {} : this.#order.add(position);
    return { records, millisBehindLatest: MillisBehindLatest, settled };
  }

  async #openIterator(): Promise<string | undefined> {
    const { streamArn, startMs } = this.#parts;
    const from =
      this.#last === undefined
        ? { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(startMs) }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: this.#last };
    const input = { StreamARN: streamArn, ShardId: this.shardId, ...from };
    const output: GetShardIteratorOutput = await this.#called('GetShardIterator', input);
    return output.ShardIterator;
  }

  async #called(operation: 'GetRecords' | 'GetShardIterator', input: object): Promise<object> {
    try {
      return await this.#parts.call(operation, input);
    } catch (error) {
      const isThrottled = error instanceof KinesisError && error.code === 'ProvisionedThroughputExceededException';
      if (isThrottled) this.#parts.onThrottled(operation);
      throw error;
    }
  }
}
