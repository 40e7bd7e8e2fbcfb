import type { NewShard } from './shard-walk.ts';
import type { ShardInfo } from './shards.ts';

/** Where the next record of a shard is. */
export type Position =
  | { readonly kind: 'trim-horizon' }
  | { readonly kind: 'timestamp'; readonly atMs: number }
  | { readonly kind: 'after'; readonly sequenceNumber: string };

/** The position in the form of the service, for iterators and subscriptions. */
export function startingPosition(position: Position) {
  switch (position.kind) {
    case 'trim-horizon':
      return { Type: 'TRIM_HORIZON' } as const;
    case 'timestamp':
      return { Type: 'AT_TIMESTAMP', Timestamp: new Date(position.atMs) } as const;
    case 'after':
      return { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position.sequenceNumber } as const;
  }
}

/** The first bytes of a record's data, which suffice to see whose it is. */
export const RECORD_HEAD_BYTES = 36;

/** Receives records one by one, where they are in a response. */
export interface RecordTaker {
  /**
   * @param bytes contains the record's data from `dataAt` on: all of an aggregate, at least RECORD_HEAD_BYTES of another record.
   *   They are valid until the call returns.
   * @param dataBytes length of the data
   * @param keyBytes length of the partition key in UTF-8
   */
  record(bytes: DataView, dataAt: number, dataBytes: number, keyBytes: number): void;
}

/** Records of one response or event, in the order of their shard. Their memory serves the next response, too. */
export interface ReadRecords {
  giveTo(taker: RecordTaker): void;
}

interface ShardResponse<Records> {
  /** Undefined if the response has none. */
  readonly records: Records | undefined;
  /** The time from the shard's next record to its tip, reported by the service, in ms. */
  readonly behindMs: number;
  /** The shards that came out of this one, at its end. Empty where the service does not report them. */
  readonly children: readonly NewShard[];
}

/** A response of GetRecords. */
export interface PolledRecords<Records> extends ShardResponse<Records> {
  /** The last record's; undefined without records. */
  readonly lastSequenceNumber: string | undefined;
  /** Undefined at the shard's end. */
  readonly nextIterator: string | undefined;
}

/** An event of SubscribeToShard. */
export interface PushedRecords<Records> extends ShardResponse<Records> {
  /** The next subscription starts after it. Undefined at the shard's end. */
  readonly continuation: string | undefined;
}

export interface Subscription {
  /** Fulfilled when the service ended it, or its last event was taken; rejected if it failed. */
  readonly ended: Promise<void>;
}

/** Calls that read a stream. Each rejects with an error that `faultOf` classifies, and when its signal aborts. */
export interface ReadClient<Records extends ReadRecords = ReadRecords> {
  /** @returns an iterator at the position. */
  getIterator(shardId: string, position: Position, signal: AbortSignal): Promise<string>;
  /**
   * @param limit largest number of records in the response; undefined: the service's.
   * @param onResponse is called with a response whose records are valid until it returns.
   */
  getRecords(
    iterator: string,
    limit: number | undefined,
    onResponse: (response: PolledRecords<Records>) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Resolves when the subscription is open.
   * @param onEvent is called with each event, also before that, whose records are valid until it returns. It returns false
   *   to end the subscription.
   */
  subscribe(
    shard: { readonly consumerArn: string; readonly shardId: string },
    position: Position,
    onEvent: (event: PushedRecords<Records>) => boolean,
    signal: AbortSignal,
  ): Promise<Subscription>;
  listShards(): Promise<readonly ShardInfo[]>;
  close(): void;
}
