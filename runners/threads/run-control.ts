const STATE_WORD = 0; // written by the main thread, read by workers; what they sleep on
const READY_WORD = 1; // workers that are ready to start; raised by workers
const START_FLOAT = 1; // the schedule's start on the common clock; written before RUNNING
const CONTROL_BYTES = 128;

const PREPARING = 0;
/** Producers make the load, consumers read. */
export const RUNNING = 1;
/** Producers stop making load and finish what is in flight; consumers go on. */
export const STOPPING = 2;
/** Everyone leaves at once. */
export const ENDED = 3;

/**
 * How the main thread leads workers whose event loops are busy: a few words of shared memory.
 * Sleeping on them lets a change of state wake everyone at once.
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

  /** @param startNs on the common clock; a little ahead, so that every worker is awake by then. */
  start(startNs: number): void {
    this.#floats[START_FLOAT] = startNs;
    this.enter(RUNNING);
  }

  /** States only go forward. */
  enter(state: number): void {
    if (this.state >= state) return;
    Atomics.store(this.#words, STATE_WORD, state);
    Atomics.notify(this.#words, STATE_WORD);
  }

  /** For workers: says that this one is ready and sleeps until the run starts or ends. */
  awaitStart(): void {
    Atomics.add(this.#words, READY_WORD, 1);
    while (this.state === PREPARING) Atomics.wait(this.#words, STATE_WORD, PREPARING);
  }

  /** The same for a worker that must let its event loop turn meanwhile. */
  async awaitStartOnEventLoop(): Promise<void> {
    Atomics.add(this.#words, READY_WORD, 1);
    await this.changeFrom(PREPARING);
  }

  /** Resolves when the state is another one; lets the event loop turn. */
  async changeFrom(state: number): Promise<void> {
    while (this.state === state) await Atomics.waitAsync(this.#words, STATE_WORD, state).value;
  }

  /** Sleeps, unless the state is not `state` any more, until it changes or the time is over. Costs no CPU. */
  sleep(state: number, ns: number): void {
    if (ns > 0) Atomics.wait(this.#words, STATE_WORD, state, ns / 1e6);
  }
}
