import { type Clock, eitherClock, REAL_CLOCK } from '../clock.ts';

/** In the long run: Flink's fan-out reader takes some ten events a second, however small they are. */
const GAP_MS = 125;
/** Events that may leave at once after a pause: a quiet stream never waits. */
const BURST_EVENTS = 8;
/** With a latency: one slot of the built-in latency models. */
const SLOT_MS = 100;

/**
 * Decides when the next event of a subscription may leave. An event for each put would flood a client, so what becomes
 * visible before the next event may leave is gathered into it. The generic cell rate algorithm: an event after a pause
 * leaves at once, and so do the next few; a stream that is written all the time gets eight events a second, or with a
 * latency one event a slot.
 */
export class EventPace {
  readonly clock: Clock;
  readonly #gapMs: number;
  readonly #burstMs: number;
  /** When the allowance will be full again. */
  #fullAtMs = 0;

  constructor(engineClock: Clock, hasLatency: boolean) {
    this.clock = engineClock === REAL_CLOCK ? REAL_CLOCK : eitherClock(engineClock, REAL_CLOCK);
    this.#gapMs = hasLatency ? SLOT_MS : GAP_MS;
    this.#burstMs = hasLatency ? 0 : (BURST_EVENTS - 1) * GAP_MS;
  }

  /** An event has left. */
  sent(): void {
    this.#fullAtMs = Math.max(this.#fullAtMs, this.clock.nowMs()) + this.#gapMs;
  }

  /** When the next event may leave, on `clock`; may be past. */
  get nextAtMs(): number {
    return this.#fullAtMs - this.#burstMs;
  }
}
