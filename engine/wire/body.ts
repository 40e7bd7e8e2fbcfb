import type { Readable } from 'node:stream';
import type { WireLimits } from './options.ts';

/** Why a body was not received: over the limit of one request, or no memory left for all of them. */
export type BodyRefusal = 'too-large' | 'too-many';

/** How many bytes all bodies together still may take. */
export class BodyAllowance {
  readonly maxBodyBytes: number;
  readonly #maxBodiesBytes: number;
  #takenBytes = 0;

  constructor({ maxBodyBytes, maxBodiesBytes }: WireLimits) {
    this.maxBodyBytes = maxBodyBytes;
    this.#maxBodiesBytes = maxBodiesBytes;
  }

  get takenBytes(): number {
    return this.#takenBytes;
  }

  take(bytes: number): boolean {
    if (this.#takenBytes + bytes > this.#maxBodiesBytes) return false;
    this.#takenBytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#takenBytes -= bytes;
  }
}

const NO_BYTES = Buffer.alloc(0);

/**
 * Receives a body, bounded. Exactly one of `done` and `refuse` is called, or none when the client goes before.
 * The bytes count against the allowance until the stream closes: by then the request has been answered.
 * @param declared the Content-Length header; a body over the limit is refused before its first byte.
 */
export function receiveBody(
  stream: Readable,
  declared: string | undefined,
  allowance: BodyAllowance,
  done: (body: Buffer) => void,
  refuse: (why: BodyRefusal) => void,
): void {
  if (Number(declared) > allowance.maxBodyBytes) {
    refuse('too-large');
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  let refused = false;
  const stop = (why: BodyRefusal) => {
    refused = true;
    chunks.length = 0;
    refuse(why);
  };
  stream.on('data', (chunk: Buffer) => {
    if (refused) return;
    if (bytes + chunk.length > allowance.maxBodyBytes) stop('too-large');
    else if (!allowance.take(chunk.length)) stop('too-many');
    else {
      bytes += chunk.length;
      chunks.push(chunk);
    }
  });
  stream.once('end', () => {
    if (!refused)
      done(chunks.length === 1 ? chunks[0]! : chunks.length === 0 ? NO_BYTES : Buffer.concat(chunks, bytes));
  });
  stream.once('close', () => allowance.give(bytes));
}
