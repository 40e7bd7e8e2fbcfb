import { Readable } from 'node:stream';
import type { HttpResponse } from '@smithy/core/protocols';

/** Enough calls to compile the SDK's code; a first call takes a hundred times as long. */
const WARM_UP_CALLS = 200;
const WARM_UP_MS_MAX = 400;

/** Configuration of a client whose calls are handled in this thread. */
export interface WarmUpConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
  readonly requestHandler: { handle(): Promise<{ readonly response: HttpResponse }> };
}

/**
 * Makes calls that a handler in this thread handles, so nothing leaves the thread: the first records of a run must not wait
 * until the SDK is loaded and compiled. Each call is validated, signed and parsed like any other.
 * @param response JSON that the service would return.
 */
export async function warmUp<Client extends { destroy(): void }>(
  open: (config: WarmUpConfig) => Client,
  response: object,
  call: (client: Client) => Promise<unknown>,
): Promise<void> {
  const { HttpResponse } = await import('@smithy/core/protocols');
  const body = Buffer.from(JSON.stringify(response));
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'content-length': String(body.length) };
  const client = open({
    endpoint: 'http://nowhere.invalid',
    region: 'us-east-1',
    credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' },
    maxAttempts: 1,
    requestHandler: {
      handle: async () => ({ response: new HttpResponse({ statusCode: 200, headers, body: Readable.from([body]) }) }),
    },
  });
  const untilMs = performance.now() + WARM_UP_MS_MAX;
  for (let i = 0; i < WARM_UP_CALLS && performance.now() < untilMs; i++) await call(client);
  client.destroy();
}
