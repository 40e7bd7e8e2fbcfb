import type { SubscribeToShardInput } from '@aws-sdk/client-kinesis';
import { ConnectionDropped, KinesisError } from '../account/errors.ts';
import type { OperationService } from '../account/kinesis-service.ts';
import type { PutOutcome } from '../account/records/put-outcome.ts';
import type { CallScope } from '../account/service/accounts.ts';
import type { PutOperation } from '../account/service/column-service.ts';
import { OPERATIONS_WITHOUT_OUTPUT } from '../account/service/operations-without-output.ts';
import type { Codec } from './codec.ts';
import { scopeOf } from './credential-scope.ts';
import type { Exchange, Handler, WireRequest } from './exchange.ts';
import {
  isJsonWithoutBody,
  operationNotDetermined,
  PLAIN_JSON_CONTENT_TYPE,
  plainJsonResponse,
  unreadContentType,
} from './front-end.ts';
import { JSON_CODEC } from './json-codec.ts';
import type { ServerOptions, WireService } from './options.ts';
import { bodyResponse, errorBody, JSON_CONTENT_TYPE, withErrorType } from './response.ts';
import { createSignatureCheck, type SignatureCheck } from './signature.ts';
import { Subscriptions } from './subscriptions.ts';

const KINESIS_TARGET = 'Kinesis_20131202.';
const FIREHOSE_TARGET = 'Firehose_20150804.';
/** Same as in cbor-codec.ts, which is loaded when the first client uses it. */
const CBOR_CONTENT_TYPE = 'application/x-amz-cbor-1.1';

/** An operation that a request calls, and its service in an account and region. */
interface Target {
  readonly operation: string;
  /** The operation if it is a put of Kinesis. */
  readonly put: PutOperation | undefined;
  readonly serviceOf: (scope: CallScope | undefined) => OperationService;
  readonly check: SignatureCheck;
}

/** Handles calls of Kinesis and Firehose: POST with X-Amz-Target, in AWS JSON 1.1 or CBOR. */
export class KinesisHandler {
  readonly subscriptions: Subscriptions;
  readonly #service: WireService;
  readonly #serviceOf: NonNullable<ServerOptions['serviceOf']>;
  readonly #firehoseOf: ServerOptions['firehoseOf'];
  readonly #onDefect: (error: unknown, operation: string) => void;
  readonly #checkKinesis: SignatureCheck;
  readonly #checkFirehose: SignatureCheck;
  #cbor: Codec | undefined;

  constructor(service: WireService, options: ServerOptions) {
    this.#service = service;
    this.#serviceOf = options.serviceOf ?? (() => service);
    this.#firehoseOf = options.firehoseOf;
    this.#onDefect = options.onDefect ?? (() => {});
    this.subscriptions = new Subscriptions(this.#onDefect);
    const clock = options.clock ?? { nowMs: Date.now };
    this.#checkKinesis = createSignatureCheck(options.credentials, clock, 'kinesis');
    this.#checkFirehose = createSignatureCheck(options.credentials, clock, 'firehose');
  }

  readonly handle: Handler = (exchange) => {
    const { request } = exchange;
    const contentType = contentTypeOf(request);
    if (request.method !== 'POST') exchange.send(operationNotDetermined());
    else if (request.body.length === 0) this.#respondWithoutBody(exchange, contentType);
    else if (contentType === JSON_CONTENT_TYPE) this.#handle(exchange, JSON_CODEC);
    else if (contentType === CBOR_CONTENT_TYPE) this.#handleCbor(exchange);
    else if (contentType === PLAIN_JSON_CONTENT_TYPE) exchange.send(plainJsonResponse(request.body));
    else exchange.send(unreadContentType(request));
  };

  async #respondWithoutBody(exchange: Exchange, contentType: string): Promise<void> {
    const target = this.#targetOf(exchange.request);
    const codec = isJsonWithoutBody(contentType) ? JSON_CODEC : await this.#loadCbor();
    const error = target === undefined ? unknownOperation() : unreadable();
    this.#sendError(exchange, codec, target?.operation ?? '', error);
  }

  #handleCbor(exchange: Exchange): void {
    if (this.#cbor !== undefined) this.#handle(exchange, this.#cbor);
    else this.#loadCbor().then((codec) => this.#handle(exchange, codec));
  }

  async #loadCbor(): Promise<Codec> {
    this.#cbor ??= (await import('./cbor-codec.ts')).CBOR_CODEC;
    return this.#cbor;
  }

  /** Follows AWS's order: parses the body, then finds the operation, then checks the signature. */
  #handle(exchange: Exchange, codec: Codec): void {
    const { request } = exchange;
    const target = this.#targetOf(request);
    const { operation = '' } = target ?? {};
    try {
      if (target?.put !== undefined && this.#put(exchange, codec, target.put, target)) return;
    } catch (error) {
      this.#sendError(exchange, codec, operation, error);
      return;
    }
    this.#handleInput(exchange, codec, target);
  }

  /** Handles a call by its input as an object. */
  #handleInput(exchange: Exchange, codec: Codec, target: Target | undefined): void {
    const { request } = exchange;
    const { operation = '' } = target ?? {};
    try {
      const input = codec.decode(operation, request.body);
      if (target === undefined) throw unknownOperation();
      target.check(request);
      const scope = scopeOf(request);
      if (target.serviceOf === this.#serviceOf && operation === 'SubscribeToShard') {
        const service = this.#serviceOf(scope);
        const opening = this.subscriptions.open(exchange, service, input as SubscribeToShardInput);
        opening?.catch((error: unknown) => this.#sendError(exchange, codec, operation, error));
        return;
      }
      if (operation === 'GetRecords' && this.#getRecords(exchange, codec, input, scope)) return;
      const service = target.serviceOf(scope);
      const output = service.call(operation, input);
      if (!(output instanceof Promise)) this.#sendOutput(exchange, codec, operation, output);
      else this.#sendLater(exchange, codec, operation, output);
    } catch (error) {
      this.#sendError(exchange, codec, operation, error);
    }
  }

  /**
   * Handles a put by columns, without an object for a record. Returns false, with nothing done, if the call needs the general way.
   */
  #put(exchange: Exchange, codec: Codec, operation: PutOperation, target: Target): boolean {
    const { request } = exchange;
    const { columns } = this.#service;
    if (columns === undefined || !codec.decodePut(operation, request.body, columns)) return false;
    target.check(request);
    const service = this.#serviceOf(scopeOf(request));
    const outcome = service.putColumns?.(operation, columns);
    if (outcome === undefined) return false;
    if (outcome instanceof Promise) this.#sendOutcomeLater(exchange, codec, target, outcome);
    else this.#sendOutcome(exchange, codec, operation, outcome);
    return true;
  }

  /** Handles GetRecords without an object for a record. Returns false if the service cannot. */
  #getRecords(exchange: Exchange, codec: Codec, input: object, scope: CallScope | undefined): boolean {
    const service = this.#serviceOf(scope);
    if (service.getRecords === undefined) return false;
    const writer = codec.recordWriter();
    const others = service.getRecords(input, writer);
    const send = (members: object) => exchange.send(bodyResponse(200, codec.contentType, writer.end(members)));
    if (!(others instanceof Promise)) send(others);
    else others.then(send).catch((error: unknown) => this.#sendError(exchange, codec, 'GetRecords', error));
    return true;
  }

  #sendOutcome(exchange: Exchange, codec: Codec, operation: PutOperation, outcome: PutOutcome): void {
    exchange.send(bodyResponse(200, codec.contentType, codec.encodePut(operation, outcome)));
  }

  async #sendOutcomeLater(
    exchange: Exchange,
    codec: Codec,
    target: Target,
    coming: Promise<PutOutcome | undefined>,
  ): Promise<void> {
    try {
      const outcome = await coming;
      if (outcome === undefined) this.#handleInput(exchange, codec, target);
      else this.#sendOutcome(exchange, codec, target.operation as PutOperation, outcome);
    } catch (error) {
      this.#sendError(exchange, codec, target.operation, error);
    }
  }

  /** The operation that a request calls; undefined if no service has one of that name. */
  #targetOf({ headers }: WireRequest): Target | undefined {
    const target = headers['x-amz-target'];
    if (typeof target !== 'string') return undefined;
    if (target.startsWith(KINESIS_TARGET)) {
      const operation = target.slice(KINESIS_TARGET.length);
      if (!this.#service.operations.has(operation)) return undefined;
      const put = operation === 'PutRecords' || operation === 'PutRecord' ? operation : undefined;
      return { operation, put, serviceOf: this.#serviceOf, check: this.#checkKinesis };
    }
    const serviceOf = this.#firehoseOf;
    if (serviceOf === undefined || !target.startsWith(FIREHOSE_TARGET)) return undefined;
    const operation = target.slice(FIREHOSE_TARGET.length);
    if (!serviceOf(undefined).operations.has(operation)) return undefined;
    return { operation, put: undefined, serviceOf, check: this.#checkFirehose };
  }

  /** Operations without output have an empty body, not an empty structure. */
  #sendOutput(exchange: Exchange, codec: Codec, operation: string, output: object): void {
    const body = OPERATIONS_WITHOUT_OUTPUT.has(operation) ? '' : codec.encode(operation, output);
    exchange.send(bodyResponse(200, codec.contentType, body));
  }

  async #sendLater(exchange: Exchange, codec: Codec, operation: string, output: Promise<object>): Promise<void> {
    try {
      this.#sendOutput(exchange, codec, operation, await output);
    } catch (error) {
      this.#sendError(exchange, codec, operation, error);
    }
  }

  #sendError(exchange: Exchange, codec: Codec, operation: string, error: unknown): void {
    if (error instanceof ConnectionDropped) {
      exchange.drop();
      return;
    }
    if (!(error instanceof KinesisError)) this.#onDefect(error, operation);
    const { code, message, status } = error instanceof KinesisError ? error : INTERNAL_FAILURE;
    const body = codec.encodeError(errorBody(code, message));
    exchange.send(withErrorType(bodyResponse(isErrorStatus(status) ? status : 500, codec.contentType, body), code));
  }
}

/** Errors may come from anywhere, for example from fault rules; their status must not break the protocol. */
const isErrorStatus = (status: number): boolean => Number.isInteger(status) && status >= 400 && status < 600;

const INTERNAL_FAILURE = { code: 'InternalFailure', message: 'Internal service failure.', status: 500 };
/** The content type in lower case, without parameters such as charset. */
function contentTypeOf({ headers }: WireRequest): string {
  const header = headers['content-type'] ?? '';
  if (header === JSON_CONTENT_TYPE || header === CBOR_CONTENT_TYPE) return header;
  return header.split(';', 1)[0]!.trim().toLowerCase();
}

const unknownOperation = (): KinesisError => new KinesisError('UnknownOperationException', '');
const unreadable = (): KinesisError => new KinesisError('SerializationException', '');
