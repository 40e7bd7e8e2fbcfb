const STATE_WORD = 0; // written by the main thread, read by workers, which sleep on it
const READY_WORD = 1; // workers that are ready to start; raised by workers
const START_FLOAT = 1; // the schedule's start on the common clock; written before RUNNING
const CONTROL_BYTES = 128;

const PREPARING = 0;
/** Producers send, consumers read. */
export const RUNNING = 1;
/** Producers stop sending and finish records in flight; consumers continue. */
export const STOPPING = 2;
/** All workers exit immediately. */
export const ENDED = 3;

/**
 * Controls workers whose event loops are busy, through a few words of shared memory. Workers sleep on them, so that a change
 * of state wakes all at once.
 */
export class RunControl {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #floats: Float64Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(CONTROL_BYTES)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#floats = new Float64Array(buffer);
  }

  get state(): number {
    return Atomics.load(this.#words, STATE_WORD);
  }

  get readyCount(): number {
    return Atomics.load(this.#words, READY_WORD);
  }

  get startNs(): number {
    return this.#floats[START_FLOAT]!;
  }

  /** @param startNs start on the common clock, slightly ahead, so that every worker is awake by then. */
  start(startNs: number): void {
    this.#floats[START_FLOAT] = startNs;
    this.enter(RUNNING);
  }

  /** Enters a later state; states never go back. */
  enter(state: number): void {
    if (this.state >= state) return;
    Atomics.store(this.#words, STATE_WORD, state);
    Atomics.notify(this.#words, STATE_WORD);
  }

  /** For workers: reports that this worker is ready, and sleeps until the run starts or ends. */
  awaitStart(): void {
    Atomics.add(this.#words, READY_WORD, 1);
    while (this.state === PREPARING) Atomics.wait(this.#words, STATE_WORD, PREPARING);
  }

  /** Like awaitStart, for a worker whose event loop must keep turning. */
  async awaitStartOnEventLoop(): Promise<void> {
    Atomics.add(this.#words, READY_WORD, 1);
    await this.changeFrom(PREPARING);
  }

  /** Resolves when the state changes; lets the event loop turn. */
  async changeFrom(state: number): Promise<void> {
    while (this.state === state) await Atomics.waitAsync(this.#words, STATE_WORD, state).value;
  }

  /** Sleeps while the state is `state`, until it changes or the time is over. Costs no CPU. */
  sleep(state: number, ns: number): void {
    if (ns > 0) Atomics.wait(this.#words, STATE_WORD, state, ns / 1e6);
  }
}
