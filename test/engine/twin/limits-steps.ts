import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { StepData } from './limits-step-worker.ts';

export const THREADS = 3;

/** The tokens that several threads got together in each virtual second. */
export async function drawInSteps(
  buffer: SharedArrayBuffer,
  task: StepData['task'],
  stepCount: number,
): Promise<number[]> {
  const steps = new SharedArrayBuffer(8);
  const workerData: StepData = { buffer, task, steps, stepCount, threads: THREADS };
  const url = new URL('./limits-step-worker.ts', import.meta.url);
  const workers = Array.from({ length: THREADS }, () => new Worker(url, { workerData }));
  const results = await Promise.all(workers.map((worker) => once(worker, 'message') as Promise<[number[]]>));
  return Array.from({ length: stepCount }, (_, step) => results.reduce((sum, [passed]) => sum + passed[step]!, 0));
}
