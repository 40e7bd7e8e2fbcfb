/** Progress of a merge, in bytes of its files. Threads add to it; a view reads it at any time. */
export class MergeProgress {
  /** Written by every thread that reads (add), once a window; read by the main thread. */
  readonly readBytes = new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));
  #totalBytes = 0;
  #beganAtMs = 0;

  /** Starts again with `totalBytes` to read. */
  begin(totalBytes: number): void {
    Atomics.store(this.readBytes, 0, 0n);
    this.#totalBytes = totalBytes;
    this.#beganAtMs = performance.now();
  }

  /** For a file that is read as a whole. */
  add(bytes: number): void {
    addBytes(this.readBytes, bytes);
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Share of the bytes read, 0 to 1; undefined before the start. */
  get doneRatio(): number | undefined {
    if (this.#totalBytes === 0) return undefined;
    return Math.min(1, Number(Atomics.load(this.readBytes, 0)) / this.#totalBytes);
  }

  get elapsedMs(): number {
    return performance.now() - this.#beganAtMs;
  }
}

/** @param bytes may be less than 0: what was read and will be read again. */
export function addBytes(counter: BigInt64Array, bytes: number): void {
  Atomics.add(counter, 0, BigInt(bytes));
}
