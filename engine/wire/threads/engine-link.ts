import type { MessagePort } from 'node:worker_threads';
import type { SubscribeToShardInput } from '@aws-sdk/client-kinesis';
import { ConnectionDropped, KinesisError } from '../../account/errors.ts';
import type { OperationService, Subscription, SubscriptionSink } from '../../account/kinesis-service.ts';
import { unpackInto } from '../../account/records/packed-records.ts';
import type { PutColumns } from '../../account/records/put-columns.ts';
import { PutOutcome } from '../../account/records/put-outcome.ts';
import type { RecordWriter } from '../../account/records/record-writer.ts';
import type { CallScope } from '../../account/service/accounts.ts';
import type { ColumnService, PutOperation } from '../../account/service/column-service.ts';
import type { BytesCount } from '../body.ts';
import type { WireService } from '../options.ts';
import { withoutDepth } from '../scalars.ts';
import type { Api, Reply, Request } from './messages.ts';
import { Outbox } from './outbox.ts';

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The engine as a connection thread reaches it: every call is a message, and so is its outcome. */
export class EngineLink {
  readonly #bodies: BytesCount;
  readonly #outbox: Outbox<Request>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #subscriptions = new Map<number, LinkedSubscription>();
  #calls = 0;

  /** @param bodies that the responses of the engine count among. */
  constructor(port: MessagePort, bodies: BytesCount) {
    this.#bodies = bodies;
    this.#outbox = new Outbox(port, (message, error) => this.#unsendable(message, error));
    port.on('message', (replies: readonly Reply[]) => {
      for (const reply of replies) this.#receive(reply);
    });
  }

  /**
   * Kinesis in an account and region.
   * @param columns for puts; undefined if the engine takes puts as objects only.
   */
  kinesis(operations: ReadonlySet<string>, columns: PutColumns | undefined, scope: CallScope | undefined): WireService {
    return {
      ...this.operationsOf('kinesis', operations, scope),
      subscribe: (input, sink) => this.#subscribe(scope, input, sink),
      ...(columns === undefined ? {} : this.#columnService(columns, scope)),
    };
  }

  /** The operations of a service in an account and region. */
  operationsOf(api: Api, operations: ReadonlySet<string>, scope: CallScope | undefined): OperationService {
    const call = (operation: string, input: object) =>
      this.#ask((id) => ({ kind: 'call', id, api, scope, operation, input })) as Promise<object>;
    return { operations, call };
  }

  control(name: string, body: unknown): Promise<unknown> {
    return this.#ask((id) => ({ kind: 'control', id, name, body }));
  }

  metricsText(): Promise<string> {
    return this.#ask((id) => ({ kind: 'metrics', id })) as Promise<string>;
  }

  async whenWell(): Promise<void> {
    await this.#ask((id) => ({ kind: 'health', id }));
  }

  reportDefect(error: unknown, operation: string): void {
    this.#outbox.add({ kind: 'defect', id: this.#nextId(), error, operation });
  }

  /** Reports that the thread has closed its connections. */
  close(): void {
    this.#outbox.add({ kind: 'closed', id: this.#nextId() });
    this.#outbox.flush();
  }

  #ask(request: (id: number) => Request): Promise<unknown> {
    const id = this.#nextId();
    this.#outbox.add(request(id));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #columnService(columns: PutColumns, scope: CallScope | undefined): ColumnService {
    return {
      columns,
      putColumns: (operation, filled) => this.#put(scope, operation, filled),
      getRecords: (input, writer) => this.#getRecords(scope, input, writer),
    };
  }

  async #getRecords(scope: CallScope | undefined, input: object, writer: RecordWriter): Promise<object> {
    const read = await this.#ask((id) => ({ kind: 'read', id, scope, input }));
    const { records, others } = read as Extract<Reply, { readonly kind: 'records' }>;
    if (records !== undefined) {
      unpackInto(writer, records);
      this.#bodies.add(-records.buffer.byteLength);
    }
    return others;
  }

  #put(scope: CallScope | undefined, operation: PutOperation, columns: PutColumns): Promise<PutOutcome | undefined> {
    const id = this.#nextId();
    const { streamName, streamArn } = columns;
    const packed = columns.packed();
    const put: Request = { kind: 'put', id, scope, operation, streamName, streamArn, packed };
    this.#outbox.add(put, packed.length < TRANSFERRED_BYTES_MIN ? undefined : packed.buffer);
    const outcome = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    return outcome as Promise<PutOutcome | undefined>;
  }

  #subscribe(
    scope: CallScope | undefined,
    input: SubscribeToShardInput,
    sink: SubscriptionSink,
  ): Promise<Subscription> {
    const id = this.#nextId();
    const subscription = new LinkedSubscription(id, sink, this.#outbox, () => this.#subscriptions.delete(id));
    this.#subscriptions.set(id, subscription);
    this.#outbox.add({ kind: 'subscribe', id, scope, input });
    return new Promise((resolve, reject) => {
      const refused = (error: Error) => {
        this.#subscriptions.delete(id);
        reject(error);
      };
      this.#waiting.set(id, { resolve: () => resolve(subscription), reject: refused });
    });
  }

  #nextId(): number {
    this.#calls += 1;
    return this.#calls;
  }

  #receive(reply: Reply): void {
    const { id } = reply;
    const waiting = this.#waiting.get(id);
    if (reply.kind === 'event') this.#subscriptions.get(id)?.event(reply.event, reply.bytes);
    else if (reply.kind === 'end') this.#subscriptions.get(id)?.end();
    else if (waiting === undefined) {
      if (reply.kind === 'error' || reply.kind === 'drop') this.#subscriptions.get(id)?.fail(errorOf(reply));
    } else {
      this.#waiting.delete(id);
      if (reply.kind === 'output') {
        // The response is charged for when it is sent, in this turn of the event loop.
        if (reply.bytes > 0) this.#bodies.add(-reply.bytes);
        waiting.resolve(reply.output);
      } else if (reply.kind === 'outcome') waiting.resolve(outcomeOf(reply));
      else if (reply.kind === 'records') waiting.resolve(reply);
      else waiting.reject(errorOf(reply));
    }
  }

  /** A message that cannot be copied is nested too deeply, or has a defect with something that belongs to this thread. */
  #unsendable(message: Request, error: unknown): void {
    if (message.kind === 'call') this.#outbox.add({ ...message, input: withoutDepth(message.input) });
    else if (message.kind === 'read') this.#outbox.add({ ...message, input: withoutDepth(message.input) });
    else if (message.kind === 'subscribe') this.#outbox.add({ ...message, input: withoutDepth(message.input) });
    else if (message.kind === 'control') this.#outbox.add({ ...message, body: undefined });
    else this.reportDefect(String(message.kind === 'defect' ? message.error : error), message.kind);
  }
}

/** Smaller copies of columns cost less to copy again than to pass on. */
const TRANSFERRED_BYTES_MIN = 4096;

function outcomeOf({ columns, ...others }: Extract<Reply, { readonly kind: 'outcome' }>): PutOutcome | undefined {
  if (columns === undefined) return undefined;
  const { count, accepted, isEncrypted, streamName, accountId } = others;
  return Object.assign(new PutOutcome(count, columns), { count, accepted, isEncrypted, streamName, accountId });
}

const errorOf = (reply: Extract<Reply, { readonly kind: 'error' | 'drop' }>): Error =>
  reply.kind === 'drop' ? new ConnectionDropped() : new KinesisError(reply.code, reply.message, reply.status);

/** A subscription whose events come from the engine's thread. Events that the client's socket has not taken count as in flight. */
class LinkedSubscription implements Subscription {
  readonly #id: number;
  readonly #sink: SubscriptionSink;
  readonly #outbox: Outbox<Request>;
  readonly #forget: () => void;
  #waitingBytes = 0;

  constructor(id: number, sink: SubscriptionSink, outbox: Outbox<Request>, forget: () => void) {
    this.#id = id;
    this.#sink = sink;
    this.#outbox = outbox;
    this.#forget = forget;
  }

  event(...[event, bytes]: [...Parameters<SubscriptionSink['event']>, number]): void {
    this.#waitingBytes += bytes;
    if (this.#sink.event(event)) this.resume();
  }

  fail(error: Error): void {
    this.#forget();
    this.#sink.fail(error);
  }

  end(): void {
    this.#forget();
    this.#sink.end();
  }

  resume(): void {
    if (this.#waitingBytes === 0) return;
    this.#outbox.add({ kind: 'taken', id: this.#id, bytes: this.#waitingBytes });
    this.#waitingBytes = 0;
  }

  close(): void {
    this.#forget();
    this.#outbox.add({ kind: 'leave', id: this.#id });
  }
}
