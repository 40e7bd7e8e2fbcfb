import { Piscina } from 'piscina';
import { workerUrl } from '../../engine/worker-url.ts';
import { StreamgaugeError } from '../../errors/streamgauge-error.ts';
import type { WorkerReportMessage, WorkerTask } from './worker.ts';

const WORKER_URL = workerUrl('./worker', import.meta.url);

/** One thread for each producer and consumer of a run, for as long as it lasts. */
export class WorkerPool {
  readonly #pool: Piscina<WorkerTask, WorkerReportMessage>;

  constructor(threadCount: number, url: URL = WORKER_URL) {
    this.#pool = new Piscina<WorkerTask, WorkerReportMessage>({
      filename: url.href,
      name: 'work',
      minThreads: threadCount,
      maxThreads: threadCount,
      concurrentTasksPerWorker: 1,
    });
  }

  /** @throws StreamgaugeError as the worker threw it. */
  async run(task: WorkerTask): Promise<Exclude<WorkerReportMessage, { role: 'failed' }>> {
    const message = await this.#pool.run(task);
    if (message.role === 'failed') throw StreamgaugeError.fromData(message.error);
    return message;
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
