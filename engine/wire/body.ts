import { giveBuffer, takeBuffer } from './buffer-pool.ts';
import { RequestRejected } from './request-rejected.ts';
import type { SpareMemory } from './spare-memory.ts';

/** Bytes that bodies take. */
export interface BytesCount {
  readonly bytes: number;
  add(bytes: number): void;
}

/** The count of a server on one thread. */
class OwnBytes implements BytesCount {
  bytes = 0;

  add(bytes: number): void {
    this.bytes += bytes;
  }
}

/**
 * Remaining bytes for all bodies together: those of requests until they have a response, and those of responses until they are
 * sent. Responses are always sent; while clients do not read theirs, new requests are rejected.
 */
export class BodyAllowance {
  readonly maxBodyBytes: number;
  readonly #maxBodiesBytes: number;
  readonly #taken: BytesCount;
  readonly #spare: SpareMemory | undefined;

  constructor(
    { maxBodyBytes, maxBodiesBytes }: { readonly maxBodyBytes: number; readonly maxBodiesBytes: number },
    taken: BytesCount = new OwnBytes(),
    spare?: SpareMemory,
  ) {
    this.maxBodyBytes = maxBodyBytes;
    this.#maxBodiesBytes = maxBodiesBytes;
    this.#taken = taken;
    this.#spare = spare;
  }

  take(bytes: number): boolean {
    if (this.#taken.bytes + bytes > this.#maxBodiesBytes) return false;
    this.#taken.add(bytes);
    return true;
  }

  /** Takes the bytes even if there is no room. */
  charge(bytes: number): void {
    this.#taken.add(bytes);
  }

  /** Notes a body that is not sent because its client has gone: it was not charged. */
  discard(bytes: number): void {
    this.#spare?.released(bytes);
  }

  give(bytes: number): void {
    this.#taken.add(-bytes);
    this.#spare?.released(bytes);
  }
}

const NO_BYTES: Buffer = Buffer.alloc(0);

/**
 * A body that arrives in pieces. A single piece is kept without a copy. Several are copied together as they arrive, because a
 * client that sends one byte at a time would otherwise cost an object, with its buffer, for each.
 */
export class BodyBuffer {
  readonly #allowance: BodyAllowance;
  readonly #declaredBytes: number;
  #buffer = NO_BYTES;
  #bytes = 0;
  /** True if this object created the buffer; a kept piece belongs to the caller. */
  #isOwn = false;
  #isReleased = false;

  /**
   * @param declaredBytes length that the client declared, undefined without one.
   * @throws RequestRejected if the declared length exceeds the limit.
   */
  constructor(allowance: BodyAllowance, declaredBytes: number | undefined) {
    if (declaredBytes !== undefined && declaredBytes > allowance.maxBodyBytes) throw bodyTooLarge();
    this.#allowance = allowance;
    this.#declaredBytes = declaredBytes ?? allowance.maxBodyBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get body(): Buffer {
    return this.#buffer.subarray(0, this.#bytes);
  }

  /** @throws RequestRejected if one body, or all of them together, would exceed their limit. */
  add(piece: Buffer): void {
    const bytes = this.#bytes + piece.length;
    if (bytes > this.#allowance.maxBodyBytes) throw bodyTooLarge();
    if (!this.#allowance.take(piece.length)) throw tooManyBodies();
    if (this.#bytes === 0) this.#buffer = piece;
    else {
      if (bytes > this.#buffer.length || !this.#isOwn) this.#grow(bytes);
      this.#buffer.set(piece, this.#bytes);
    }
    this.#bytes = bytes;
  }

  /**
   * Returns its bytes to the allowance. The body must not be used afterwards.
   * @param isOver true if the request has its response: nothing reads the body any more, and its buffer may serve another one.
   */
  release(isOver: boolean): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#allowance.give(this.#bytes);
    if (isOver && this.#isOwn) giveBuffer(this.#buffer);
    this.#buffer = NO_BYTES;
  }

  /** Doubles the buffer, up to the declared length, so that few bytes reserve little memory. */
  #grow(bytes: number): void {
    const larger = takeBuffer(Math.max(bytes, Math.min(2 * bytes, this.#declaredBytes)));
    larger.set(this.body);
    if (this.#isOwn) giveBuffer(this.#buffer);
    this.#buffer = larger;
    this.#isOwn = true;
  }
}

const bodyTooLarge = (): RequestRejected =>
  new RequestRejected(413, 'RequestEntityTooLarge', 'The body is larger than this server takes. Send less at once.');

const tooManyBodies = (): RequestRejected =>
  new RequestRejected(503, 'ServiceUnavailable', 'Too many bodies are being received at once. Try again later.');
