import { performance } from 'node:perf_hooks';
import { widthOf } from '../terminal/width-of.ts';
import { type LiveStyle, renderLive } from './live-render.ts';
import type { LiveSnapshot } from './snapshot.ts';

/** Whoever shows snapshots: a drawing on a terminal, lines without one, or nothing at all. */
export interface LiveSink {
  show(snapshot: LiveSnapshot): void;
  /** Leaves the terminal as it was; safe to call twice. */
  close(): void;
}

export interface LiveHeading {
  readonly title: string;
  readonly workloads: readonly string[];
}

/** The part of log-update that is used here. */
interface Drawing {
  (text: string): void;
  clear(): void;
  done(): void;
}

/** Four drawings a second: more cannot be read, and each costs the thread that also keeps the run's books. */
const DRAW_EVERY_MS = 250;
/** Two minutes at that pace, more than the widest sparkline shows. */
const HISTORY_SNAPSHOTS = 480;

/** Draws over its last drawing. When closed it is gone, so that the summary stands in its place. */
export class LiveView implements LiveSink {
  readonly #draw: Drawing;
  readonly #style: () => LiveStyle;
  readonly #history: LiveSnapshot[] = [];
  #drawnAtMs = Number.NEGATIVE_INFINITY;
  #closed = false;

  private constructor(draw: Drawing, style: () => LiveStyle) {
    this.#draw = draw;
    this.#style = style;
  }

  /** log-update hides the cursor, and brings it back when the process ends in whatever way. */
  static async open(stream: NodeJS.WriteStream, heading: LiveHeading, colours: boolean): Promise<LiveView> {
    const { createLogUpdate } = await import('log-update');
    // One column is left free: a terminal that wraps a full line would leave its remains on the screen.
    return new LiveView(createLogUpdate(stream), () => ({ ...heading, colours, width: widthOf(stream) - 1 }));
  }

  show(snapshot: LiveSnapshot): void {
    const nowMs = performance.now();
    if (this.#closed || nowMs - this.#drawnAtMs < DRAW_EVERY_MS) return;
    this.#drawnAtMs = nowMs;
    this.#history.push(snapshot);
    if (this.#history.length > HISTORY_SNAPSHOTS) this.#history.shift();
    this.#draw(renderLive(snapshot, this.#history, this.#style()));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#draw.clear();
    this.#draw.done();
  }
}
