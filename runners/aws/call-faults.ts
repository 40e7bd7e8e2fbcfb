/** Meaning of a failed call for its records: throttled, retriable, or rejected. */
export interface CallFault {
  /** The service's name of the error, or the system's code: what the result counts it under. */
  readonly code: string;
  readonly kind: 'throttled' | 'transient' | 'refused';
}

/** Source: the throttling and transient errors of the AWS SDKs' standard retry mode, @smithy/core 3.41.0. */
const THROTTLING = new Set([
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'KMSThrottlingException',
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestThrottledException',
  'RequestThrottled',
  'RequestLimitExceeded',
  'SlowDown',
  'TooManyRequestsException',
  'BandwidthLimitExceeded',
]);

const TRANSIENT = new Set([
  'InternalFailure',
  'InternalFailureException',
  'ServiceUnavailable',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'AbortError',
  'SyntaxError',
]);

/**
 * Messages of the SDK's HTTP/2 handler for a connection that ended during a call. They have no code, and the name of a plain
 * error or of a timeout. Source: node-http2-handler of @smithy/node-http-handler 4.14.2.
 */
const CONNECTION_LOST = /did not get a response|abnormally aborted/;

export function faultOfCode(code: string): CallFault {
  if (THROTTLING.has(code)) return { code, kind: 'throttled' };
  return { code, kind: TRANSIENT.has(code) ? 'transient' : 'refused' };
}

/**
 * Classifies an error of the SDK. Errors of sockets and of HTTP/2, and malformed responses, are retriable:
 * the record may have been stored or not, and the ledger finds out.
 */
export function faultOf(error: unknown): CallFault {
  const { name, message, code, cause, $metadata, $fault, $response } = fieldsOf(error);
  const isOfService = $fault !== undefined;
  if (isOfService) {
    const fault = faultOfCode(name);
    const status = $metadata?.httpStatusCode ?? 0;
    if (fault.kind !== 'refused') return fault;
    if (status === 429) return { code: name, kind: 'throttled' };
    return { code: name, kind: status >= 500 ? 'transient' : 'refused' };
  }
  const status = Number(/^Not[A-Z][a-z]+(\d{3})$/.exec(code ?? '')?.[1] ?? $response?.statusCode);
  if (name === 'ForeignResponse') return foreignFault(code ?? name, status);
  if (name === 'SyntaxError' && status > 0) return foreignFault(`NotKinesis${status}`, status);
  if (CONNECTION_LOST.test(message)) return { code: 'ConnectionLost', kind: 'transient' };
  // Over HTTP/1.1 a connection that was reset is called a timeout, too, and keeps the system's code.
  const isReset = name === 'TimeoutError' && code !== undefined;
  if (TRANSIENT.has(name) && !isReset) return { code: name, kind: 'transient' };
  // HTTP/2 reports a canceled stream; only its cause has the reason for the failed connection.
  const under = fieldsOf(cause).code;
  if (under !== undefined) return { code: under, kind: 'transient' };
  if (code !== undefined) return { code, kind: 'transient' };
  return { code: name, kind: name === 'CredentialsProviderError' ? 'refused' : 'transient' };
}

/** A proxy responded, not the service. Retriable if its status means a temporary failure. */
function foreignFault(code: string, status: number): CallFault {
  if (status === 429) return { code, kind: 'throttled' };
  return { code, kind: status >= 300 && status < 500 && status !== 408 ? 'refused' : 'transient' };
}

interface ErrorFields {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly cause?: unknown;
  readonly $fault?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number };
}

function fieldsOf(error: unknown): ErrorFields {
  if (typeof error !== 'object' || error === null) return { name: 'UnknownError', message: '' };
  const { name, message, code, cause, $fault, $metadata, $response } = error as {
    [Field in keyof ErrorFields]?: unknown;
  };
  return {
    name: typeof name === 'string' ? name : 'UnknownError',
    message: typeof message === 'string' ? message : '',
    ...(typeof code === 'string' ? { code } : {}),
    cause,
    $fault,
    ...(typeof $metadata === 'object' && $metadata !== null ? { $metadata } : {}),
    ...(typeof $response === 'object' && $response !== null ? { $response } : {}),
  };
}

/** Counts by name, as ports report them. */
export class Counts {
  readonly #byName: Record<string, number> = {};

  add(name: string, amount = 1): void {
    this.#byName[name] = (this.#byName[name] ?? 0) + amount;
  }

  get byName(): Readonly<Record<string, number>> {
    return this.#byName;
  }
}
