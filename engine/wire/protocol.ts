import type { Socket } from 'node:net';
import type { WireLimits } from './options.ts';

/** A version of HTTP, used on connections that are passed to it. */
export interface Protocol {
  /** @param first bytes that the client has sent already. */
  accept(socket: Socket, first: Buffer): void;
  /** Accepts no further requests: idle connections end at once, busy ones after their response. */
  close(): void;
}

/** First bytes of a client that speaks HTTP/2 from the start. No method of HTTP/1 begins like this. */
const HTTP2_START = Buffer.from('PRI ');

/**
 * Uses HTTP/2 with the clients that begin with it and HTTP/1.1 with the others, in cleartext and inside TLS. The result of ALPN
 * does not matter: some clients offer nothing and use HTTP/2.
 * @param loadHttp2 called when the first client uses it, because loading it takes longer than the rest of a start.
 */
export function splitProtocols(
  limits: WireLimits,
  http1: Protocol,
  loadHttp2: () => Promise<Protocol>,
): { accept(socket: Socket): void; close(): void } {
  const waiting = new Set<Socket>();
  let loading: Promise<Protocol> | undefined;
  let isClosed = false;
  const hand = async (socket: Socket, first: Buffer) => {
    waiting.delete(socket);
    socket.setTimeout(0);
    if (!startsHttp2(first)) {
      http1.accept(socket, first);
      return;
    }
    socket.pause();
    loading ??= loadHttp2();
    const http2 = await loading;
    if (isClosed) socket.destroy();
    else http2.accept(socket, first);
  };
  return {
    accept: (socket) => {
      waiting.add(socket);
      socket.once('close', () => waiting.delete(socket));
      // A client that resets its connection is gone, whichever protocol has it.
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

/** Reads until the version is clear, usually one piece. */
function peek(socket: Socket, hand: (socket: Socket, first: Buffer) => void): void {
  let first: Buffer | undefined;
  const look = (chunk: Buffer) => {
    first = first === undefined ? chunk : Buffer.concat([first, chunk]);
    if (first.length < HTTP2_START.length && HTTP2_START.subarray(0, first.length).equals(first)) return;
    socket.removeListener('data', look);
    socket.removeListener('end', gone);
    hand(socket, first);
  };
  const gone = () => socket.destroy();
  socket.on('data', look);
  socket.on('end', gone);
}

const startsHttp2 = (first: Buffer): boolean => first.subarray(0, HTTP2_START.length).equals(HTTP2_START);
