import type { Socket } from 'node:net';
import type { BytesCount } from './body.ts';

const BODIES_WORD = 0; // units of bytes of bodies: written (add) and read by every thread
const CONNECTIONS_WORD = 1; // open connections: written (add) and read by every thread
const WORDS = 2;
/** The sum fits 31 bits up to 128 GiB. */
const UNIT_BYTES = 64;

/** Counts of all threads of one server together, because its limits are those of the whole server. */
export class SharedCounts {
  readonly buffer: SharedArrayBuffer;
  readonly bodies: BytesCount;
  readonly connections: SharedConnections;

  /** @param buffer of the counts of another thread, to count with it. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    const words = new Int32Array(buffer);
    this.bodies = new SharedBytes(words);
    this.connections = new SharedConnections(words);
  }
}

/** Bytes of all threads: exact for this thread's own, in whole units for those of the others. */
class SharedBytes implements BytesCount {
  readonly #words: Int32Array;
  #ownBytes = 0;
  #publishedUnits = 0;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  get bytes(): number {
    const othersUnits = Atomics.load(this.#words, BODIES_WORD) - this.#publishedUnits;
    return othersUnits * UNIT_BYTES + this.#ownBytes;
  }

  add(bytes: number): void {
    this.#ownBytes += bytes;
    const units = Math.floor(this.#ownBytes / UNIT_BYTES);
    if (units === this.#publishedUnits) return;
    Atomics.add(this.#words, BODIES_WORD, units - this.#publishedUnits);
    this.#publishedUnits = units;
  }
}

class SharedConnections {
  readonly #words: Int32Array;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  get count(): number {
    return Atomics.load(this.#words, CONNECTIONS_WORD);
  }

  /** Counts a connection until it is closed. Returns false, and ends it, if there were `max` already. */
  enter(socket: Socket, max: number): boolean {
    const before = Atomics.add(this.#words, CONNECTIONS_WORD, 1);
    socket.once('close', () => Atomics.sub(this.#words, CONNECTIONS_WORD, 1));
    if (before < max) return true;
    socket.destroy();
    return false;
  }
}
