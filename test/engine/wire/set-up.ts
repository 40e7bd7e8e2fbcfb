import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach } from 'vitest';
import type { ServerOptions } from '../../../engine/wire/options.ts';
import type { RunningServer } from '../../../engine/wire/running-server.ts';
import { startServer } from '../../../engine/wire/server.ts';
import { SmallService } from './small-service.ts';

export const CREDENTIALS = { accessKey: 'AKIDEXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

let defaultThreads = 1;

/** Makes the tests of this process use servers with so many connection threads, unless a test has its own number. */
export function serveWithThreads(threads: number): void {
  defaultThreads = threads;
}

const toClose: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

export interface Serving {
  readonly server: RunningServer;
  readonly service: SmallService;
  /** Unexpected errors. */
  readonly defects: unknown[];
}

/** A server with a small service behind it; both end with the test. */
export async function serving(options: ServerOptions = {}): Promise<Serving> {
  const service = new SmallService();
  const defects: unknown[] = [];
  const server = await startServer(service, {
    threads: defaultThreads,
    onDefect: (error) => defects.push(error),
    ...options,
  });
  toClose.push(() => server.close({ graceMs: 0 }));
  return { server, service, defects };
}

export type HttpVersion = 'HTTP/1.1' | 'HTTP/2';
export const HTTP_VERSIONS: readonly HttpVersion[] = ['HTTP/2', 'HTTP/1.1'];

/** The AWS SDK's client as users have it, HTTP/2 being its default. It tries once and ends with the test. */
export function sdkClient(url: string, version: HttpVersion, config: KinesisClientConfig = {}): KinesisClient {
  const client = new KinesisClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: CREDENTIALS.accessKey, secretAccessKey: CREDENTIALS.secretKey },
    maxAttempts: 1,
    ...(version === 'HTTP/1.1' ? { requestHandler: new NodeHttpHandler() } : {}),
    ...config,
  });
  toClose.push(() => client.destroy());
  return client;
}
