import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from '../../../engine/engine.ts';
import { hasCredentials, LOOPBACK_CREDENTIALS } from '../../aws/client.ts';
import { isLoopback } from '../../aws/endpoint.ts';

export interface LocalFirehoseOptions {
  /** Folder for the S3 objects of delivery streams: FOLDER/BUCKET/KEY. */
  readonly folder?: string;
  /** S3 endpoint to which objects go instead. */
  readonly s3?: { readonly url: string; readonly region?: string };
  readonly limits: 'aws' | 'none';
}

export interface LocalFirehoseReady {
  readonly endpoint: string;
}

/** Serves an engine until the main thread sends a message. */
const { folder, s3, limits } = workerData as LocalFirehoseOptions;
const isOpen = s3 !== undefined && isLoopback(s3.url) && !hasCredentials();
const credentials = isOpen ? { credentials: LOOPBACK_CREDENTIALS } : {};
const engine = await Engine.open({
  firehose: { folder, s3: s3 && { ...s3, ...credentials } },
  limits,
});
const { url } = await engine.serve();
parentPort?.once('message', () => engine.close());
parentPort?.postMessage({ endpoint: url } satisfies LocalFirehoseReady);
