import type { DeliveryRecord } from '../delivery/delivery-record.ts';

/** One call of a transformation: the event of the Lambda contract, before its data are base64. Source: guide, data transformation. */
export interface Invocation {
  /** A UUID, another one for each try. */
  readonly invocationId: string;
  readonly deliveryStreamArn: string;
  readonly region: string;
  readonly sourceKinesisStreamArn?: string | undefined;
  readonly records: readonly DeliveryRecord[];
}

/** The outcome of a call. */
export type InvocationResult =
  | { readonly kind: 'returned'; readonly records: readonly ReturnedRecord[] }
  | {
      readonly kind: 'failed';
      readonly errorCode: string;
      readonly errorMessage: string;
      /** The call may succeed when it is tried again. */
      readonly isRetriable: boolean;
    };

/** A record of a response, as far as it could be read. */
export interface ReturnedRecord {
  /** Index of the record in the invocation with this recordId, -1 for an unknown or a missing recordId. */
  readonly recordIndex: number;
  readonly result: unknown;
  /** Undefined without data; 'invalid' for data that are not base64. */
  readonly data: Uint8Array | 'invalid' | undefined;
  readonly partitionKeys: unknown;
}

/** A transformation, wherever it runs. */
export interface TransformationFunction {
  /** Resolves also for failures. @param signal aborts at the timeout, and when the stream closes. */
  invoke(invocation: Invocation, signal: AbortSignal): Promise<InvocationResult>;
  close(): Promise<void>;
}

/** Bytes of the JSON text of a request, and of a response. Source: guide, data transformation; Lambda quotas. */
export const PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;

type Failure = Extract<InvocationResult, { readonly kind: 'failed' }>;

const FUNCTION_ERROR = 'The Lambda function was successfully invoked but it returned an error result.';

/** Failures, in the service's own words; a reason follows where there is one. */
export const FAILURES = {
  functionError: (reason: string): Failure => ({
    kind: 'failed',
    errorCode: 'Lambda.FunctionError',
    errorMessage: `${FUNCTION_ERROR} ${reason}`.trim(),
    isRetriable: true,
  }),
  timedOut: (): Failure => ({
    kind: 'failed',
    errorCode: 'Lambda.FunctionTimedOut',
    errorMessage: 'The Lambda function invocation timed out. Increase the Timeout setting in the Lambda function.',
    isRetriable: true,
  }),
  notJson: (): Failure => ({
    kind: 'failed',
    errorCode: 'Lambda.JsonProcessingException',
    errorMessage:
      'There was an error parsing returned records from the Lambda function. Ensure that the returned records follow the status model required by Firehose.',
    isRetriable: false,
  }),
  accessDenied: (): Failure => ({
    kind: 'failed',
    errorCode: 'Lambda.InvokeAccessDenied',
    errorMessage: 'Access was denied. Ensure that the access policy allows access to the Lambda function.',
    isRetriable: false,
  }),
  notFound: (): Failure => ({
    kind: 'failed',
    errorCode: 'Lambda.ResourceNotFound',
    errorMessage: 'Cannot find the Lambda function.',
    isRetriable: false,
  }),
  limitExceeded: (): Failure => ({
    kind: 'failed',
    errorCode: 'Lambda.InvokeLimitExceeded',
    errorMessage: 'The Lambda function was not invoked because its limit of invocations was reached.',
    isRetriable: true,
  }),
  unavailable: (reason: string): Failure => ({
    kind: 'failed',
    errorCode: 'Lambda.InternalServerError',
    errorMessage: `The Lambda function could not be invoked. ${reason}`.trim(),
    isRetriable: true,
  }),
} as const;
