import type { MessagePort } from 'node:worker_threads';

/**
 * Messages to another thread. Those of one turn of the event loop leave together: a single message costs several microseconds
 * on each side, most of them for waking the other thread.
 */
export class Outbox<Message> {
  readonly #port: MessagePort;
  readonly #onUnsendable: (message: Message, error: unknown) => void;
  #messages: Message[] = [];

  /** @param onUnsendable called for a message that cannot be copied, for example because it is nested too deeply. */
  constructor(port: MessagePort, onUnsendable: (message: Message, error: unknown) => void) {
    this.#port = port;
    this.#onUnsendable = onUnsendable;
  }

  add(message: Message): void {
    if (this.#messages.length === 0) setImmediate(() => this.flush());
    this.#messages.push(message);
  }

  flush(): void {
    const messages = this.#messages;
    if (messages.length === 0) return;
    this.#messages = [];
    try {
      this.#port.postMessage(messages);
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
