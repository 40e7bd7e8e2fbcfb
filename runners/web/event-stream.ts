import type { ServerResponse } from 'node:http';

/** Two hours of seconds: what somebody sees who opens the page late. */
const MOST_SECONDS = 7200;
/** What may wait in memory for one viewer that reads slowly. */
const MOST_BUFFERED_BYTES = 256 * 1024;
const SECONDS_PER_WRITE = 64;
/** How soon a browser asks again after a lost connection. */
const RETRY_MS = 2000;

interface Viewer {
  readonly response: ServerResponse;
  /** The next second to send, counted from the first one of the run. */
  next: number;
  /** Messages of which only the newest counts, that this viewer has not got. */
  readonly due: Set<string>;
}

/**
 * Server-sent events for any number of viewers, each at its own pace: every message is encoded once, a viewer is a place in
 * what was encoded. One that reads slowly falls behind and holds at most MOST_BUFFERED_BYTES; nobody waits for it.
 */
export class EventStream {
  readonly #viewers = new Set<Viewer>();
  /** Encoded seconds; the first of them has the number `#firstSecond`. */
  readonly #seconds: string[] = [];
  #firstSecond = 0;
  readonly #newest = new Map<string, string>();
  #isEnded = false;

  get viewerCount(): number {
    return this.#viewers.size;
  }

  /** Takes a viewer in: it gets everything so far, then what comes. */
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

  /** A message that belongs to all before it: kept for those who come later. */
  append(name: string, data: unknown): void {
    this.#seconds.push(encoded(name, data));
    if (this.#seconds.length > MOST_SECONDS) {
      this.#seconds.shift();
      this.#firstSecond += 1;
    }
    this.#feedAll();
  }

  /** A message that takes the place of the last one of its name. */
  replace(name: string, data: unknown): void {
    this.#newest.set(name, encoded(name, data));
    for (const { due } of this.#viewers) due.add(name);
    this.#feedAll();
  }

  /** Nothing comes after what was said; viewers are let go when they have it. */
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
    while (response.writableLength < MOST_BUFFERED_BYTES && !response.writableEnded) {
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
