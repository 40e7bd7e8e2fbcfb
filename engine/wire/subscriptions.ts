import type { SubscribeToShardEvent, SubscribeToShardInput } from '@aws-sdk/client-kinesis';
import { ConnectionDropped, KinesisError } from '../account/errors.ts';
import type { KinesisService, Subscription, SubscriptionSink } from '../account/kinesis-service.ts';
import { EVENT_STREAM_CONTENT_TYPE, exceptionMessage, INITIAL_RESPONSE, shardEvent } from './event-stream.ts';
import type { Exchange, ResponseStream } from './exchange.ts';
import { JSON_CODEC } from './json-codec.ts';
import { idHeaders } from './response.ts';

type Report = (error: unknown, operation: string) => void;

/** The open responses of SubscribeToShard. */
export class Subscriptions {
  readonly #open = new Set<EventStream>();
  readonly #onDefect: Report;
  #closed = false;

  constructor(onDefect: Report) {
    this.#onDefect = onDefect;
  }

  /**
   * Subscribes, and responds with an event stream. Its payloads are JSON whatever the format of the request, because no known
   * client reads anything else.
   * @throws (or rejects with) the error of the service if the subscription cannot be opened; no response has been sent
   *   then.
   */
  open(exchange: Exchange, service: KinesisService, input: SubscribeToShardInput): void | Promise<void> {
    const events = new EventStream(exchange, this.#onDefect);
    const subscription = service.subscribe(input, events);
    if (subscription instanceof Promise) return subscription.then((opened) => this.#begin(events, opened));
    this.#begin(events, subscription);
  }

  #begin(events: EventStream, subscription: Subscription): void {
    this.#open.add(events);
    events.begin(subscription, () => this.#open.delete(events));
    if (this.#closed) events.close();
  }

  /** Ends all streams, including those that are still opening, as they end after five minutes. */
  close(): void {
    this.#closed = true;
    for (const events of this.#open) events.close();
  }
}

/**
 * One event stream. The service may send events while it opens the subscription; they are kept until it has, because
 * only then is it known that the response is not an error.
 */
class EventStream implements SubscriptionSink {
  readonly #exchange: Exchange;
  readonly #onDefect: Report;
  readonly #early: Buffer[] = [];
  #stream: ResponseStream | undefined;
  #subscription: Subscription | undefined;
  /** True if nothing is written any more: the service has ended it, or the client has disconnected. */
  #isOver = false;

  constructor(exchange: Exchange, onDefect: Report) {
    this.#exchange = exchange;
    this.#onDefect = onDefect;
  }

  begin(subscription: Subscription, onClose: () => void): void {
    this.#subscription = subscription;
    const headers = { ...idHeaders(), 'Content-Type': EVENT_STREAM_CONTENT_TYPE };
    const stream = this.#exchange.stream(200, headers, {
      onRoom: () => {
        if (!this.#isOver) subscription.resume();
      },
      onClose: () => {
        this.#isOver = true;
        onClose();
        subscription.close();
      },
    });
    this.#stream = stream;
    let hasRoom = stream.write(INITIAL_RESPONSE);
    for (const message of this.#early) hasRoom = stream.write(message);
    if (this.#isOver) stream.end();
    else if (hasRoom && this.#early.length > 0) subscription.resume();
  }

  event(event: SubscribeToShardEvent): boolean {
    return !this.#isOver && this.#write(shardEvent(JSON_CODEC.encode('SubscribeToShard', event)));
  }

  fail(error: Error): void {
    if (this.#isOver) return;
    if (error instanceof ConnectionDropped) {
      this.#isOver = true;
      this.#exchange.drop();
      return;
    }
    if (!(error instanceof KinesisError)) this.#onDefect(error, 'SubscribeToShard');
    const { code, message } = error instanceof KinesisError ? error : INTERNAL_FAILURE;
    this.#write(exceptionMessage(code, message));
    this.end();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream?.end();
  }

  /** Ends the stream from the server's side. */
  close(): void {
    this.end();
    this.#subscription?.close();
  }

  /** Returns false after the first early message, because the service cannot resume a subscription that is not open. */
  #write(message: Buffer): boolean {
    if (this.#stream !== undefined) return this.#stream.write(message);
    this.#early.push(message);
    return false;
  }
}

const INTERNAL_FAILURE = { code: 'InternalFailureException', message: 'Internal service failure.' };
