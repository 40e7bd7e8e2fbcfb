import type { QueueSpec } from '../../../workloads/targets/noop.ts';

/**
 * A queue with a fixed service time for each record, shared by the threads that open it.
 *
 *   int32 LOCK_WORD   0 free, 1 taken; its holder reads and writes the times below
 *   float64 times     by server, from TIMES_OFFSET_BYTES on: when it will have finished all of its records, ns of the run's clock
 *
 * Float64 values cannot be read or written atomically, and BigInt64 values cannot be handled without allocating; hence the lock. It is
 * held for one pass over the servers.
 */
const LOCK_WORD = 0;
const TIMES_OFFSET_BYTES = 64;
const FREE = 0;
const TAKEN = 1;
/** After so many failed attempts the holder has probably lost its core, and spinning would keep it from getting one back. */
const SPINS_MAX = 1000;
const SLEEP_MS = 0.05;

export interface ServiceQueueHandle {
  readonly serviceNs: number;
  readonly memory: SharedArrayBuffer;
}

export function createServiceQueue({ servers, serviceNs }: QueueSpec): ServiceQueueHandle {
  return { serviceNs, memory: new SharedArrayBuffer(TIMES_OFFSET_BYTES + servers * Float64Array.BYTES_PER_ELEMENT) };
}

export class ServiceQueue {
  readonly #serviceNs: number;
  readonly #lock: Int32Array;
  readonly #finishedAtNs: Float64Array;

  constructor({ serviceNs, memory }: ServiceQueueHandle) {
    this.#serviceNs = serviceNs;
    this.#lock = new Int32Array(memory, 0, 1);
    this.#finishedAtNs = new Float64Array(memory, TIMES_OFFSET_BYTES);
  }

  /** Queues a call for the server that is free first. Returns when the call will have been served. */
  enter(records: number, nowNs: number): number {
    this.#takeLock();
    const times = this.#finishedAtNs;
    let server = 0;
    for (let i = 1; i < times.length; i++) if (times[i]! < times[server]!) server = i;
    const servedAtNs = Math.max(nowNs, times[server]!) + records * this.#serviceNs;
    times[server] = servedAtNs;
    Atomics.store(this.#lock, LOCK_WORD, FREE);
    return servedAtNs;
  }

  #takeLock(): void {
    for (let spins = 0; Atomics.compareExchange(this.#lock, LOCK_WORD, FREE, TAKEN) !== FREE; spins++) {
      if (spins >= SPINS_MAX) Atomics.wait(this.#lock, LOCK_WORD, TAKEN, SLEEP_MS);
    }
  }
}
