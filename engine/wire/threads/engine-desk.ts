import type { MessagePort } from 'node:worker_threads';
import type { _Record, SubscribeToShardEvent, SubscribeToShardInput } from '@aws-sdk/client-kinesis';
import { ConnectionDropped, internalFailure, KinesisError } from '../../account/errors.ts';
import type { OperationService, Subscription, SubscriptionSink } from '../../account/kinesis-service.ts';
import { RecordPacker } from '../../account/records/packed-records.ts';
import type { PutOutcome } from '../../account/records/put-outcome.ts';
import type { CallScope } from '../../account/service/accounts.ts';
import { DEFAULT_LIMITS, type ServerOptions, type WireService } from '../options.ts';
import type { SharedCounts } from '../shared-counts.ts';
import { SpareMemory } from '../spare-memory.ts';
import type { Api, Reply, Request } from './messages.ts';
import { Outbox } from './outbox.ts';

/** Serves one connection thread on the engine's thread: carries out its calls in their order and returns their outcomes. */
export class EngineDesk {
  /** Resolves when the thread has closed its connections. */
  readonly closed: Promise<void>;
  #resolveClosed = (): void => {};
  readonly #options: ServerOptions;
  readonly #counts: SharedCounts;
  readonly #bodiesBytesMax: number;
  readonly #serviceOf: NonNullable<ServerOptions['serviceOf']>;
  readonly #outbox: Outbox<Reply>;
  readonly #sinks = new Map<number, DeskSink>();
  readonly #spare: SpareMemory | undefined;

  constructor(port: MessagePort, service: WireService, options: ServerOptions, counts: SharedCounts) {
    this.#options = options;
    this.#spare = options.collectsGarbage === true ? new SpareMemory() : undefined;
    this.#counts = counts;
    this.#bodiesBytesMax = options.maxBodiesBytes ?? DEFAULT_LIMITS.maxBodiesBytes;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#serviceOf = options.serviceOf ?? (() => service);
    this.#outbox = new Outbox(port, ({ id }, error) => this.#sendError(id, error, 'a response'));
    port.on('message', (requests: readonly Request[]) => {
      for (const request of requests) this.#receive(request);
      this.#outbox.flush();
    });
  }

  #receive(request: Request): void {
    const { id } = request;
    switch (request.kind) {
      case 'call': {
        const { api, scope, operation, input } = request;
        this.#run(id, operation, () => {
          this.#checkBodies();
          return this.#operationsOf(api, scope).call(operation, input);
        });
        break;
      }
      case 'put':
        this.#put(request);
        break;
      case 'read':
        this.#read(request);
        break;
      case 'subscribe':
        this.#subscribe(id, request.scope, request.input);
        break;
      case 'taken':
        this.#sinks.get(id)?.taken(request.bytes);
        break;
      case 'leave':
        this.#sinks.get(id)?.leave();
        break;
      case 'control':
        this.#run(id, `control ${request.name}`, () => this.#options.control![request.name]!(request.body));
        break;
      case 'metrics':
        this.#run(id, '/metrics', () => this.#options.metricsText?.() ?? '');
        break;
      case 'health':
        this.#sendOutput(id, undefined);
        break;
      case 'closed':
        this.#resolveClosed();
        break;
      case 'defect':
        this.#options.onDefect?.(request.error, request.operation);
        break;
      default:
        request satisfies never;
    }
  }

  /** A connection thread has checked this, too, but perhaps before responses of this thread counted. */
  #checkBodies(): void {
    if (this.#counts.bodies.bytes > this.#bodiesBytesMax) throw tooManyBodies();
  }

  #put({ id, scope, operation, streamName, streamArn, packed }: Extract<Request, { readonly kind: 'put' }>): void {
    try {
      this.#checkBodies();
      const service = this.#serviceOf(scope);
      const columns = service.columns!;
      columns.fill(packed);
      columns.streamName = streamName;
      columns.streamArn = streamArn;
      const outcome = service.putColumns!(operation, columns);
      if (!(outcome instanceof Promise)) this.#sendOutcome(id, outcome?.copy());
      else {
        outcome.then(
          (kept) => this.#sendOutcome(id, kept),
          (error: unknown) => this.#sendError(id, error, operation),
        );
      }
    } catch (error) {
      this.#sendError(id, error, operation);
    }
  }

  #read({ id, scope, input }: Extract<Request, { readonly kind: 'read' }>): void {
    const packer = new RecordPacker();
    const send = (others: object) => {
      const records = packer.end();
      if (records !== undefined) this.#counts.bodies.add(records.buffer.byteLength);
      this.#outbox.add({ kind: 'records', id, records, others }, records?.buffer);
    };
    try {
      this.#checkBodies();
      const others = this.#serviceOf(scope).getRecords!(input, packer);
      if (!(others instanceof Promise)) send(others);
      else others.then(send).catch((error: unknown) => this.#sendError(id, error, 'GetRecords'));
    } catch (error) {
      this.#sendError(id, error, 'GetRecords');
    }
  }

  /** @param kept an outcome that no other put overwrites: its columns go over to the connection thread. */
  #sendOutcome(id: number, kept: PutOutcome | undefined): void {
    const { count, accepted, isEncrypted, streamName, accountId, buffer: columns } = kept ?? NO_OUTCOME;
    const names = accepted === count ? { streamName: '', accountId: '' } : { streamName, accountId };
    this.#outbox.add({ kind: 'outcome', id, count, accepted, isEncrypted, ...names, columns }, columns);
  }

  #operationsOf(api: Api, scope: CallScope | undefined): OperationService {
    return api === 'kinesis' ? this.#serviceOf(scope) : this.#options.firehoseOf!(scope);
  }

  #run(id: number, operation: string, work: () => unknown): void {
    try {
      const output = work();
      if (output instanceof Promise) this.#sendLater(id, operation, output);
      else this.#sendOutput(id, output);
    } catch (error) {
      this.#sendError(id, error, operation);
    }
  }

  #sendOutput(id: number, output: unknown): void {
    const bytes = bytesOf(output);
    if (bytes > 0) {
      this.#counts.bodies.add(bytes);
      // The connection thread gets a copy.
      this.#spare?.released(bytes);
    }
    this.#outbox.add({ kind: 'output', id, output, bytes });
  }

  async #sendLater(id: number, operation: string, output: Promise<unknown>): Promise<void> {
    try {
      this.#sendOutput(id, await output);
    } catch (error) {
      this.#sendError(id, error, operation);
    }
  }

  #subscribe(id: number, scope: CallScope | undefined, input: SubscribeToShardInput): void {
    const forget = () => this.#sinks.delete(id);
    const sendError: SendError = (error, failure) => this.#sendError(id, error, 'SubscribeToShard', failure);
    const sink = new DeskSink(id, this.#outbox, sendError, forget);
    this.#sinks.set(id, sink);
    const open = () => {
      const opening = this.#serviceOf(scope).subscribe(input, sink);
      return opening instanceof Promise ? opening.then((opened) => sink.opened(opened)) : sink.opened(opening);
    };
    try {
      const opening = open();
      if (opening instanceof Promise) opening.catch((error: unknown) => sink.rejected(error));
    } catch (error) {
      sink.rejected(error);
    }
  }

  #sendError(id: number, error: unknown, operation: string, failure: KinesisError = INTERNAL_FAILURE): void {
    if (error instanceof ConnectionDropped) {
      this.#outbox.add({ kind: 'drop', id });
      return;
    }
    if (!(error instanceof KinesisError)) this.#options.onDefect?.(error, operation);
    const { code, message, status } = error instanceof KinesisError ? error : failure;
    this.#outbox.add({ kind: 'error', id, code, message, status });
  }
}

const NO_OUTCOME = {
  count: 0,
  accepted: 0,
  isEncrypted: false,
  streamName: '',
  accountId: '',
  buffer: undefined,
};

type SendError = (error: unknown, failure?: KinesisError) => void;

const INTERNAL_FAILURE = new KinesisError('InternalFailure', 'Internal service failure.', 500);
/** The same bug, when the subscription has begun. */
const SUBSCRIPTION_FAILURE = internalFailure();

/**
 * Bytes of events between the two threads, per subscription. A small event need not wait until the client's socket has taken the one
 * before, and a slow client holds at most this much and one event.
 */
const IN_FLIGHT_BYTES_MAX = 256 * 1024;
/** Size of an event without its records, and of a record without its data, as far as memory matters. */
const EVENT_BYTES = 256;
const RECORD_BYTES = 256;

/** Sends the events of one subscription to a connection thread. */
class DeskSink implements SubscriptionSink {
  readonly #id: number;
  readonly #outbox: Outbox<Reply>;
  readonly #sendError: SendError;
  readonly #forget: () => void;
  #subscription: Subscription | undefined;
  #inFlightBytes = 0;
  #isFull = false;
  #isOver = false;

  constructor(id: number, outbox: Outbox<Reply>, sendError: SendError, forget: () => void) {
    this.#id = id;
    this.#outbox = outbox;
    this.#sendError = sendError;
    this.#forget = forget;
  }

  opened(subscription: Subscription): void {
    this.#subscription = subscription;
    if (this.#isOver) subscription.close();
    else this.#outbox.add({ kind: 'output', id: this.#id, output: undefined, bytes: 0 });
  }

  rejected(error: unknown): void {
    this.#over();
    this.#sendError(error);
  }

  event(event: SubscribeToShardEvent): boolean {
    if (this.#isOver) return false;
    const bytes = bytesOf(event);
    this.#inFlightBytes += bytes;
    this.#outbox.add({ kind: 'event', id: this.#id, event, bytes });
    this.#isFull = this.#inFlightBytes >= IN_FLIGHT_BYTES_MAX;
    return !this.#isFull;
  }

  fail(error: Error): void {
    if (this.#isOver) return;
    this.#over();
    this.#sendError(error, SUBSCRIPTION_FAILURE);
  }

  end(): void {
    if (this.#isOver) return;
    this.#over();
    this.#outbox.add({ kind: 'end', id: this.#id });
  }

  taken(bytes: number): void {
    this.#inFlightBytes -= bytes;
    if (!this.#isFull || this.#inFlightBytes >= IN_FLIGHT_BYTES_MAX) return;
    this.#isFull = false;
    this.#subscription?.resume();
  }

  leave(): void {
    this.#over();
    this.#subscription?.close();
  }

  #over(): void {
    this.#isOver = true;
    this.#forget();
  }
}

/** Bytes of an output or an event; 0 for an output without records. */
function bytesOf(output: unknown): number {
  const { Records } = (output ?? {}) as { readonly Records?: unknown };
  if (!Array.isArray(Records)) return 0;
  let bytes = EVENT_BYTES;
  for (const { Data } of Records as readonly _Record[]) bytes += RECORD_BYTES + (Data?.length ?? 0);
  return bytes;
}

const tooManyBodies = (): KinesisError =>
  new KinesisError('ServiceUnavailable', 'Clients have not read their responses. Try again later.', 503);
