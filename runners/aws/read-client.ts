import type { NewShard } from './shard-walk.ts';
import type { ShardInfo } from './shards.ts';

/** Where the next record of a shard is. */
export type Position =
  | { readonly kind: 'trim-horizon' }
  | { readonly kind: 'timestamp'; readonly atMs: number }
  | { readonly kind: 'after'; readonly sequenceNumber: string };

/** Is given records one by one, where they are in a response. */
export interface RecordTaker {
  /**
   * @param bytes contains the record's data from `dataAt` on. Only valid during the call.
   * @param dataBytes length of the data
   * @param keyBytes length of the partition key in UTF-8
   */
  record(bytes: DataView, dataAt: number, dataBytes: number, keyBytes: number): void;
}

/** Records of one response or event, in the order of their shard. */
export interface ReadRecords {
  /** Call once: afterwards the memory of the records may be used again. */
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
  /** @param limit largest number of records in the response; undefined: the service's. */
  getRecords(iterator: string, limit: number | undefined, signal: AbortSignal): Promise<PolledRecords<Records>>;
  /**
   * Resolves when the subscription is open.
   * @param onEvent is called with each event, also before that. It returns false to end the subscription.
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
