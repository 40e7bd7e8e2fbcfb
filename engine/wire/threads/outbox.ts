import type { MessagePort } from 'node:worker_threads';

/**
 * Messages to another thread. Those of one turn of the event loop leave together: a single message costs several microseconds
 * on each side, most of them for waking the other thread.
 */
export class Outbox<Message> {
  readonly #port: MessagePort;
  readonly #onUnsendable: (message: Message, error: unknown) => void;
  #messages: Message[] = [];
  #buffers: ArrayBuffer[] = [];

  /** @param onUnsendable called for a message that cannot be copied, for example because it is nested too deeply. */
  constructor(port: MessagePort, onUnsendable: (message: Message, error: unknown) => void) {
    this.#port = port;
    this.#onUnsendable = onUnsendable;
  }

  /** @param buffer in the message that goes over to the other thread instead of being copied. */
  add(message: Message, buffer?: ArrayBuffer): void {
    if (this.#messages.length === 0) setImmediate(() => this.flush());
    this.#messages.push(message);
    if (buffer !== undefined) this.#buffers.push(buffer);
  }

  flush(): void {
    const messages = this.#messages;
    if (messages.length === 0) return;
    const buffers = this.#buffers;
    this.#messages = [];
    this.#buffers = [];
    try {
      this.#port.postMessage(messages, buffers);
    } catch {
      for (const message of messages) this.#sendAlone(message);
    }
  }

  #sendAlone(message: Message): void {
    try {
      this.#port.postMessage([message]);
    } catch (error) {
      this.#onUnsendable(message, error);
    }
  }
}
