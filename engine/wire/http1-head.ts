import type { WireHeaders } from './exchange.ts';
import { badRequest, RequestRejected } from './request-rejected.ts';

/** The part of an HTTP/1 request before its body. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly headers: WireHeaders;
  /** True if the client keeps the connection for more requests. */
  readonly keepsAlive: boolean;
  readonly bodyBytes: number | 'chunked';
  /** True if the client waits for permission to send the body. */
  readonly expectsContinue: boolean;
}

/** Characters of methods and header names. Source: RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) HTTP\/1\.([01])$/;
/** Forbidden in a line: control characters except tabs, and so a CR or LF without the other. */
const NOT_ALLOWED = /[^\t\x20-\x7e\x80-\xff]/;
/** Headers that must not repeat, because it would be arbitrary which one counts. */
const ONCE = new Set(['content-length', 'host', 'authorization', 'x-amz-target', 'content-type', 'x-amz-date']);
const HEADERS_MAX = 128;

/** A line of a head, parsed. */
interface HeaderLine {
  readonly name: string;
  readonly value: string;
}

/**
 * Parses the heads of the requests of one connection. A client repeats most of its lines, so a line that is the same as the one at its
 * place in the last head is not parsed again. That was a quarter of the work for a PutRecord.
 */
export class HeadParser {
  #lines: readonly string[] = [];
  #first: RegExpExecArray | null = null;
  readonly #headers: (HeaderLine | undefined)[] = [];

  /**
   * Parses the first lines of a request. Strict where two lenient readers could see two different requests, because that
   * allows requests to be smuggled past a proxy.
   * @param text the lines, without the final empty line.
   * @throws RequestRejected
   */
  parse(text: string): RequestHead {
    const lines = text.split('\r\n');
    for (let i = 0; i < lines.length; i++) {
      if (lines[i] === this.#lines[i]) continue;
      if (NOT_ALLOWED.test(lines[i]!)) {
        throw badRequest('The headers hold control characters or line ends that are not CR LF.');
      }
      this.#headers[i] = undefined;
    }
    const first = lines[0] === this.#lines[0] ? this.#first : REQUEST_LINE.exec(lines[0]!);
    if (first === null) throw badRequest('The request is not HTTP/1.1.');
    if (lines.length > HEADERS_MAX) throw headersTooLarge();
    this.#lines = lines;
    this.#first = first;
    const headers = this.#parseHeaders(lines);
    const isHttp10 = first[3] === '0';
    return {
      method: first[1]!,
      target: first[2]!,
      headers,
      keepsAlive: keepsAlive(headers.connection, isHttp10),
      bodyBytes: bodyBytesOf(headers, isHttp10),
      expectsContinue: headers.expect !== undefined && headers.expect.toLowerCase() === '100-continue',
    };
  }

  #parseHeaders(lines: readonly string[]): WireHeaders {
    const headers: Record<string, string> = {};
    for (let i = 1; i < lines.length; i++) {
      this.#headers[i] ??= headerLine(lines[i]!, i);
      const { name, value } = this.#headers[i]!;
      const before = headers[name];
      if (before === undefined) headers[name] = value;
      else if (ONCE.has(name)) throw badRequest(`Header ${name} is there twice.`);
      else headers[name] = `${before}, ${value}`;
    }
    return headers;
  }
}

export const headersTooLarge = (): RequestRejected =>
  new RequestRejected(431, 'RequestHeaderFieldsTooLarge', 'The headers of the request are too large.');

function headerLine(line: string, i: number): HeaderLine {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon)).toLowerCase();
  if (!TOKEN.test(name)) throw badRequest(`Header line ${i} has no name before a colon.`);
  return { name, value: line.slice(colon + 1).trim() };
}

function keepsAlive(connection: string | undefined, isHttp10: boolean): boolean {
  if (connection === undefined) return !isHttp10;
  const wishes = connection.toLowerCase().split(/\s*,\s*/);
  return isHttp10 ? wishes.includes('keep-alive') : !wishes.includes('close');
}

function bodyBytesOf(headers: WireHeaders, isHttp10: boolean): number | 'chunked' {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (encoding === undefined) {
    if (length === undefined) return 0;
    if (/^\d{1,15}$/.test(length)) return Number(length);
    throw badRequest('Content-Length is not a number of bytes.');
  }
  if (length !== undefined) throw badRequest('There are both Content-Length and Transfer-Encoding.');
  if (isHttp10 || encoding.toLowerCase() !== 'chunked') {
    throw new RequestRejected(501, 'NotImplemented', 'Of transfer encodings only chunked is known, in HTTP/1.1.');
  }
  return 'chunked';
}
