/**
 * Cuts bytes that come in pieces into blocks of one length; only the last block may be shorter. No block is written to again.
 * A block that lies in one piece is a part of that piece, because a copy of a large batch would double its memory.
 */
export function* blocksOf(pieces: readonly Uint8Array[], blockBytes: number): Generator<Uint8Array> {
  let restBytes = 0;
  for (const piece of pieces) restBytes += piece.length;
  let block: Buffer | undefined;
  let filled = 0;
  for (const piece of pieces) {
    let from = 0;
    while (from < piece.length) {
      const length = Math.min(blockBytes, restBytes);
      if (block === undefined && piece.length - from >= length) {
        yield piece.subarray(from, from + length);
        from += length;
        restBytes -= length;
        continue;
      }
      block ??= Buffer.allocUnsafe(length);
      const taken = Math.min(piece.length - from, length - filled);
      block.set(from === 0 && taken === piece.length ? piece : piece.subarray(from, from + taken), filled);
      from += taken;
      filled += taken;
      if (filled < length) continue;
      yield block;
      restBytes -= length;
      block = undefined;
      filled = 0;
    }
  }
}
