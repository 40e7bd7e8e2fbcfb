import { giveBuffer } from './buffer-pool.ts';

/** A body in pieces of pooled buffers, which are sent one after the other without being joined. */
export class BodyPieces {
  readonly pieces: Buffer[] = [];
  readonly #buffers: Buffer[] = [];
  /** Bytes of all pieces. */
  length = 0;

  /** Adds the first bytes of a buffer that `takeBuffer` gave. */
  add(buffer: Buffer, bytes: number): void {
    this.#buffers.push(buffer);
    this.pieces.push(buffer.subarray(0, bytes));
    this.length += bytes;
  }

  /** Adds bytes before all others; they are not pooled. */
  addFirst(piece: Buffer): void {
    this.pieces.unshift(piece);
    this.length += piece.length;
  }

  /** Gives the buffers back: the system has all bytes, or nobody wants them. */
  release(): void {
    for (const buffer of this.#buffers) giveBuffer(buffer);
    this.#buffers.length = this.pieces.length = 0;
  }
}
