import type { SubscribeToShardInput } from '@aws-sdk/client-kinesis';
import { ConnectionDropped, KinesisError } from '../kinesis/errors.ts';
import type { KinesisService } from '../kinesis/service.ts';
import { bodyAnswer, errorAnswer, JSON_CONTENT_TYPE, withErrorType } from './answer.ts';
import type { Codec } from './codec.ts';
import type { Exchange, Handler, WireRequest } from './exchange.ts';
import { JSON_CODEC } from './json-codec.ts';
import type { ServerOptions } from './options.ts';
import { createSignatureCheck, type SignatureCheck } from './signature.ts';
import { Subscriptions } from './subscriptions.ts';

const TARGET_PREFIX = 'Kinesis_20131202.';
/** As in cbor-codec.ts, which is loaded when the first client speaks it. */
const CBOR_CONTENT_TYPE = 'application/x-amz-cbor-1.1';

/** Answers Kinesis calls: POST with X-Amz-Target, in AWS JSON 1.1 or CBOR. */
export class KinesisHandler {
  readonly subscriptions: Subscriptions;
  readonly #service: KinesisService;
  readonly #onDefect: (error: unknown, operation: string) => void;
  readonly #check: SignatureCheck;
  #cbor: Codec | undefined;

  constructor(service: KinesisService, options: ServerOptions) {
    this.#service = service;
    this.#onDefect = options.onDefect ?? (() => {});
    this.subscriptions = new Subscriptions(this.#onDefect);
    this.#check = createSignatureCheck(options.credentials, options.clock ?? { nowMs: Date.now });
  }

  readonly handle: Handler = (exchange) => {
    const { method, headers } = exchange.request;
    const contentType = headers['content-type'] ?? '';
    if (method !== 'POST') exchange.send(errorAnswer(403, 'AccessDeniedException', NO_OPERATION));
    else if (isContentType(contentType, JSON_CONTENT_TYPE)) this.#answer(exchange, JSON_CODEC);
    else if (isContentType(contentType, CBOR_CONTENT_TYPE)) this.#answerCbor(exchange);
    else exchange.send(errorAnswer(404, 'UnknownOperationException', unknownContentType(contentType)));
  };

  async #answerCbor(exchange: Exchange): Promise<void> {
    this.#cbor ??= (await import('./cbor-codec.ts')).CBOR_CODEC;
    this.#answer(exchange, this.#cbor);
  }

  #answer(exchange: Exchange, codec: Codec): void {
    const { request } = exchange;
    const operation = operationOf(request);
    try {
      if (operation === '') throw unknownOperation(request);
      this.#check(request);
      const input = codec.decode(operation, request.body);
      if (operation === 'SubscribeToShard') {
        const opening = this.subscriptions.open(exchange, this.#service, input as SubscribeToShardInput);
        opening?.catch((error: unknown) => this.#answerError(exchange, codec, operation, error));
        return;
      }
      const output = this.#service.call(operation, input);
      if (!(output instanceof Promise))
        exchange.send(bodyAnswer(200, codec.contentType, codec.encode(operation, output)));
      else this.#answerLater(exchange, codec, operation, output);
    } catch (error) {
      this.#answerError(exchange, codec, operation, error);
    }
  }

  async #answerLater(exchange: Exchange, codec: Codec, operation: string, output: Promise<object>): Promise<void> {
    try {
      exchange.send(bodyAnswer(200, codec.contentType, codec.encode(operation, await output)));
    } catch (error) {
      this.#answerError(exchange, codec, operation, error);
    }
  }

  #answerError(exchange: Exchange, codec: Codec, operation: string, error: unknown): void {
    if (error instanceof ConnectionDropped) {
      exchange.drop();
      return;
    }
    if (!(error instanceof KinesisError)) this.#onDefect(error, operation);
    const { code, message, status } = error instanceof KinesisError ? error : INTERNAL_FAILURE;
    const body = codec.encodeError({ __type: code, message });
    exchange.send(withErrorType(bodyAnswer(isErrorStatus(status) ? status : 500, codec.contentType, body), code));
  }
}

/** Errors may be made by anybody, fault rules among them; a status must not be able to break the protocol. */
const isErrorStatus = (status: number): boolean => Number.isInteger(status) && status >= 400 && status < 600;

const INTERNAL_FAILURE = { code: 'InternalFailure', message: 'Internal service failure.', status: 500 };
const NO_OPERATION = 'Unable to determine service/operation name to be authorized. Send POST with X-Amz-Target.';

/** Whether a Content-Type header is this one, parameters such as charset left aside. */
function isContentType(header: string, contentType: string): boolean {
  return header === contentType || header.split(';', 1)[0]!.trim().toLowerCase() === contentType;
}

const unknownContentType = (contentType: string): string =>
  `Content-Type ${JSON.stringify(contentType)} is not spoken here. Send ${JSON_CONTENT_TYPE} or ${CBOR_CONTENT_TYPE}.`;

/** Empty when the target is not one of Kinesis. */
function operationOf({ headers }: WireRequest): string {
  const target = headers['x-amz-target'];
  return typeof target === 'string' && target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
}

function unknownOperation({ headers }: WireRequest): KinesisError {
  const target = JSON.stringify(headers['x-amz-target'] ?? '');
  return new KinesisError('UnknownOperationException', `X-Amz-Target ${target} does not name an operation of Kinesis.`);
}
