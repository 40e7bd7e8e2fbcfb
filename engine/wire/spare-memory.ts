import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Smaller bodies are few bytes, or come and go with the next scavenge. */
const LARGE_BODY_BYTES = 64 * 1024;
/** Released bytes from which a collection is worth its pause, some 10 to 30 ms. */
const WORTH_BYTES = 16 * 1024 * 1024;
/** While large bodies keep coming, V8 collects by itself. */
const QUIET_MS = 2000;

/**
 * Returns the memory of large bodies to the system when no more of them come. The buffers of a client that read slowly have become
 * old objects, which V8 frees only when it looks at old objects; and it looks when a program allocates, so a server at rest would
 * keep hundreds of MiB for ever.
 */
export class SpareMemory {
  readonly #collect: () => void;
  #releasedBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(collect: () => void = collectGarbage) {
    this.#collect = collect;
  }

  /** Notes that a body is no longer in use. */
  released(bytes: number): void {
    if (bytes < LARGE_BODY_BYTES) return;
    this.#releasedBytes += bytes;
    if (this.#timer !== undefined) this.#timer.refresh();
    else if (this.#releasedBytes >= WORTH_BYTES) this.#timer = setTimeout(() => this.#free(), QUIET_MS).unref();
  }

  #free(): void {
    this.#timer = undefined;
    this.#releasedBytes = 0;
    this.#collect();
  }
}

let gc: (() => void) | undefined;

/** Collects all garbage of this thread. Node has no other way to start a collection than the function of `--expose-gc`. */
function collectGarbage(): void {
  if (gc === undefined) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as () => void;
  }
  gc();
}
