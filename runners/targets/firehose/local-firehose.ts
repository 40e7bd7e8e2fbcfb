import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../../engine/worker-url.ts';
import { runnerError } from '../../errors.ts';
import type { LocalFirehoseOptions, LocalFirehoseReady } from './local-firehose-worker.ts';

const WORKER_URL = workerUrl('./local-firehose-worker', import.meta.url);

/** The engine's Firehose on a thread of its own, so that it takes no time of the threads that measure, and ends with the process. */
export class LocalFirehose {
  readonly endpoint: string;
  readonly #worker: Worker;

  private constructor(worker: Worker, endpoint: string) {
    this.#worker = worker;
    this.endpoint = endpoint;
  }

  /** @throws RunnerError RUNNER_TARGET_FAILED */
  static async start(workerData: LocalFirehoseOptions): Promise<LocalFirehose> {
    const worker = new Worker(WORKER_URL, { workerData });
    try {
      const [{ endpoint }] = (await once(worker, 'message')) as [LocalFirehoseReady];
      return new LocalFirehose(worker, endpoint);
    } catch (cause) {
      await worker.terminate();
      throw runnerError('RUNNER_TARGET_FAILED', {
        what: `the local Firehose did not start: ${cause instanceof Error ? cause.message : String(cause)}`,
        fix: 'Free some memory, or use a Firehose of streamgauge serve.',
        cause,
      });
    }
  }

  /** Ends the server and the thread. Records that were not delivered are discarded. */
  async close(): Promise<void> {
    if (this.#worker.threadId === -1) return;
    const ended = once(this.#worker, 'exit');
    this.#worker.postMessage('close');
    await ended;
  }
}
