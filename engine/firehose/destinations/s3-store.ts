import type { PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import type { ObjectStore, StoredObject, StoreOutcome } from '../delivery/object-store.ts';

export interface S3Endpoint {
  /** Any endpoint of S3, for example http://127.0.0.1:7070. */
  readonly url: string;
  readonly region: string;
  /** By default those of the environment, as AWS's SDKs find them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Time for one request, by the system's clock (default 2 minutes). */
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 120_000;
const CONNECTION_TIMEOUT_MS = 10_000;

/**
 * Stores objects at an endpoint of S3. AWS's client is loaded when the first object is stored. It tries each request once:
 * the delivery loop retries, on the engine's clock.
 */
export class S3Store implements ObjectStore {
  readonly #endpoint: S3Endpoint;
  #client:
    | Promise<{ put(input: PutObjectCommandInput, signal: AbortSignal): Promise<unknown>; destroy(): void }>
    | undefined;

  constructor(endpoint: S3Endpoint) {
    this.#endpoint = endpoint;
  }

  async put({ bucket, key, pieces, contentEncoding }: StoredObject, signal: AbortSignal): Promise<StoreOutcome> {
    this.#client ??= openClient(this.#endpoint);
    const client = await this.#client;
    const input: PutObjectCommandInput = {
      Bucket: bucket,
      Key: key,
      Body: bodyOf(pieces),
      ContentType: 'application/octet-stream',
      ...(contentEncoding === undefined ? {} : { ContentEncoding: contentEncoding }),
    };
    try {
      await client.put(input, signal);
      return { kind: 'stored' };
    } catch (error) {
      // Every failure may pass: a missing bucket may be created, rights may be granted, and after a reset nothing is known.
      const { name = 'UnknownError', message = String(error) } = error as Partial<Error>;
      return { kind: 'retry', errorCode: `S3.${name}`, errorMessage: message };
    }
  }

  async close(): Promise<void> {
    (await this.#client)?.destroy();
  }
}

const bodyOf = (pieces: readonly Uint8Array[]): Uint8Array =>
  pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);

async function openClient({ url, region, credentials, timeoutMs = TIMEOUT_MS }: S3Endpoint) {
  const [{ PutObjectCommand, S3Client }, { NodeHttpHandler }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@smithy/node-http-handler'),
  ]);
  const client: S3Client = new S3Client({
    endpoint: url,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    ...(credentials === undefined ? {} : { credentials }),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    }),
  });
  return {
    put: (input: PutObjectCommandInput, signal: AbortSignal) =>
      client.send(new PutObjectCommand(input), { abortSignal: signal }),
    destroy: () => client.destroy(),
  };
}
