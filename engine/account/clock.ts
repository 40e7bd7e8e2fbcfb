/** The one source of time of an engine: every rule with time in it asks here, so that a test can live through a day at once. */
export interface Clock {
  /** Epoch time in ms with fractions; never goes back. */
  nowMs(): number;
  /** Runs something once, at a time or as soon after it as can be. Returns how to call it off. */
  at(atMs: number, run: () => void): () => void;
}

/** The longest that setTimeout takes. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** The machine's time, from a monotonic clock. Its timers do not keep a process alive. */
export const REAL_CLOCK: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  at: (atMs, run) => {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const inMs = Math.max(0, Math.ceil(atMs - REAL_CLOCK.nowMs()));
      timer = setTimeout(look, Math.min(inMs, TIMEOUT_MS_MAX));
      timer.unref();
    };
    // A timer may fire a fraction of a millisecond early, and what looks at the clock then would find itself not due.
    const look = () => (REAL_CLOCK.nowMs() < atMs ? arm() : run());
    arm();
    return () => clearTimeout(timer);
  },
};

/** A clock that only `advance` moves. Callbacks that fall due meanwhile run in the order of their times. */
export class VirtualClock implements Clock {
  #nowMs: number;
  readonly #timers: { readonly atMs: number; readonly run: () => void }[] = [];

  constructor(startMs: number = Date.now()) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, run: () => void): () => void {
    const timer = { atMs, run };
    const later = this.#timers.findIndex((other) => other.atMs > atMs);
    this.#timers.splice(later < 0 ? this.#timers.length : later, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** @throws RangeError when it would go back. */
  advance(byMs: number): void {
    if (!(byMs >= 0)) throw new RangeError(`a clock cannot be turned by ${byMs} ms`);
    const untilMs = this.#nowMs + byMs;
    for (let next = this.#timers[0]; next !== undefined && next.atMs <= untilMs; next = this.#timers[0]) {
      this.#timers.shift();
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = untilMs;
  }
}

/** Combines two clocks: time passes when it passes on one of them, because a virtual clock may stop for ever or jump. */
export function eitherClock(one: Clock, other: Clock): Clock {
  const nowMs = () => one.nowMs() + other.nowMs();
  return {
    nowMs,
    at: (atMs, run) => {
      const inMs = atMs - nowMs();
      const stops = [one, other].map((clock) => clock.at(clock.nowMs() + inMs, () => fire()));
      const stop = () => {
        for (const each of stops) each();
      };
      const fire = () => {
        stop();
        run();
      };
      return stop;
    },
  };
}
