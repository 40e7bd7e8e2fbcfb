/**
 * One frame of a zstd file (RFC 8878, section 3.1). `cat a.zst b.zst` and pzstd make files of several frames, but Node's decoder
 * stops after the first one, so that frames are found here and decoded one by one.
 */
export interface ZstdFrame {
  readonly kind: 'data' | 'skippable';
  readonly start: number;
  readonly end: number;
}

export type ZstdFrames =
  | { readonly kind: 'frames'; readonly frames: readonly ZstdFrame[] }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'garbage'; readonly start: number };

const ZSTD_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;
const BLOCK_HEADER_BYTES = 3;
const RLE_BLOCK = 1;

export function zstdFrames(bytes: Buffer): ZstdFrames {
  const frames: ZstdFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const kind = frameKind(bytes, at);
    if (kind === undefined) return bytes.length - at < 4 ? { kind: 'truncated' } : { kind: 'garbage', start: at };
    const end = kind === 'data' ? dataFrameEnd(bytes, at) : skippableFrameEnd(bytes, at);
    if (end === undefined || end > bytes.length) return { kind: 'truncated' };
    frames.push({ kind, start: at, end });
    at = end;
  }
  return { kind: 'frames', frames };
}

/** Returns the kind of the frame that starts here, or undefined. */
export function frameKind(bytes: Buffer, at: number): ZstdFrame['kind'] | undefined {
  if (bytes.length - at < 4) return undefined;
  const magic = bytes.readUInt32LE(at);
  if (magic === ZSTD_MAGIC) return 'data';
  return (magic & SKIPPABLE_MASK) >>> 0 === SKIPPABLE_MAGIC ? 'skippable' : undefined;
}

function skippableFrameEnd(bytes: Buffer, start: number): number | undefined {
  return bytes.length - start < 8 ? undefined : start + 8 + bytes.readUInt32LE(start + 4);
}

function dataFrameEnd(bytes: Buffer, start: number): number | undefined {
  const descriptor = bytes[start + 4];
  if (descriptor === undefined) return undefined;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const checksumBytes = (descriptor & 4) === 0 ? 0 : 4;
  let at = start + 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes + sizeBytes;
  for (;;) {
    if (at + BLOCK_HEADER_BYTES > bytes.length) return undefined;
    const header = bytes.readUIntLE(at, BLOCK_HEADER_BYTES);
    const isLast = (header & 1) === 1;
    const blockBytes = ((header >> 1) & 3) === RLE_BLOCK ? 1 : header >> 3;
    at += BLOCK_HEADER_BYTES + blockBytes;
    if (isLast) return at + checksumBytes;
  }
}
