import type { ReadRecord } from '../account/records/record-writer.ts';
import { BodyPieces } from './body-pieces.ts';
import { takeBuffer } from './buffer-pool.ts';

/** A response of 10 MiB has 40 pieces of this size, and a small one does not take more memory than its records. */
const FIRST_PIECE_BYTES = 16 * 1024;
const PIECE_BYTES = 256 * 1024;
/** From this length on, a copy by a view costs less than a loop over words, although the view must be created. */
const COPY_BY_SET_BYTES = 1024;
const NO_BYTES: Buffer = Buffer.alloc(0);
/** Copies by words write up to seven bytes after the last one. */
const SLACK_BYTES = 8;

/** The body of a response that is being written, with what writers of records of every format need. */
export class RecordBytes {
  bytes = NO_BYTES;
  view: DataView = viewOf(NO_BYTES);
  at = 0;
  readonly #body = new BodyPieces();

  /** Makes room for more bytes in one piece. */
  reserve(bytes: number): void {
    const needed = bytes + SLACK_BYTES;
    if (this.at + needed <= this.bytes.length) return;
    const pieceBytes = this.bytes.length === 0 ? FIRST_PIECE_BYTES : PIECE_BYTES;
    this.#endPiece();
    this.bytes = takeBuffer(Math.max(needed, pieceBytes));
    this.view = viewOf(this.bytes);
  }

  /** Writes bytes that are the same in many records. */
  constant(longs: BigInt64Array, bytes: number): void {
    const { view, at } = this;
    for (let i = 0; i < longs.length; i++) view.setBigInt64(at + 8 * i, longs[i]!, true);
    this.at = at + bytes;
  }

  /** Writes bytes of the record's views that start on a multiple of 8. */
  copy({ cursor }: ReadRecord, from: number, bytes: number): void {
    const { view, at } = this;
    const { views } = cursor;
    if (bytes >= COPY_BY_SET_BYTES) this.bytes.set(views.bytes.subarray(from, from + bytes), at);
    else {
      const { longs } = views;
      const long = from >> 3;
      const count = (bytes + 7) >> 3;
      for (let i = 0; i < count; i++) view.setBigInt64(at + 8 * i, longs[long + i]!, true);
    }
    this.at = at + bytes;
  }

  write(part: Buffer): void {
    this.reserve(part.length);
    this.bytes.set(part, this.at);
    this.at += part.length;
  }

  end(): BodyPieces {
    this.#endPiece();
    return this.#body;
  }

  #endPiece(): void {
    if (this.at > 0) this.#body.add(this.bytes, this.at);
    this.bytes = NO_BYTES;
    this.at = 0;
  }
}

/** The same bytes as words, with padding that the next part overwrites. */
export function longsOf(part: Buffer): BigInt64Array {
  const padded = Buffer.alloc(Math.ceil(part.length / 8) * 8);
  part.copy(padded);
  return Array.from({ length: padded.length / 8 }).reduce<BigInt64Array>(
    (longs, _, i) => {
      longs[i] = padded.readBigInt64LE(8 * i);
      return longs;
    },
    new BigInt64Array(padded.length / 8),
  );
}

const viewOf = ({ buffer, byteOffset, length }: Buffer): DataView => new DataView(buffer, byteOffset, length);
