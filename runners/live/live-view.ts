import { performance } from 'node:perf_hooks';
import { widthOf } from '../terminal/width-of.ts';
import { type LiveStyle, renderLive } from './live-render.ts';
import type { LiveSnapshot } from './snapshot.ts';

/** A receiver of snapshots: a drawing on a terminal, lines without one, or nothing. */
export interface LiveSink {
  show(snapshot: LiveSnapshot): void;
  /** Restores the terminal; safe to call twice. */
  close(): void;
}

export interface LiveHeading {
  readonly title: string;
  readonly workloads: readonly string[];
}

/** The used part of log-update. */
interface Drawing {
  (text: string): void;
  clear(): void;
  done(): void;
}

/**
 * Time between two drawings. More than four per second are unreadable, and each costs time of the thread that collects the
 * run.
 */
const DRAW_EVERY_MS = 250;
/** Two minutes of drawings, more than the widest sparkline shows. */
const HISTORY_SNAPSHOTS = 480;

/** Draws over its last drawing. Closing removes the drawing, so that the summary replaces it. */
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

  /** Opens the view. log-update hides the cursor and restores it at any end of the process. */
  static async open(stream: NodeJS.WriteStream, heading: LiveHeading, colours: boolean): Promise<LiveView> {
    const { createLogUpdate } = await import('log-update');
    // One column stays free: a terminal that wraps a full line would leave parts of it on the screen.
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
