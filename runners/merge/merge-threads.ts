import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { workerUrl } from '../threads/worker-url.ts';
import type { StretchAnswer, StretchTask } from './merge-worker.ts';

const WORKER_URL = workerUrl('./merge-worker', import.meta.url);
const THREADS_MOST = 8;
/** What a line becomes is dropped with the next: with room for many, hardly any of it is ever moved. */
const YOUNG_MB = 32;

export type MergeThreads = Piscina<StretchTask, StretchAnswer>;

export const threadCount = (): number => Math.min(THREADS_MOST, availableParallelism());

/** By itself, so that the threads load their modules while the main thread loads its own. */
export function startThreads(): MergeThreads {
  const threads = threadCount();
  return new Piscina<StretchTask, StretchAnswer>({
    filename: WORKER_URL.href,
    name: 'mergeStretch',
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
}
