import { Worker } from 'node:worker_threads';
import type { TaskMessage, TaskOutcome } from './task-messages.ts';

interface Waiting<Result> {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A worker thread that carries out tasks in their order. It starts with the first task, and again with the next one after it
 * ended. While it has no task it does not keep the process alive.
 */
export class TaskThread<Task, Result> {
  readonly #url: URL;
  readonly #data: unknown;
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting<Result>>();
  #tasks = 0;

  /** @param data is the `workerData` of the thread. */
  constructor(url: URL, data: unknown) {
    this.#url = url;
    this.#data = data;
  }

  /** @throws Error if the task throws, or the thread ends. */
  run(task: Task, transfer: readonly ArrayBuffer[]): Promise<Result> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    this.#tasks += 1;
    const id = this.#tasks;
    worker.ref();
    const message: TaskMessage<Task> = { id, task };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage(message, transfer);
    });
  }

  /** Ends the thread, whatever it does. Its tasks fail with the reason. */
  async stop(reason: string): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#failAll(new Error(reason));
    await worker?.terminate();
  }

  #start(): Worker {
    // Output of the thread must not mix with the output of the program.
    const worker = new Worker(this.#url, { workerData: this.#data, stdout: true });
    worker.stdout.on('data', (chunk: Uint8Array) => process.stderr.write(chunk));
    worker.on('message', ({ id, outcome }: { readonly id: number; readonly outcome: TaskOutcome<Result> }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
      if (outcome.kind === 'done') waiting?.resolve(outcome.result);
      else waiting?.reject(new Error(outcome.reason));
    });
    const end = (error: Error) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#failAll(error);
    };
    worker.on('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => end(new Error(`The thread ended with code ${code}.`)));
    return worker;
  }

  #failAll(error: Error): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
