import { parentPort } from 'node:worker_threads';
import type { TaskMessage, TaskOutcome } from './task-messages.ts';

export interface Finished<Result> {
  readonly result: Result;
  readonly transfer: readonly ArrayBuffer[];
}

/** Carries out the tasks of a TaskThread, one after the other. To be called once in the module of a worker thread. */
export function serveTasks<Task, Result>(carryOut: (task: Task) => Finished<Result> | Promise<Finished<Result>>): void {
  const port = parentPort;
  if (port === null) throw new Error('This module runs in a worker thread only.');
  let last: Promise<void> = Promise.resolve();
  const reply = (id: number, outcome: TaskOutcome<Result>, transfer: readonly ArrayBuffer[]) =>
    port.postMessage({ id, outcome }, transfer);
  port.on('message', ({ id, task }: TaskMessage<Task>) => {
    last = last.then(async () => {
      try {
        const { result, transfer } = await carryOut(task);
        reply(id, { kind: 'done', result }, transfer);
      } catch (error) {
        reply(id, { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }, []);
      }
    });
  });
}
