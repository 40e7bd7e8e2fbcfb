/** Cuts bytes that come in pieces into blocks of one length; only the last block may be shorter. No block is written to again. */
export function* blocksOf(pieces: readonly Uint8Array[], blockBytes: number): Generator<Uint8Array> {
  let restBytes = 0;
  for (const piece of pieces) restBytes += piece.length;
  let block = Buffer.allocUnsafe(Math.min(blockBytes, restBytes));
  let filled = 0;
  for (const piece of pieces) {
    let from = 0;
    while (from < piece.length) {
      const taken = Math.min(piece.length - from, block.length - filled);
      block.set(from === 0 && taken === piece.length ? piece : piece.subarray(from, from + taken), filled);
      from += taken;
      filled += taken;
      if (filled < block.length) continue;
      yield block;
      restBytes -= block.length;
      block = Buffer.allocUnsafe(Math.min(blockBytes, restBytes));
      filled = 0;
    }
  }
}
