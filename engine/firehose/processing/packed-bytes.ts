/** Many byte strings in one array, which another thread takes over without a copy. */
export interface PackedBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Place after the last byte of each. */
  readonly ends: Uint32Array<ArrayBuffer>;
}

export function pack(pieces: readonly Uint8Array[]): PackedBytes {
  const ends = new Uint32Array(pieces.length);
  let length = 0;
  for (let i = 0; i < pieces.length; i++) {
    length += pieces[i]!.length;
    ends[i] = length;
  }
  const bytes = unfilled(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { bytes, ends };
}

/** @returns a view of one of them. */
export function pieceAt({ bytes, ends }: PackedBytes, index: number): Uint8Array<ArrayBuffer> {
  return bytes.subarray(index === 0 ? 0 : ends[index - 1], ends[index]);
}

export const buffersOf = ({ bytes, ends }: PackedBytes): ArrayBuffer[] => [bytes.buffer, ends.buffer];

/** An array with a buffer of its own, as a transfer needs, that is not zeroed first. */
export const unfilled = (length: number): Uint8Array<ArrayBuffer> =>
  Buffer.allocUnsafeSlow(length) as Uint8Array<ArrayBuffer>;
