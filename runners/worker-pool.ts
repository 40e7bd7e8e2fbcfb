import { extname } from 'node:path';
import { Piscina } from 'piscina';
import type { WorkerReportMessage, WorkerTask } from './worker.ts';

/** Sources run as TypeScript, the published package as JavaScript: a worker starts from a file of the same kind. */
const WORKER_URL = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

/** One thread for each producer and consumer of a run, for as long as it lasts. */
export class WorkerPool {
  readonly #pool: Piscina<WorkerTask, WorkerReportMessage>;

  constructor(threadCount: number, workerUrl: URL = WORKER_URL) {
    this.#pool = new Piscina<WorkerTask, WorkerReportMessage>({
      filename: workerUrl.href,
      name: 'work',
      minThreads: threadCount,
      maxThreads: threadCount,
      concurrentTasksPerWorker: 1,
    });
  }

  run(task: WorkerTask): Promise<WorkerReportMessage> {
    return this.#pool.run(task);
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
