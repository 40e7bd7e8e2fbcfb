import { workerUrl } from '../../worker-url.ts';
import { FAILURES, type Invocation, type InvocationResult, type TransformationFunction } from './function-contract.ts';
import { type ModuleResponse, type ModuleTask, RESULTS } from './module-messages.ts';
import { buffersOf, pack, pieceAt } from './packed-bytes.ts';
import { TaskThread } from './task-thread.ts';

export interface ModuleSource {
  /** Path of a JavaScript module that exports a Lambda handler. */
  readonly module: string;
  /** Name of its export. */
  readonly handler?: string | undefined;
}

/**
 * A Lambda handler of a JavaScript module, in a thread of its own. Only bytes cross the threads, in one transfer for a batch:
 * the thread makes the event and reads the response.
 */
export class ModuleFunction implements TransformationFunction {
  readonly #thread: TaskThread<ModuleTask, ModuleResponse>;

  constructor({ module, handler = 'handler' }: ModuleSource) {
    this.#thread = new TaskThread(workerUrl('./module-worker', import.meta.url), { module, handler });
  }

  async invoke(invocation: Invocation, signal: AbortSignal): Promise<InvocationResult> {
    const stop = () => void this.#thread.stop('The invocation timed out.');
    signal.addEventListener('abort', stop, { once: true });
    try {
      const task = taskOf(invocation);
      const transfer = [...buffersOf(task.data), task.arrivedAtMs.buffer];
      return resultOf(await this.#thread.run(task, transfer));
    } catch (error) {
      return FAILURES.functionError(error instanceof Error ? error.message : String(error));
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  close(): Promise<void> {
    return this.#thread.stop('The delivery stream was closed.');
  }
}

function taskOf({ records, ...event }: Invocation): ModuleTask {
  return {
    event,
    recordIds: records.map(({ recordId }) => recordId),
    data: pack(records.map(({ data }) => data)),
    arrivedAtMs: Float64Array.from(records, ({ arrivedAtMs }) => Math.floor(arrivedAtMs)),
    sources: records[0]?.source === undefined ? undefined : records.map(({ source }) => source),
  };
}

function resultOf(response: ModuleResponse): InvocationResult {
  if (response.kind === 'not-json') return FAILURES.notJson();
  if (response.kind === 'error') return FAILURES.functionError(response.reason);
  const { data, recordIndexes, results, partitionKeys } = response;
  const records = Array.from(recordIndexes, (recordIndex, i) => {
    const result = RESULTS[results[i]!];
    return {
      recordIndex,
      result: result?.result,
      data:
        result?.hasData === true ? pieceAt(data, i) : result?.hasData === 'invalid' ? ('invalid' as const) : undefined,
      partitionKeys: partitionKeys?.[i],
    };
  });
  return { kind: 'returned', records };
}
