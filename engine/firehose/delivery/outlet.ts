import type { Clock } from '../../account/clock.ts';
import type { BufferHints } from './buffer-hints.ts';
import { waitOn } from './wait.ts';
import type { TakenRecords, Waiting } from './waiting.ts';

export interface OutletOptions<Taken> {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Delivers one batch and settles it, unless the signal aborts. Does not throw. */
  readonly deliver: (taken: Taken) => Promise<void>;
  /** False while batches must wait although they are due. `check` must be called when that ends. */
  readonly mayTake?: () => boolean;
  /** Called when nothing waits and nothing is being delivered. */
  readonly onIdle?: () => void;
}

/** Time until a buffer whose records cannot be read is tried again. */
const UNREADABLE_WAIT_MS = 1000;

/** Delivers what waits in a buffer, one batch after the other, each when it is due. */
export class Outlet<Taken extends TakenRecords> {
  readonly #waiting: Waiting<Taken>;
  readonly #options: OutletOptions<Taken>;
  #hints: BufferHints;
  #running: Promise<void> | undefined;
  #timer: { readonly atMs: number; readonly callOff: () => void } | undefined;
  /** Everything that waits is due. */
  #isFlushing = false;

  constructor(waiting: Waiting<Taken>, hints: BufferHints, options: OutletOptions<Taken>) {
    this.#waiting = waiting;
    this.#hints = hints;
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#setTimer(undefined), { once: true });
  }

  get bytes(): number {
    return this.#waiting.bytes;
  }

  get isIdle(): boolean {
    return this.#running === undefined && this.#waiting.sinceMs === undefined;
  }

  set hints(hints: BufferHints) {
    this.#hints = hints;
    this.check();
  }

  /** Must be called when something was added, and when `mayTake` has become true. */
  check(): void {
    if (this.#running !== undefined || this.#options.signal.aborted) return;
    const dueAtMs = this.#dueAtMs;
    if (dueAtMs === undefined || dueAtMs > this.#options.clock.nowMs()) this.#setTimer(dueAtMs);
    else if (this.#options.mayTake?.() !== false) {
      this.#setTimer(undefined);
      this.#running = this.#run();
    }
  }

  /** Delivers what waits now without waiting for its size or interval. */
  flush(): void {
    if (this.#waiting.sinceMs === undefined) return;
    this.#isFlushing = true;
    this.check();
  }

  /** Resolves when the running delivery has ended. */
  async ended(): Promise<void> {
    await this.#running;
  }

  get #dueAtMs(): number | undefined {
    const { bytes, sinceMs } = this.#waiting;
    if (sinceMs === undefined) return undefined;
    return this.#isFlushing || bytes >= this.#fullBytes ? 0 : sinceMs + this.#hints.intervalMs;
  }

  async #run(): Promise<void> {
    const { clock, signal, deliver, mayTake, onIdle } = this.#options;
    while (!signal.aborted) {
      const dueAtMs = this.#dueAtMs;
      if (dueAtMs === undefined) this.#isFlushing = false;
      if (dueAtMs === undefined || dueAtMs > clock.nowMs() || mayTake?.() === false) break;
      const taken = this.#waiting.take(this.#size);
      if (taken === undefined) await waitOn(clock, UNREADABLE_WAIT_MS, signal);
      else await deliver(taken);
    }
    this.#running = undefined;
    if (signal.aborted) return;
    if (this.isIdle) onIdle?.();
    else this.check();
  }

  /** Bytes at which the buffer is due. */
  get #fullBytes(): number {
    return Math.min(this.#hints.sizeBytes, this.#waiting.maxBytes ?? Number.POSITIVE_INFINITY);
  }

  /** Batches grow while delivery lags behind, as the service's do. */
  get #size(): number {
    const { sizeBytes, lateSizeBytes = sizeBytes } = this.#hints;
    return this.#waiting.bytes >= 2 * sizeBytes ? lateSizeBytes : sizeBytes;
  }

  #setTimer(atMs: number | undefined): void {
    if (this.#timer?.atMs === atMs) return;
    this.#timer?.callOff();
    this.#timer = undefined;
    if (atMs === undefined || this.#options.signal.aborted) return;
    const callOff = this.#options.clock.at(atMs, () => {
      this.#timer = undefined;
      this.check();
    });
    this.#timer = { atMs, callOff };
  }
}
