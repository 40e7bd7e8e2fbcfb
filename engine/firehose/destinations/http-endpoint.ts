import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '../../account/clock.ts';
import type { DeliveryBatch, DeliveryOutcome, Destination } from '../delivery/destination.ts';
import { HttpClient } from './http-client.ts';
import { bodyOf, type EndpointRequest, requestsOf } from './http-endpoint-request.ts';
import { errorOfFailure, errorOfResponse, RESPONSE_BYTES_MAX } from './http-endpoint-response.ts';
import { secretsOfUrl } from './secrets.ts';

export interface HttpEndpointOptions {
  readonly url: string;
  readonly accessKey?: string | undefined;
  readonly commonAttributes: Readonly<Record<string, string>>;
  readonly contentEncoding: 'NONE' | 'GZIP';
  readonly deliveryStreamArn: string;
}

const TIMEOUT_MS = 3 * 60_000;

/** The endpoint discards the batch for good: the service neither retries it nor backs it up. */
const CONTENT_TOO_LARGE = 413;

const compress = promisify(gzip);

/** Delivers to any HTTP endpoint that speaks Firehose's protocol, and to the partners whose endpoints do. */
export class HttpEndpointDestination implements Destination {
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #secrets: readonly string[];
  readonly #isCompressed: boolean;
  readonly #clock: Clock;
  readonly #client: HttpClient;

  constructor(options: HttpEndpointOptions, clock: Clock) {
    this.#url = new URL(options.url);
    this.#isCompressed = options.contentEncoding === 'GZIP';
    this.#headers = headersOf(options);
    this.#secrets = [options.accessKey ?? '', ...secretsOfUrl(this.#url)];
    this.#clock = clock;
    this.#client = new HttpClient(clock, Number.POSITIVE_INFINITY);
  }

  async deliver(batch: DeliveryBatch, signal: AbortSignal): Promise<DeliveryOutcome> {
    let sent = 0;
    for (const request of requestsOf(batch)) {
      const outcome = await this.#send(request, signal);
      if (outcome.kind === 'retry') return { ...outcome, remaining: batch.records.slice(sent) };
      sent += request.records.length;
      if (outcome.kind === 'discarded')
        return { ...outcome, discarded: request.records, remaining: batch.records.slice(sent) };
    }
    return { kind: 'delivered' };
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #send(
    request: EndpointRequest,
    signal: AbortSignal,
  ): Promise<Extract<DeliveryOutcome, { kind: 'delivered' | 'retry' | 'discarded' }>> {
    const plain = bodyOf(request, Math.trunc(this.#clock.nowMs()));
    const response = await this.#client.post(
      {
        url: this.#url,
        headers: { ...this.#headers, 'X-Amz-Firehose-Request-Id': request.id },
        body: this.#isCompressed ? await compress(plain) : plain,
        timeoutMs: TIMEOUT_MS,
        responseBytesMax: RESPONSE_BYTES_MAX,
      },
      signal,
    );
    if (response.kind === 'failure') return { kind: 'retry', ...errorOfFailure(response) };
    const error = errorOfResponse(response, request.id, this.#secrets);
    if (error === undefined) return { kind: 'delivered' };
    return { kind: response.status === CONTENT_TOO_LARGE ? 'discarded' : 'retry', ...error };
  }
}

function headersOf(options: HttpEndpointOptions): Readonly<Record<string, string>> {
  const { accessKey, commonAttributes, contentEncoding, deliveryStreamArn } = options;
  return {
    'User-Agent': 'Amazon Kinesis Data Firehose Agent/1.0',
    'Content-Type': 'application/json',
    ...(contentEncoding === 'GZIP' ? { 'Content-Encoding': 'gzip' } : {}),
    'X-Amz-Firehose-Protocol-Version': '1.0',
    'X-Amz-Firehose-Source-Arn': deliveryStreamArn,
    ...(accessKey === undefined ? {} : { 'X-Amz-Firehose-Access-Key': accessKey }),
    ...(Object.keys(commonAttributes).length === 0
      ? {}
      : { 'X-Amz-Firehose-Common-Attributes': asciiJson({ commonAttributes }) }),
  };
}

/** JSON that a header can carry. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
