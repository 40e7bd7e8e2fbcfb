import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import type { FunctionCall } from './http-function.ts';

/** Where Lambda's own invoke API is, and who calls it. */
export interface LambdaEndpoint {
  readonly endpoint: string;
  /** Name or ARN. */
  readonly functionName: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
  };
}

/** The invoke API of AWS Lambda, with a signature of version 4. */
export function lambdaCall({ endpoint, functionName, region, credentials }: LambdaEndpoint): FunctionCall {
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
  const url = new URL(path, endpoint);
  const { sessionToken, ...keys } = credentials;
  return {
    url: url.href,
    async headersFor(body) {
      const { SignatureV4 } = await import('@smithy/signature-v4');
      const signer = new SignatureV4({
        credentials: sessionToken === undefined ? keys : { ...keys, sessionToken },
        region,
        service: 'lambda',
        sha256: Sha256,
      });
      const signed = await signer.sign({
        method: 'POST',
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query: {},
        headers: {
          host: url.host,
          'content-type': 'application/json',
          'x-amz-invocation-type': 'RequestResponse',
        },
        body,
      });
      const { host: _, ...headers } = signed.headers;
      return headers;
    },
  };
}

type Input = string | ArrayBuffer | ArrayBufferView;

/** The hash that the signer asks its caller for. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: Input) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: Input): void {
    this.#hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    throw new Error('A hash of a signature is used once.');
  }
}

function bytesOf(data: Input): Uint8Array | string {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
