import { type BodyAllowance, BodyBuffer } from './body.ts';
import { badRequest } from './request-rejected.ts';

/** Longest line before a chunk: its size in hexadecimal, and extensions, which no known client uses. */
const CHUNK_LINE_BYTES = 256;
const LF = 10;

/** Extracts the body of a request from the received bytes. */
export interface BodyReader {
  /** Continues at a byte. Returns the byte after the last one that belongs to the body so far. @throws RequestRejected */
  read(bytes: Buffer, from: number): number;
  readonly isComplete: boolean;
  readonly buffer: BodyBuffer;
}

/** @throws RequestRejected if the declared length is too large. */
export function bodyReader(
  bodyBytes: number | 'chunked',
  allowance: BodyAllowance,
  maxTrailerBytes: number,
): BodyReader {
  return bodyBytes === 'chunked'
    ? new ChunkedReader(new BodyBuffer(allowance, undefined), maxTrailerBytes)
    : new LengthReader(new BodyBuffer(allowance, bodyBytes), bodyBytes);
}

class LengthReader implements BodyReader {
  readonly buffer: BodyBuffer;
  readonly #bodyBytes: number;

  constructor(buffer: BodyBuffer, bodyBytes: number) {
    this.buffer = buffer;
    this.#bodyBytes = bodyBytes;
  }

  read(bytes: Buffer, from: number): number {
    const to = Math.min(bytes.length, from + this.#bodyBytes - this.buffer.bytes);
    if (to > from) this.buffer.add(bytes.subarray(from, to));
    return to;
  }

  get isComplete(): boolean {
    return this.buffer.bytes === this.#bodyBytes;
  }
}

type ChunkState = 'size' | 'data' | 'data-end' | 'trailers' | 'complete';

/** RFC 9112, section 7.1: repeated size CR LF data CR LF; a chunk of 0 bytes, trailers, and an empty line. */
class ChunkedReader implements BodyReader {
  readonly buffer: BodyBuffer;
  readonly #maxTrailerBytes: number;
  #state: ChunkState = 'size';
  #line = '';
  #chunkBytesLeft = 0;
  #trailerBytes = 0;

  constructor(buffer: BodyBuffer, maxTrailerBytes: number) {
    this.buffer = buffer;
    this.#maxTrailerBytes = maxTrailerBytes;
  }

  read(bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length && this.#state !== 'complete') {
      at = this.#state === 'data' ? this.#readData(bytes, at) : this.#readLine(bytes, at);
    }
    return at;
  }

  get isComplete(): boolean {
    return this.#state === 'complete';
  }

  #readData(bytes: Buffer, from: number): number {
    const to = Math.min(bytes.length, from + this.#chunkBytesLeft);
    this.buffer.add(bytes.subarray(from, to));
    this.#chunkBytesLeft -= to - from;
    if (this.#chunkBytesLeft === 0) this.#state = 'data-end';
    return to;
  }

  /** A line, including its end, may arrive in any number of parts. */
  #readLine(bytes: Buffer, from: number): number {
    const most = this.#state === 'trailers' ? this.#maxTrailerBytes - this.#trailerBytes : CHUNK_LINE_BYTES;
    const lf = bytes.indexOf(LF, from);
    const to = lf < 0 ? bytes.length : lf + 1;
    if (this.#line.length + to - from > most) throw badRequest('A line between the chunks of the body is too long.');
    this.#line += bytes.toString('latin1', from, to);
    if (lf >= 0) {
      const line = this.#line;
      this.#line = '';
      if (!line.endsWith('\r\n')) throw badRequest('A line between the chunks of the body does not end with CR LF.');
      this.#take(line.slice(0, -2));
    }
    return to;
  }

  #take(line: string): void {
    if (this.#state === 'size') this.#takeSize(line);
    else if (this.#state === 'data-end') {
      if (line !== '') throw badRequest('A chunk of the body is longer than it says.');
      this.#state = 'size';
    } else if (line === '') this.#state = 'complete';
    else this.#trailerBytes += line.length;
  }

  #takeSize(line: string): void {
    const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line);
    if (size === null) throw badRequest('A chunk of the body does not begin with its size.');
    this.#chunkBytesLeft = Number.parseInt(size[1]!, 16);
    this.#state = this.#chunkBytesLeft === 0 ? 'trailers' : 'data';
  }
}
