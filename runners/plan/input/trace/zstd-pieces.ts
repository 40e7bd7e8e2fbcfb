import { frameKind, type ZstdFrame } from '../../../../workloads/recording/zstd-frames.ts';

/** Bytes of one frame of a zstd stream. */
export interface ZstdPiece {
  readonly kind: ZstdFrame['kind'] | 'garbage';
  readonly bytes: Buffer;
  /** The frame ends with these bytes. */
  readonly isEnd: boolean;
}

interface Step {
  /** Bytes that are looked at together, or that only pass. */
  readonly kind: 'look' | 'pass';
  readonly bytes: number;
}

const MAGIC_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
const RLE_BLOCK = 1;

/** The parts of one frame, from its magic number to its end (RFC 8878, section 3.1). */
function* partsOf(magic: Buffer): Generator<Step, void, Buffer> {
  if (frameKind(magic, 0) === 'skippable') {
    const size = yield { kind: 'look', bytes: 4 };
    yield { kind: 'pass', bytes: size.readUInt32LE(0) };
    return;
  }
  const descriptor = (yield { kind: 'look', bytes: 1 })[0]!;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  yield { kind: 'pass', bytes: (isSingleSegment ? 0 : 1) + dictionaryBytes + sizeBytes };
  for (let isLast = false; !isLast; ) {
    const header = (yield { kind: 'look', bytes: BLOCK_HEADER_BYTES }).readUIntLE(0, BLOCK_HEADER_BYTES);
    isLast = (header & 1) === 1;
    yield { kind: 'pass', bytes: ((header >> 1) & 3) === RLE_BLOCK ? 1 : header >> 3 };
  }
  yield { kind: 'pass', bytes: (descriptor & 4) === 0 ? 0 : 4 };
}

/**
 * Cuts a zstd stream where its frames end, because Node's decoder stops at the end of the first one. Bytes that begin no frame come as
 * garbage.
 */
export class ZstdPieces {
  #parts: Generator<Step, void, Buffer> | undefined;
  #kind: ZstdPiece['kind'] = 'data';
  #step: Step = { kind: 'look', bytes: MAGIC_BYTES };
  readonly #seen: number[] = [];
  #passed = 0;

  /** The stream may end here. */
  get isBetweenFrames(): boolean {
    return this.#parts === undefined && this.#seen.length === 0;
  }

  *cut(block: Buffer): Generator<ZstdPiece> {
    let start = 0;
    let at = 0;
    while (at < block.length) {
      if (this.#step.kind === 'pass') {
        const bytes = Math.min(this.#step.bytes - this.#passed, block.length - at);
        this.#passed += bytes;
        at += bytes;
      } else {
        this.#seen.push(block[at]!);
        at += 1;
      }
      if (this.#advance()) {
        yield { kind: this.#kind, bytes: block.subarray(start, at), isEnd: true };
        start = at;
      }
    }
    if (start < at) yield { kind: this.#kind, bytes: block.subarray(start, at), isEnd: false };
  }

  /** Goes on to the next step that needs a byte. @returns whether the frame ended. */
  #advance(): boolean {
    while (this.#step.kind === 'pass' ? this.#passed === this.#step.bytes : this.#seen.length === this.#step.bytes) {
      const seen = Buffer.from(this.#seen);
      this.#seen.length = 0;
      this.#passed = 0;
      let next: IteratorResult<Step, void>;
      if (this.#parts === undefined) {
        this.#kind = frameKind(seen, 0) ?? 'garbage';
        if (this.#kind === 'garbage') return false;
        this.#parts = partsOf(seen);
        next = this.#parts.next();
      } else next = this.#parts.next(seen);
      if (next.done === true) {
        this.#parts = undefined;
        this.#step = { kind: 'look', bytes: MAGIC_BYTES };
        return true;
      }
      this.#step = next.value;
    }
    return false;
  }
}
