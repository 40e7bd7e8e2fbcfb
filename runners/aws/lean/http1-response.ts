import type { ResponseHead } from './exchange.ts';

/** Receives the parts of a response as they are read. */
export interface ResponseParts {
  onHead(head: ResponseHead): void;
  onBody(bytes: Buffer): void;
  /** @param isKept the connection takes another request. */
  onEnd(isKept: boolean): void;
}

/** A head that is longer does not come from a service of AWS. */
const HEAD_BYTES_MAX = 64 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const NO_BYTES: Buffer = Buffer.alloc(0);

type State = 'head' | 'counted' | 'until-close' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers';

/**
 * Reads the responses of one connection of HTTP/1.1, one after the other. Source: RFC 9112.
 *
 *   head -> counted ------------------------------+-> end
 *        -> chunk-size -> chunk -> chunk-end -+   |
 *             ^                               |   |
 *             +-------------------------------+   |
 *           chunk-size of 0 -> trailers ----------+
 *        -> until-close, which only the end of the connection ends
 */
export class Http1Response {
  readonly #parts: ResponseParts;
  #state: State = 'head';
  /** The start of a head or of a line whose end has not arrived. */
  #unread = NO_BYTES;
  /** Bytes of the body, or of the chunk, that have not arrived. */
  #missingBytes = 0;
  #isKept = true;

  constructor(parts: ResponseParts) {
    this.#parts = parts;
  }

  /** True if the end of the connection is the proper end of the response. */
  get endsWithConnection(): boolean {
    return this.#state === 'until-close';
  }

  /** @returns false if the bytes are not HTTP/1.1; the connection must be closed then. */
  read(chunk: Buffer): boolean {
    let rest = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    this.#unread = NO_BYTES;
    while (rest.length > 0) {
      const taken = this.#step(rest);
      if (taken < 0) return false;
      if (taken === 0) {
        // The bytes belong to the connection's buffer, which the next ones overwrite.
        this.#unread = Buffer.from(rest);
        return rest.length <= HEAD_BYTES_MAX;
      }
      rest = rest.subarray(taken);
    }
    return true;
  }

  /** @returns the number of bytes that were read; 0 if more are needed; -1 for a malformed response. */
  #step(bytes: Buffer): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes);
      case 'chunk-size':
        return this.#readChunkSize(bytes);
      case 'chunk-end':
        if (bytes.length < LINE_END.length) return 0;
        this.#state = 'chunk-size';
        return bytes.indexOf(LINE_END) === 0 ? LINE_END.length : -1;
      case 'trailers':
        return this.#readTrailer(bytes);
      case 'until-close':
        this.#parts.onBody(bytes);
        return bytes.length;
      case 'counted':
      case 'chunk':
        return this.#readBody(bytes);
    }
  }

  #readBody(bytes: Buffer): number {
    const part = bytes.length <= this.#missingBytes ? bytes : bytes.subarray(0, this.#missingBytes);
    this.#missingBytes -= part.length;
    this.#parts.onBody(part);
    if (this.#missingBytes === 0) {
      if (this.#state === 'chunk') this.#state = 'chunk-end';
      else this.#end();
    }
    return part.length;
  }

  #readHead(bytes: Buffer): number {
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return 0;
    const length = end + HEAD_END.length;
    const text = bytes.toString('latin1', 0, end);
    const status = /^HTTP\/1\.[01] (\d{3})/u.exec(text)?.[1];
    if (status === undefined) return -1;
    // An interim response, such as 100 Continue, precedes the one that counts.
    if (status.startsWith('1')) return length;
    this.#begin(Number(status), text);
    return length;
  }

  #begin(status: number, text: string): void {
    const headers = headersOf(text);
    const lengthText = headers['content-length'];
    const isChunked = /chunked$/iu.test(headers['transfer-encoding'] ?? '');
    const contentLength = lengthText !== undefined && !isChunked ? Number(lengthText) : -1;
    const connection = headers.connection ?? '';
    const closes = text.startsWith('HTTP/1.0') ? !/keep-alive/iu.test(connection) : /close/iu.test(connection);
    this.#isKept = !closes;
    this.#parts.onHead({
      status,
      contentType: headers['content-type'] ?? '',
      errorType: headers['x-amzn-errortype'] ?? '',
      location: headers.location ?? '',
      date: headers.date ?? '',
      contentLength,
    });
    if (isChunked) this.#state = 'chunk-size';
    else if (contentLength === 0 || status === 204 || status === 304) this.#end();
    else if (contentLength > 0) {
      this.#state = 'counted';
      this.#missingBytes = contentLength;
    } else this.#state = 'until-close';
  }

  #readChunkSize(bytes: Buffer): number {
    const end = bytes.indexOf(LINE_END);
    if (end < 0) return 0;
    const digits = /^[\da-f]{1,8}(?=$|[;\s])/iu.exec(bytes.toString('latin1', 0, end))?.[0];
    if (digits === undefined) return -1;
    this.#missingBytes = Number.parseInt(digits, 16);
    this.#state = this.#missingBytes === 0 ? 'trailers' : 'chunk';
    return end + LINE_END.length;
  }

  /** An empty line ends the trailers, which are not used. */
  #readTrailer(bytes: Buffer): number {
    const end = bytes.indexOf(LINE_END);
    if (end < 0) return 0;
    if (end === 0) this.#end();
    return end + LINE_END.length;
  }

  #end(): void {
    this.#state = 'head';
    this.#parts.onEnd(this.#isKept);
  }
}

function headersOf(text: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (let lineEnd = text.indexOf('\r\n'); lineEnd >= 0; ) {
    const start = lineEnd + LINE_END.length;
    lineEnd = text.indexOf('\r\n', start);
    const line = lineEnd < 0 ? text.slice(start) : text.slice(start, lineEnd);
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}
