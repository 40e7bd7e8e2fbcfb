import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from '../../../engine/engine.ts';

export interface LocalFirehoseOptions {
  /** Folder for the S3 objects of delivery streams: FOLDER/BUCKET/KEY. */
  readonly folder: string;
  readonly limits: 'aws' | 'none';
}

export interface LocalFirehoseReady {
  readonly endpoint: string;
}

/** Serves an engine until the main thread sends a message. */
const { folder, limits } = workerData as LocalFirehoseOptions;
const engine = await Engine.open({ firehose: { folder }, limits });
const { url } = await engine.serve();
parentPort?.once('message', () => engine.close());
parentPort?.postMessage({ endpoint: url } satisfies LocalFirehoseReady);
