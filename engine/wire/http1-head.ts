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
/** Forbidden: control characters except tabs, and CR or LF without the other. */
const NOT_ALLOWED = /[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n)|(?<!\r)\n/;
/** Headers that must not repeat, because it would be arbitrary which one counts. */
const ONCE = new Set(['content-length', 'host', 'authorization', 'x-amz-target', 'content-type', 'x-amz-date']);
const HEADERS_MAX = 128;

/**
 * Parses the first lines of a request. Strict where two lenient readers could see two different requests, because that
 * allows requests to be smuggled past a proxy.
 * @param text the lines, without the final empty line.
 * @throws RequestRejected
 */
export function parseHead(text: string): RequestHead {
  if (NOT_ALLOWED.test(text)) throw badRequest('The headers hold control characters or line ends that are not CR LF.');
  const lines = text.split('\r\n');
  const first = REQUEST_LINE.exec(lines[0]!);
  if (first === null) throw badRequest('The request is not HTTP/1.1.');
  if (lines.length > HEADERS_MAX) throw headersTooLarge();
  const headers = parseHeaders(lines);
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

export const headersTooLarge = (): RequestRejected =>
  new RequestRejected(431, 'RequestHeaderFieldsTooLarge', 'The headers of the request are too large.');

function parseHeaders(lines: readonly string[]): WireHeaders {
  const headers: Record<string, string> = {};
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]!;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    if (!TOKEN.test(name)) throw badRequest(`Header line ${i} has no name before a colon.`);
    const value = line.slice(colon + 1).trim();
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (ONCE.has(name)) throw badRequest(`Header ${name} is there twice.`);
    else headers[name] = `${before}, ${value}`;
  }
  return headers;
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
