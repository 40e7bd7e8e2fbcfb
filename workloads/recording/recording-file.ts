import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { ProblemCode } from '../errors.ts';
import { frameKind, zstdFrames } from './zstd-frames.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

export interface FileProblem {
  readonly kind: 'problem';
  readonly code: ProblemCode;
  readonly what: string;
  readonly fix: string;
}

export type Unpacked =
  | { readonly kind: 'unpacked'; readonly bytes: Buffer; readonly compression: Compression }
  | FileProblem;

/** Unsupported archives by their first bytes, so that the error can name them. */
const UNSUPPORTED: readonly (readonly [name: string, magic: readonly number[], command: string])[] = [
  ['a zip archive', [0x50, 0x4b, 0x03, 0x04], 'unzip'],
  ['an xz file', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'xz -d'],
  ['a bzip2 file', [0x42, 0x5a, 0x68], 'bzip2 -d'],
  ['an lz4 file', [0x04, 0x22, 0x4d, 0x18], 'lz4 -d'],
];
const BZIP2_BLOCK = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
const CHUNK_BYTES = 2 ** 20;

/**
 * Decompresses a file. Its first bytes, not its name, decide the format.
 * @param limitBytes Largest content, so that a small archive cannot fill the memory.
 */
export function unpack(file: Buffer, limitBytes: number): Unpacked {
  if (file[0] === 0x1f && file[1] === 0x8b) return unpackGzip(file, limitBytes);
  if (frameKind(file, 0) !== undefined) return unpackZstd(file, limitBytes);
  const archive = unsupportedArchive(file);
  if (archive === undefined) return { kind: 'unpacked', bytes: file, compression: 'none' };
  return { kind: 'problem', code: 'REPLAY_ARCHIVE', ...archive };
}

/** Returns the problem of a file that begins with these bytes, if it is an unsupported archive. */
export function unsupportedArchive(head: Buffer): { readonly what: string; readonly fix: string } | undefined {
  const archive = UNSUPPORTED.find(([, magic]) => startsWith(head, magic, 0));
  // A line of text may begin with `BZh`, but not with `BZh` and a bzip2 block.
  const isText = archive?.[1].length === 3 && !startsWith(head, BZIP2_BLOCK, 4);
  if (archive === undefined || isText) return undefined;
  const [name, , command] = archive;
  return { what: `is ${name}.`, fix: `Decompress it first (${command}), or compress it with gzip or zstd.` };
}

function unpackGzip(file: Buffer, limitBytes: number): Unpacked {
  try {
    const bytes = gunzipSync(file, { maxOutputLength: limitBytes, chunkSize: CHUNK_BYTES });
    return { kind: 'unpacked', bytes, compression: 'gzip' };
  } catch (error) {
    return archiveProblem('gzip', error, limitBytes);
  }
}

function unpackZstd(file: Buffer, limitBytes: number): Unpacked {
  const found = zstdFrames(file);
  if (found.kind === 'truncated') return truncated('zstd');
  if (found.kind === 'garbage') return damaged('zstd', `byte ${found.start + 1} does not begin a zstd frame`);
  const parts: Buffer[] = [];
  let totalBytes = 0;
  try {
    for (const { kind, start, end } of found.frames) {
      if (kind === 'skippable') continue;
      // For the decoder 0 means no limit, so the limit is at least one byte, also after a full file.
      const maxOutputLength = Math.max(1, limitBytes - totalBytes);
      const part = zstdDecompressSync(file.subarray(start, end), { maxOutputLength, chunkSize: CHUNK_BYTES });
      parts.push(part);
      totalBytes += part.length;
    }
  } catch (error) {
    return archiveProblem('zstd', error, limitBytes);
  }
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  return { kind: 'unpacked', bytes, compression: 'zstd' };
}

function archiveProblem(compression: Compression, error: unknown, limitBytes: number): FileProblem {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_BUFFER_TOO_LARGE') {
    const what = `holds more than ${limitBytes / 2 ** 20} MiB once decompressed.`;
    return { kind: 'problem', code: 'REPLAY_TOO_BIG', what, fix: 'Cut the recording into smaller files.' };
  }
  if (code === 'Z_BUF_ERROR') return truncated(compression);
  return damaged(compression, error instanceof Error ? error.message : String(error));
}

function truncated(compression: Compression): FileProblem {
  const what = `ends in the middle of its ${compression} data.`;
  return { kind: 'problem', code: 'REPLAY_ARCHIVE', what, fix: 'Copy the file again: its end is missing.' };
}

function damaged(compression: Compression, reason: string): FileProblem {
  const what = `holds damaged ${compression} data: ${reason}.`;
  return { kind: 'problem', code: 'REPLAY_ARCHIVE', what, fix: 'Copy the file again, or decompress it first.' };
}

function startsWith(bytes: Uint8Array, magic: readonly number[], at: number): boolean {
  return magic.every((byte, i) => bytes[at + i] === byte);
}
