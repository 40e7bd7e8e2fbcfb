import type { WireResponse } from './exchange.ts';

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

export const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
export const LAST_CHUNK = '0\r\n\r\n';

/** The lines before the body of a response, with the empty line. */
export function responseHead(status: number, headers: WireResponse['headers'], closes: boolean): string {
  let text = `HTTP/1.1 ${status} ${REASONS[status] ?? ''}\r\nDate: ${dateText()}\r\n`;
  for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
  return closes ? `${text}Connection: close\r\n\r\n` : `${text}\r\n`;
}

/** A chunk of a body in one piece, so that it leaves in one packet. */
export function chunkOf(bytes: Buffer): Buffer {
  const size = `${bytes.length.toString(16)}\r\n`;
  const chunk = Buffer.allocUnsafe(size.length + bytes.length + 2);
  chunk.write(size, 0, 'latin1');
  chunk.set(bytes, size.length);
  chunk.write('\r\n', size.length + bytes.length, 'latin1');
  return chunk;
}

let dateSecond = 0;
let date = '';

/** The Date header changes once a second; writing it takes as long as all the others together. */
function dateText(): string {
  const nowMs = Date.now();
  const second = Math.floor(nowMs / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    date = new Date(nowMs).toUTCString();
  }
  return date;
}
