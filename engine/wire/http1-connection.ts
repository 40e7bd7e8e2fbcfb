import type { Socket } from 'node:net';
import type { BodyAllowance } from './body.ts';
import { BodyPieces } from './body-pieces.ts';
import type { Handler, ResponseStream, ResponseStreamEvents, WireResponse } from './exchange.ts';
import { type BodyReader, bodyReader } from './http1-body.ts';
import { Http1Exchange } from './http1-exchange.ts';
import { HeadParser, headersTooLarge, type RequestHead } from './http1-head.ts';
import { CONTINUE, chunkOf, LAST_CHUNK, responseHead } from './http1-response.ts';
import type { WireLimits } from './options.ts';
import { RequestRejected, requestTimeout } from './request-rejected.ts';

/** State that all connections share. */
export interface Http1Shared {
  readonly limits: WireLimits;
  readonly allowance: BodyAllowance;
  readonly handle: Handler;
  /** Time of the last check for slow clients: exact enough to find them, and free. */
  nowMs: number;
  /** True: each connection ends after its pending response. */
  isClosing: boolean;
}

/** Time for the client to read the last response: closing at once would reset the connection first. */
const LINGER_MS = 1000;
/** Bytes that a client may send ahead of a response before reading pauses. */
const AHEAD_BYTES = 64 * 1024;
/** Responses up to this size are copied after their head, which costs less than a second write. */
const COPIED_BYTES = 16 * 1024;

const NO_BYTES: Buffer = Buffer.alloc(0);
const HEAD_END = Buffer.from('\r\n\r\n');
const CR = 13;
const LF = 10;

/**
 * States of a connection, in the order of a request's life:
 * idle (no request), head and body (a part has arrived), busy (the service handles it), stalled (the client
 * does not read its response), lingering (the last response is sent, and this side has ended the connection).
 */
type State = 'idle' | 'head' | 'body' | 'busy' | 'stalled' | 'lingering' | 'closed';

/** Requests of HTTP/1.1 on one connection, one by one. Requests that arrive early wait in a bounded buffer. */
export class Http1Connection {
  readonly #socket: Socket;
  readonly #shared: Http1Shared;
  #state: State = 'idle';
  #sinceMs: number;
  /** Received bytes that are not read yet, and the number of them already searched for the end of a head. */
  #unread = NO_BYTES;
  #searchedBytes = 0;
  readonly #heads = new HeadParser();
  #head: RequestHead | undefined;
  #reader: BodyReader | undefined;
  #exchange: Http1Exchange | undefined;
  #streamEvents: ResponseStreamEvents | undefined;
  /** The client has ended its side, and waits for its responses. */
  #hasEnded = false;
  #isReading = false;
  /** Bytes of a response that the client has not read. */
  #unsentBytes = 0;
  /** The body of the last response, if it was not sent at once. */
  #unsent: BodyPieces | undefined;

  constructor(socket: Socket, shared: Http1Shared) {
    this.#socket = socket;
    this.#shared = shared;
    this.#sinceMs = shared.nowMs;
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('end', () => this.#ended());
    socket.on('drain', () => this.#drained());
    socket.once('close', () => this.#closed());
  }

  receive(chunk: Buffer): void {
    if (this.#state === 'lingering' || this.#state === 'closed') return;
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    if (this.#isWaiting) this.#read();
    else if (this.#unread.length > AHEAD_BYTES) this.#socket.pause();
  }

  /** Ends an idle connection at once, and any other one after its response. */
  close(): void {
    if (this.#state === 'idle') this.#socket.destroy();
  }

  /** Ends the connection if its client is too slow. */
  checkDeadline(): void {
    const { limits, nowMs } = this.#shared;
    const ageMs = nowMs - this.#sinceMs;
    if (this.#state === 'head' && ageMs > limits.headersTimeoutMs) this.#reject(requestTimeout());
    else if (this.#state === 'body' && ageMs > limits.requestTimeoutMs) this.#reject(requestTimeout());
    else if ((this.#state === 'idle' || this.#state === 'stalled') && ageMs > limits.idleTimeoutMs) this.drop();
    else if (this.#state === 'lingering') {
      const livesMs = this.#socket.writableLength > 0 ? limits.idleTimeoutMs : LINGER_MS;
      if (ageMs > livesMs) this.drop();
    }
  }

  send(exchange: Http1Exchange, { status, headers, body }: WireResponse): void {
    if (this.#exchange !== exchange) {
      this.#shared.allowance.discard(body.length);
      return;
    }
    const closes = this.#closesAfter();
    const head = responseHead(status, headers, closes);
    if (this.#head?.method === 'HEAD') this.#socket.write(head, 'latin1');
    else this.#write(head, body);
    this.#responded(closes);
  }

  stream(
    exchange: Http1Exchange,
    status: number,
    headers: WireResponse['headers'],
    events: ResponseStreamEvents,
  ): ResponseStream {
    if (this.#exchange !== exchange) {
      events.onClose();
      return NO_STREAM;
    }
    this.#streamEvents = events;
    this.#socket.write(
      responseHead(status, { ...headers, 'Transfer-Encoding': 'chunked' }, this.#closesAfter()),
      'latin1',
    );
    return {
      write: (bytes) => {
        if (this.#exchange !== exchange) return false;
        const hasRoom = this.#socket.write(chunkOf(bytes));
        if (!hasRoom) this.#oweBytes(this.#socket.writableLength);
        return hasRoom;
      },
      end: () => {
        if (this.#exchange !== exchange) return;
        const closes = this.#closesAfter();
        this.#socket.write(LAST_CHUNK, 'latin1');
        this.#responded(closes);
      },
    };
  }

  drop(): void {
    this.#socket.destroy();
  }

  #read(): void {
    this.#isReading = true;
    try {
      let goesOn = true;
      while (goesOn && this.#unread.length > 0) goesOn = this.#readOn();
    } catch (error) {
      if (!(error instanceof RequestRejected)) throw error;
      this.#reject(error);
    } finally {
      this.#isReading = false;
    }
  }

  /** Reads the available part of a request. Returns true if it was complete and was handled. */
  #readOn(): boolean {
    if (this.#state === 'idle') {
      if (!this.#skipEmptyLines()) return false;
      this.#enter('head');
    }
    if (this.#state === 'head' && !this.#readHead()) return false;
    const reader = this.#reader!;
    this.#unread = this.#unread.subarray(reader.read(this.#unread, 0));
    if (!reader.isComplete) return false;
    this.#enter('busy');
    this.#exchange = new Http1Exchange(this, this.#head!, reader.buffer);
    this.#shared.handle(this.#exchange);
    return this.#isIdle;
  }

  get #isIdle(): boolean {
    return this.#state === 'idle';
  }

  /** True while the connection waits for bytes of the client. */
  get #isWaiting(): boolean {
    return this.#state === 'idle' || this.#state === 'head' || this.#state === 'body';
  }

  #readHead(): boolean {
    const { maxHeaderBytes } = this.#shared.limits;
    const end = this.#unread.indexOf(HEAD_END, Math.max(0, this.#searchedBytes - HEAD_END.length));
    if ((end < 0 ? this.#unread.length : end) > maxHeaderBytes) throw headersTooLarge();
    this.#searchedBytes = end < 0 ? this.#unread.length : 0;
    if (end < 0) return false;
    const head = this.#heads.parse(this.#unread.toString('latin1', 0, end));
    this.#unread = this.#unread.subarray(end + HEAD_END.length);
    this.#head = head;
    this.#reader = bodyReader(head.bodyBytes, this.#shared.allowance, maxHeaderBytes);
    this.#state = 'body';
    if (head.expectsContinue && this.#unread.length === 0) this.#socket.write(CONTINUE, 'latin1');
    return true;
  }

  /**
   * RFC 9112, section 2.2: some old clients send an extra line end after a body. Returns true if a request begins. Half a
   * line end may be followed by the other half.
   */
  #skipEmptyLines(): boolean {
    let at = 0;
    while (this.#unread[at] === CR && this.#unread[at + 1] === LF) at += 2;
    if (at > 0) this.#unread = this.#unread.subarray(at);
    const isHalf = this.#unread.length === 1 && this.#unread[0] === CR;
    return this.#unread.length > 0 && !isHalf;
  }

  #closesAfter(): boolean {
    const isLast = this.#hasEnded && this.#unread.length === 0;
    return this.#head?.keepsAlive !== true || this.#shared.isClosing || isLast;
  }

  #write(head: string, body: WireResponse['body']): void {
    if (typeof body === 'string') this.#socket.write(head + body, 'latin1');
    else if (body instanceof BodyPieces) this.#writePieces(head, body);
    else if (body.length <= COPIED_BYTES) {
      const whole = Buffer.allocUnsafe(head.length + body.length);
      whole.write(head, 0, 'latin1');
      whole.set(body, head.length);
      this.#socket.write(whole);
    } else {
      this.#socket.cork();
      this.#socket.write(head, 'latin1');
      this.#socket.write(body);
      this.#socket.uncork();
    }
  }

  #writePieces(head: string, body: BodyPieces): void {
    this.#socket.cork();
    this.#socket.write(head, 'latin1');
    for (const piece of body.pieces) this.#socket.write(piece);
    this.#socket.uncork();
    if (this.#socket.writableLength === 0) body.release();
    else this.#unsent = body;
  }

  /** The response is on its way: continues with requests that arrived early, or ends. */
  #responded(closes: boolean): void {
    this.#letGo(true);
    this.#oweBytes(this.#socket.writableLength);
    if (closes) this.#end();
    else if (this.#socket.writableNeedDrain) this.#enter('stalled');
    else this.#goOn();
  }

  #oweBytes(bytes: number): void {
    if (bytes === this.#unsentBytes) return;
    this.#shared.allowance.give(this.#unsentBytes);
    this.#shared.allowance.charge(bytes);
    this.#unsentBytes = bytes;
  }

  #drained(): void {
    this.#oweBytes(0);
    this.#unsent?.release();
    this.#unsent = undefined;
    if (this.#state === 'stalled') this.#goOn();
    else this.#streamEvents?.onRoom();
  }

  #goOn(): void {
    this.#enter('idle');
    if (this.#shared.isClosing) this.#end();
    else if (!this.#isReading) {
      if (this.#socket.isPaused()) this.#socket.resume();
      this.#read();
      if (this.#hasEnded && this.#isWaiting) this.#end();
    }
  }

  /** Responds to a request that cannot be read further, and ends the connection. */
  #reject(rejected: RequestRejected): void {
    const { status, headers, body } = rejected.response;
    this.#write(responseHead(status, headers, true), body);
    this.#letGo(false);
    this.#end();
  }

  #end(): void {
    this.#enter('lingering');
    this.#unread = NO_BYTES;
    this.#socket.end();
    this.#socket.resume();
  }

  #ended(): void {
    this.#hasEnded = true;
    if (this.#streamEvents !== undefined) this.drop();
    else if (this.#isWaiting) this.#socket.end();
  }

  #closed(): void {
    this.#state = 'closed';
    this.#unread = NO_BYTES;
    this.#oweBytes(0);
    this.#letGo(false);
  }

  /** Ends the request: releases its body, and notifies the stream of its response. */
  #letGo(hasResponse: boolean): void {
    this.#exchange = undefined;
    this.#reader?.buffer.release(hasResponse);
    this.#reader = undefined;
    const events = this.#streamEvents;
    this.#streamEvents = undefined;
    events?.onClose();
  }

  #enter(state: State): void {
    this.#state = state;
    this.#sinceMs = this.#shared.nowMs;
  }
}

const NO_STREAM: ResponseStream = { write: () => false, end: () => {} };
