import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { isErrorOf } from '../../../../errors/streamgauge-error.ts';
import { unsupportedArchive } from '../../../../workloads/recording/recording-file.ts';
import { frameKind } from '../../../../workloads/recording/zstd-frames.ts';
import { RUNNER_ERRORS, type RunnerError, runnerError } from '../../../errors.ts';
import { type ZstdPiece, ZstdPieces } from './zstd-pieces.ts';

/** `-` is standard input. */
export const STDIN_PATH = '-';
const READ_BYTES = 2 ** 20;
const HEAD_BYTES = 16;

export interface ByteSource {
  /** Name for messages. */
  readonly name: string;
  /** Size of the file as it lies on the disk; undefined if nobody knows. */
  readonly sizeBytes: number | undefined;
  /** Bytes of the file that were read so far, before decompression. */
  readBytes(): number;
  readonly compression: 'none' | 'gzip' | 'zstd';
  /** The decompressed content. May be read once. */
  readonly blocks: AsyncIterable<Buffer>;
}

/**
 * Opens a file, or standard input, as a stream of bytes; gzip and zstd are recognised by their first bytes, whatever the name.
 * @throws RunnerError RUNNER_INPUT_UNREADABLE
 */
export async function openBytes(path: string, stdin: Readable = process.stdin): Promise<ByteSource> {
  const sizeBytes = path === STDIN_PATH ? undefined : await sizeOf(path);
  const raw = path === STDIN_PATH ? stdin : createReadStream(path, { highWaterMark: READ_BYTES });
  const name = path === STDIN_PATH ? 'standard input' : path;
  let read = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    try {
      for await (const block of raw) {
        const bytes: Buffer = Buffer.isBuffer(block) ? block : Buffer.from(block as string | Uint8Array);
        read += bytes.length;
        yield bytes;
      }
    } catch (error) {
      throw unreadable(name, reasonOf(error), error);
    }
  };
  const { head, rest } = await splitHead(counted());
  const archive = unsupportedArchive(head);
  if (archive !== undefined) {
    throw runnerError('RUNNER_INPUT_UNREADABLE', {
      what: `${name} ${archive.what}`,
      fix: archive.fix,
    });
  }
  const compression = compressionOf(head);
  const content = compression === 'none' ? rest : decompressed(rest, compression, name);
  return { name, sizeBytes, readBytes: () => read, compression, blocks: content };
}

async function sizeOf(path: string): Promise<number | undefined> {
  let found: Awaited<ReturnType<typeof stat>>;
  try {
    found = await stat(path);
  } catch (error) {
    throw unreadable(path, reasonOf(error), error);
  }
  if (found.isDirectory()) throw unreadable(path, 'it is a folder', undefined);
  // A pipe or a device has no size.
  return found.isFile() ? found.size : undefined;
}

function compressionOf(head: Buffer): ByteSource['compression'] {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return frameKind(head, 0) === undefined ? 'none' : 'zstd';
}

/** The first bytes, and a stream that still begins with them. */
async function splitHead(blocks: AsyncGenerator<Buffer>) {
  const first: Buffer[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const { done, value } = await blocks.next();
    if (done === true) break;
    first.push(value);
    length += value.length;
  }
  const rest = async function* (): AsyncGenerator<Buffer> {
    yield* first;
    yield* blocks;
  };
  return { head: Buffer.concat(first).subarray(0, HEAD_BYTES), rest: rest() };
}

async function* decompressed(
  blocks: AsyncGenerator<Buffer>,
  compression: 'gzip' | 'zstd',
  name: string,
): AsyncGenerator<Buffer> {
  try {
    if (compression === 'gzip') yield* decoded(blocks, createGunzip({ chunkSize: READ_BYTES }));
    else yield* zstdContent(blocks);
  } catch (error) {
    throw isErrorOf(RUNNER_ERRORS, error) ? error : damaged(name, compression, error);
  }
}

/** One decoder for each frame. */
async function* zstdContent(blocks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const pieces = new ZstdPieces();
  const all = (async function* () {
    for await (const block of blocks) yield* pieces.cut(block);
    if (!pieces.isBetweenFrames) throw new CutOff();
  })();
  for (;;) {
    const { done, value } = await all.next();
    if (done === true) return;
    if (value.kind === 'garbage') throw new Error('bytes after a frame begin no other frame');
    const frame = frameFrom(value, all);
    if (value.kind === 'data') yield* decoded(frame, createZstdDecompress({ chunkSize: READ_BYTES }));
    else for await (const _ of frame);
  }
}

/** The bytes of a frame that begins with `first`; the pieces after it stay in `rest`. */
async function* frameFrom(first: ZstdPiece, rest: AsyncGenerator<ZstdPiece>): AsyncGenerator<Buffer> {
  yield first.bytes;
  for (let isEnd = first.isEnd; !isEnd; ) {
    const { done, value } = await rest.next();
    if (done === true) return;
    yield value.bytes;
    isEnd = value.isEnd;
  }
}

async function* decoded(input: AsyncIterable<Buffer>, decoder: Gunzip | ZstdDecompress): AsyncGenerator<Buffer> {
  let inputError: unknown;
  const feeding = feed(input, decoder).catch((error: unknown) => {
    inputError = error;
    decoder.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const block of decoder) yield block as Buffer;
    await feeding;
  } catch (error) {
    throw inputError ?? error;
  }
}

async function feed(blocks: AsyncIterable<Buffer>, decoder: Gunzip | ZstdDecompress): Promise<void> {
  for await (const block of blocks) {
    if (decoder.destroyed) return;
    if (!decoder.write(block)) await drained(decoder);
  }
  decoder.end();
}

class CutOff extends Error {}

function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      for (const event of ['drain', 'close', 'error']) stream.off(event, end);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) stream.once(event, end);
  });
}

function damaged(name: string, compression: string, cause: unknown): RunnerError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const isCut = cause instanceof CutOff || code === 'Z_BUF_ERROR' || code === 'ZSTD_error_srcSize_wrong';
  return runnerError('RUNNER_INPUT_UNREADABLE', {
    what: isCut
      ? `${name} ends in the middle of its ${compression} data`
      : `${name} holds damaged ${compression} data: ${reasonOf(cause)}`,
    fix: 'Copy the file again, or decompress it first.',
    cause,
  });
}

function unreadable(name: string, reason: string, cause: unknown): RunnerError {
  return runnerError('RUNNER_INPUT_UNREADABLE', {
    what: `${name} cannot be read: ${reason}`,
    fix: 'Give the path of a file that can be read, or - for standard input.',
    cause,
  });
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  return error instanceof Error ? error.message : String(error);
}
