import type { SubscribeToShardEvent, SubscribeToShardInput } from '@aws-sdk/client-kinesis';

/**
 * A service behind a wire protocol. Inputs and outputs have the shapes of the AWS SDK's types: blobs are Uint8Array,
 * timestamps Date. A rejected call throws a KinesisError.
 */
export interface OperationService {
  /** Names of its operations. */
  readonly operations: ReadonlySet<string>;
  /**
   * Handles one call of any operation, by its name, such as PutRecords.
   * @throws KinesisError; UnknownOperationException for an unknown name.
   */
  call(operation: string, input: object): object | Promise<object>;
}

/** Kinesis behind a wire protocol. SubscribeToShard is among its operations, and has a method of its own. */
export interface KinesisService extends OperationService {
  /** Opens a push subscription. @throws KinesisError when it cannot be opened; later errors go to the sink. */
  subscribe(input: SubscribeToShardInput, sink: SubscriptionSink): Subscription | Promise<Subscription>;
}

/** Where a subscription's events go. Nothing comes after `fail` or `end`. */
export interface SubscriptionSink {
  /** Takes an event. Returns false when it is full: the next event waits for `Subscription.resume`. */
  event(event: SubscribeToShardEvent): boolean;
  fail(error: Error): void;
  end(): void;
}

export interface Subscription {
  /** The sink has room again. */
  resume(): void;
  /** The client has gone. */
  close(): void;
}
