import { type CallHeaders, connectionLost, type Exchange, type ResponseHead } from './exchange.ts';
import { giveMemory, takeMemory } from './response-memory.ts';

/** Receives the outcome of a call: exactly one of the two methods is called, once. */
export interface CallSink {
  /** @param body valid only until this returns. */
  onResponse(body: Buffer, contentType: string): void;
  /** An error as `faultOf` reads it. */
  onFault(error: Error): void;
}

/** No response of Kinesis or Firehose has more: GetRecords returns up to 10 MiB. */
const RESPONSE_BYTES_MAX = 64 * 2 ** 20;
const NO_BYTES: Buffer = Buffer.alloc(0);
const NO_HEAD: ResponseHead = {
  status: 0,
  contentType: '',
  errorType: '',
  location: '',
  date: '',
  contentLength: -1,
};

/** One attempt to send a request, which collects its response. */
export class LeanCall implements Exchange {
  readonly headers: CallHeaders;
  readonly body: Buffer;
  readonly #done: (call: LeanCall, error: Error | undefined) => void;
  /** Receives the parts of a successful response as they arrive; undefined collects them. */
  readonly #onChunk: ((bytes: Buffer) => void) | undefined;
  #received = NO_BYTES;
  /** The memory of `#received`, unless that is a chunk of the connection. */
  #memory: Buffer | undefined;
  #receivedBytes = 0;
  head = NO_HEAD;

  constructor(
    headers: CallHeaders,
    body: Buffer,
    done: (call: LeanCall, error: Error | undefined) => void,
    onChunk?: (bytes: Buffer) => void,
  ) {
    this.headers = headers;
    this.body = body;
    this.#done = done;
    this.#onChunk = onChunk;
  }

  get response(): Buffer {
    const { length } = this.#received;
    return length === this.#receivedBytes ? this.#received : this.#received.subarray(0, this.#receivedBytes);
  }

  onHead(head: ResponseHead): void {
    this.head = head;
  }

  onBody(bytes: Buffer): void {
    const { status, contentLength } = this.head;
    const endBytes = this.#receivedBytes + bytes.length;
    if (this.#onChunk !== undefined && status === 200) {
      this.#receivedBytes = 0;
      this.#onChunk(bytes);
    } else if (bytes.length === contentLength) {
      // The whole body in one piece is read in place.
      this.#received = bytes;
      this.#receivedBytes = endBytes;
    } else if (endBytes <= RESPONSE_BYTES_MAX) {
      this.#grow(Math.max(endBytes, Math.min(contentLength, RESPONSE_BYTES_MAX)));
      this.#received.set(bytes, this.#receivedBytes);
      this.#receivedBytes = endBytes;
    }
  }

  onEnd(): void {
    const { contentLength } = this.head;
    const isWhole = contentLength < 0 || this.#onChunk !== undefined || this.#receivedBytes === contentLength;
    this.#done(this, isWhole ? undefined : connectionLost('ECONNRESET'));
  }

  onError(error: Error): void {
    this.#done(this, error);
  }

  /** Gives back the memory of the response, which nobody reads any more. */
  release(): void {
    if (this.#memory !== undefined) giveMemory(this.#memory);
    this.#memory = undefined;
    this.#received = NO_BYTES;
    this.#receivedBytes = 0;
  }

  #grow(bytes: number): void {
    if (bytes <= this.#received.length) return;
    const larger = takeMemory(bytes);
    larger.set(this.#received.subarray(0, this.#receivedBytes));
    if (this.#memory !== undefined) giveMemory(this.#memory);
    this.#memory = larger;
    this.#received = larger;
  }
}
