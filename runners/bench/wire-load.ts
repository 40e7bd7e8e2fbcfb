import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../engine/worker-url.ts';
import type { LoadData, LoadEnd } from './wire-load-worker.ts';

export type { LoadData, LoadEnd } from './wire-load-worker.ts';

/** Makes one load from a thread of its own, connections and requests ready before the first is sent. */
export async function makeLoad(data: LoadData): Promise<LoadEnd> {
  const worker = new Worker(workerUrl('./wire-load-worker', import.meta.url), { workerData: data });
  try {
    const [end] = (await once(worker, 'message')) as [LoadEnd];
    return end;
  } finally {
    await worker.terminate();
  }
}
