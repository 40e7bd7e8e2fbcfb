import type { Socket } from 'node:net';
import { errorAnswer } from './answer.ts';
import type { BodyRefusal } from './body.ts';
import type { Answer } from './exchange.ts';
import type { WireLimits } from './options.ts';

/** A version of HTTP, spoken on connections that are handed over to it. */
export interface Protocol {
  accept(socket: Socket): void;
  /** Takes no further requests: idle connections go at once, busy ones when what they asked for is answered. */
  close(): void;
}

/** What a client that speaks HTTP/2 from its first byte begins with; no method of HTTP/1 does. */
const HTTP2_START = Buffer.from('PRI ');

/**
 * Speaks HTTP/2 with the clients that begin with it and HTTP/1.1 with the others.
 * @param loadHttp2 called when the first client speaks it, because loading it would double the time of a start.
 */
export function splitProtocols(limits: WireLimits, http1: Protocol, loadHttp2: () => Promise<Protocol>): Protocol {
  const waiting = new Set<Socket>();
  let loading: Promise<Protocol> | undefined;
  let isClosed = false;
  const hand = (socket: Socket, first: Buffer) => {
    waiting.delete(socket);
    socket.setTimeout(0);
    socket.unshift(first);
    if (!startsHttp2(first)) {
      http1.accept(socket);
      return;
    }
    loading ??= loadHttp2();
    loading.then((http2) => {
      if (isClosed) socket.destroy();
      else http2.accept(socket);
    });
  };
  return {
    accept: (socket) => {
      waiting.add(socket);
      socket.once('close', () => waiting.delete(socket));
      // A client that resets its connection is gone, whoever it is handed to.
      socket.on('error', () => socket.destroy());
      socket.setTimeout(limits.headersTimeoutMs, () => {
        if (waiting.has(socket)) socket.destroy();
      });
      peek(socket, hand);
    },
    close: () => {
      isClosed = true;
      for (const socket of waiting) socket.destroy();
      http1.close();
      loading?.then((http2) => http2.close());
    },
  };
}

/** Reads until it is clear which version it is, mostly once. */
function peek(socket: Socket, hand: (socket: Socket, first: Buffer) => void): void {
  let first: Buffer | undefined;
  const look = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    first = first === undefined ? chunk : Buffer.concat([first, chunk]);
    if (first.length < HTTP2_START.length && HTTP2_START.subarray(0, first.length).equals(first)) return;
    socket.removeListener('readable', look);
    hand(socket, first);
  };
  socket.on('readable', look);
}

const startsHttp2 = (first: Buffer): boolean => first.subarray(0, HTTP2_START.length).equals(HTTP2_START);

export function bodyRefused(why: BodyRefusal): Answer {
  return why === 'too-large'
    ? errorAnswer(413, 'RequestEntityTooLarge', 'The body is larger than this server takes. Send less at once.')
    : errorAnswer(503, 'ServiceUnavailable', 'Too many bodies are being received at once. Try again later.');
}
