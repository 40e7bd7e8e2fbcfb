import type { ServerResponse } from 'node:http';

/** Two hours of seconds, sent to a viewer that opens the page late. */
const SECONDS_MAX = 7200;
/** Bytes that may wait in memory for one slow viewer. */
const BUFFERED_BYTES_MAX = 256 * 1024;
const SECONDS_PER_WRITE = 64;
/** Time after which a browser reconnects. */
const RETRY_MS = 2000;

interface Viewer {
  readonly response: ServerResponse;
  /** The next second to send, counted from the first one of the run. */
  next: number;
  /** Names of messages not yet sent to this viewer, of which only the newest counts. */
  readonly due: Set<string>;
}

/**
 * Server-sent events for any number of viewers, each at its own pace. Every message is encoded once; a viewer is a position
 * in the encoded messages. A slow viewer falls behind and uses at most BUFFERED_BYTES_MAX; nothing waits for it.
 */
export class EventStream {
  readonly #viewers = new Set<Viewer>();
  /** Encoded seconds; the first one has the number `#firstSecond`. */
  readonly #seconds: string[] = [];
  #firstSecond = 0;
  readonly #newest = new Map<string, string>();
  #isEnded = false;

  get viewerCount(): number {
    return this.#viewers.size;
  }

  /** Adds a viewer, which receives all messages so far, then new ones. */
  add(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    response.write(`retry: ${RETRY_MS}\n\n`);
    const viewer: Viewer = { response, next: this.#firstSecond, due: new Set(this.#newest.keys()) };
    this.#viewers.add(viewer);
    response.on('drain', () => this.#feed(viewer));
    response.on('close', () => this.#viewers.delete(viewer));
    this.#feed(viewer);
  }

  /** Appends a message, which is kept for later viewers. */
  append(name: string, data: unknown): void {
    this.#seconds.push(encoded(name, data));
    if (this.#seconds.length > SECONDS_MAX) {
      this.#seconds.shift();
      this.#firstSecond += 1;
    }
    this.#feedAll();
  }

  /** Sends a message that replaces the last one of its name. */
  replace(name: string, data: unknown): void {
    this.#newest.set(name, encoded(name, data));
    for (const { due } of this.#viewers) due.add(name);
    this.#feedAll();
  }

  /** Ends the stream. Viewers are disconnected once they have all messages. */
  end(): void {
    this.#isEnded = true;
    this.#feedAll();
  }

  #feedAll(): void {
    for (const viewer of this.#viewers) this.#feed(viewer);
  }

  #feed(viewer: Viewer): void {
    const { response, due } = viewer;
    const end = this.#firstSecond + this.#seconds.length;
    while (response.writableLength < BUFFERED_BYTES_MAX && !response.writableEnded) {
      viewer.next = Math.max(viewer.next, this.#firstSecond);
      if (viewer.next < end) {
        const from = viewer.next - this.#firstSecond;
        response.write(this.#seconds.slice(from, from + SECONDS_PER_WRITE).join(''));
        viewer.next = Math.min(end, viewer.next + SECONDS_PER_WRITE);
      } else if (due.size > 0) {
        for (const name of due) response.write(this.#newest.get(name) ?? '');
        due.clear();
      } else {
        if (this.#isEnded) response.end();
        return;
      }
    }
  }
}

function encoded(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
