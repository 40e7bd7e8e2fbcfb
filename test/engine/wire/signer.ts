import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { WireRequest } from '../../../engine/wire/exchange.ts';
import { CREDENTIALS } from './set-up.ts';

export class Sha256 {
  readonly #sum: Hash | Hmac;

  constructor(secret?: string | Uint8Array | ArrayBuffer | ArrayBufferView) {
    this.#sum = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: Uint8Array): void {
    this.#sum.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#sum.digest();
  }

  reset(): void {}
}

function bytesOf(secret: string | Uint8Array | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === 'string' || secret instanceof Uint8Array) return secret;
  return ArrayBuffer.isView(secret) ? new Uint8Array(secret.buffer) : new Uint8Array(secret);
}

export const SIGNED_AT = new Date('2026-11-24T12:00:00Z');

/** AWS's own signer, the referee of ours. */
export const signer = new SignatureV4({
  credentials: { accessKeyId: CREDENTIALS.accessKey, secretAccessKey: CREDENTIALS.secretKey },
  region: 'us-east-1',
  service: 'kinesis',
  sha256: Sha256,
});

export interface Unsigned {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The request as a server receives it. */
export async function signed(request: Unsigned, how: 'header' | 'query', at: Date = SIGNED_AT): Promise<WireRequest> {
  const unsigned = { ...request, protocol: 'http:', hostname: 'localhost' };
  const options = { signingDate: at };
  const { headers, path, query, method } =
    how === 'header'
      ? await signer.sign(unsigned, options)
      : await signer.presign(unsigned, { ...options, expiresIn: 60 });
  const pairs = Object.entries(query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  const target = pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
  return { method, target, headers, body: Buffer.from(request.body) };
}
