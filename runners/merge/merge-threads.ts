import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { workerUrl } from '../../engine/worker-url.ts';
import type { StretchResponse, StretchTask } from './merge-worker.ts';

const WORKER_URL = workerUrl('./merge-worker', import.meta.url);
const THREADS_MAX = 8;
/** Size of V8's young generation. Objects of a line die with the next line, so a large one avoids copying them. */
const YOUNG_MB = 32;

export type MergeThreads = Piscina<StretchTask, StretchResponse>;

export const threadCount = (): number => Math.min(THREADS_MAX, availableParallelism());

/** By itself, so that the threads load their modules while the main thread loads its own. */
export function startThreads(): MergeThreads {
  const threads = threadCount();
  return new Piscina<StretchTask, StretchResponse>({
    filename: WORKER_URL.href,
    name: 'mergeStretch',
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
}
