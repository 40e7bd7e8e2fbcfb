import type { Subscription } from '../read-client.ts';
import { EventFrames } from './event-frames.ts';
import { eventHeaders } from './event-headers.ts';
import { malformedResponse } from './malformed-response.ts';
import { serviceError } from './response-errors.ts';
import type { LeanTransport } from './transport.ts';

const EVENT = 'SubscribeToShardEvent';
/** Errors inside a stream have no status of their own: it began with 200. */
const STREAM_STATUS = 400;

/** One response of SubscribeToShard: its events, until the service or their taker ends it. */
export class EventSubscription {
  readonly #onEvent: (payload: Buffer) => boolean;
  readonly #frames = new EventFrames((headers, payload) => this.#take(headers, payload));
  /** Aborted with the error that ended the subscription from this side, or with ENOUGH. */
  readonly #ending = new AbortController();

  /** @param onEvent is called with the payload of each event. It returns false if it wants no more. */
  constructor(onEvent: (payload: Buffer) => boolean) {
    this.#onEvent = onEvent;
  }

  /** Resolves when the first bytes arrive: a service sends a first message at once. */
  open(transport: LeanTransport, body: Buffer, signal: AbortSignal): Promise<Subscription> {
    return new Promise((resolve, reject) => {
      const ended = this.#follow(transport, body, signal, () => resolve({ ended }));
      ended.then(() => resolve({ ended }), reject);
    });
  }

  async #follow(transport: LeanTransport, body: Buffer, signal: AbortSignal, onOpen: () => void): Promise<void> {
    const onChunk = (chunk: Buffer) => {
      this.#push(chunk);
      onOpen();
    };
    try {
      const either = AbortSignal.any([signal, this.#ending.signal]);
      await transport.stream('SubscribeToShard', body, onChunk, either);
    } catch (error) {
      if (error !== ENOUGH) throw error;
    }
    if (!this.#frames.isBetween) throw malformedResponse('the stream ended within an event');
  }

  #push(chunk: Buffer): void {
    try {
      this.#frames.push(chunk);
    } catch (error) {
      this.#ending.abort(error);
    }
  }

  #take(headers: Buffer, payload: Buffer): void {
    if (this.#ending.signal.aborted) return;
    const fields = eventHeaders(headers);
    if (fields.get(':message-type') === 'event') {
      if (fields.get(':event-type') === EVENT && !this.#onEvent(payload)) this.#ending.abort(ENOUGH);
      return;
    }
    throw errorOfMessage(fields, payload);
  }
}

const ENOUGH = new Error('the taker of the events wants no more');

/** The error that a message contains. One with a name of the service's model has its text in the payload. */
function errorOfMessage(headers: ReadonlyMap<string, string>, payload: Buffer): Error {
  const name = headers.get(':exception-type') ?? headers.get(':error-code');
  if (name === undefined) return malformedResponse('a message of the stream is neither an event nor an error');
  const text = headers.get(':error-message') ?? /"message"\s*:\s*"([^"]*)"/iu.exec(payload.toString())?.[1];
  return serviceError(name, text ?? '', STREAM_STATUS);
}
