/** An error response of the service, under AWS's own name. It is expected, so it has no stack trace. */
export class KinesisError extends Error {
  /** AWS's name of the error as it goes over the wire, such as ResourceNotFoundException. */
  readonly code: string;
  /** HTTP status: 400 for a fault of the caller, 500 for one of the service. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = limit;
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

export const invalidArgument = (message: string): KinesisError => new KinesisError('InvalidArgumentException', message);
export const limitExceeded = (message: string): KinesisError => new KinesisError('LimitExceededException', message);
export const resourceInUse = (message: string): KinesisError => new KinesisError('ResourceInUseException', message);
export const resourceNotFound = (message: string): KinesisError =>
  new KinesisError('ResourceNotFoundException', message);
/** A shard that cannot be looked up: its stream is unknown, or the text names no shard. */
export const shardNotFound = (shardId: string, streamName: string, accountId: string): KinesisError =>
  resourceNotFound(`Could not find shard ${shardId} in stream ${streamName} under account ${accountId}.`);
export const validationError = (message: string): KinesisError => new KinesisError('ValidationException', message);
export const throughputExceeded = (message: string): KinesisError =>
  new KinesisError('ProvisionedThroughputExceededException', message);
export const internalFailure = (): KinesisError =>
  new KinesisError('InternalFailureException', 'Internal service failure.', 500);

/** An injected fault: the connection ends, and the caller never learns the outcome of the call. */
export class ConnectionDropped extends Error {
  constructor() {
    super('the connection was dropped on purpose');
    this.name = 'ConnectionDropped';
  }
}
