import { RequestRefused } from './request-refused.ts';

/**
 * How many bytes all bodies together still may take: of requests until they are answered, and of answers until they are
 * sent. Answers are never refused; while clients do not read theirs, requests are.
 */
export class BodyAllowance {
  readonly maxBodyBytes: number;
  readonly #maxBodiesBytes: number;
  #takenBytes = 0;

  constructor({ maxBodyBytes, maxBodiesBytes }: { readonly maxBodyBytes: number; readonly maxBodiesBytes: number }) {
    this.maxBodyBytes = maxBodyBytes;
    this.#maxBodiesBytes = maxBodiesBytes;
  }

  take(bytes: number): boolean {
    if (this.#takenBytes + bytes > this.#maxBodiesBytes) return false;
    this.#takenBytes += bytes;
    return true;
  }

  /** Takes them whether there is room or not. */
  charge(bytes: number): void {
    this.#takenBytes += bytes;
  }

  give(bytes: number): void {
    this.#takenBytes -= bytes;
  }
}

const NO_BYTES: Buffer = Buffer.alloc(0);

/**
 * A body that comes in pieces. A single piece is kept as it is; several are copied together as they come, because a
 * client that sends a byte at a time would otherwise make us keep an object, and the buffer behind it, for each.
 */
export class BodyBuffer {
  readonly #allowance: BodyAllowance;
  readonly #declaredBytes: number;
  #buffer = NO_BYTES;
  #bytes = 0;
  /** The buffer was made here; a piece that was kept is somebody else's. */
  #isOwn = false;
  #isReleased = false;

  /**
   * @param declaredBytes what the client says that the body has, undefined when it does not say.
   * @throws RequestRefused when that alone is over the limit.
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

  /** @throws RequestRefused when this is more than one body, or all of them, may have. */
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

  /** Gives its bytes back to the allowance. The body must not be used afterwards. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#allowance.give(this.#bytes);
    this.#buffer = NO_BYTES;
  }

  /** To twice its size, and not beyond what was declared, so that few bytes can claim few. */
  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, Math.min(2 * bytes, this.#declaredBytes)));
    larger.set(this.body);
    this.#buffer = larger;
    this.#isOwn = true;
  }
}

const bodyTooLarge = (): RequestRefused =>
  new RequestRefused(413, 'RequestEntityTooLarge', 'The body is larger than this server takes. Send less at once.');

const tooManyBodies = (): RequestRefused =>
  new RequestRefused(503, 'ServiceUnavailable', 'Too many bodies are being received at once. Try again later.');
