import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { workerData } from 'node:worker_threads';
import type { FunctionEvent } from './function-event.ts';
import { eventOf } from './module-event.ts';
import type { ModuleResponse, ModuleTask } from './module-messages.ts';
import { readModuleResponse } from './module-response.ts';
import { buffersOf } from './packed-bytes.ts';
import { serveTasks } from './serve-tasks.ts';

/** Runs the handler of a JavaScript module as Lambda would. */

type Handler = (event: FunctionEvent, context: object) => unknown;

const { module, handler } = workerData as { readonly module: string; readonly handler: string };
let loaded: Promise<Handler> | undefined;

serveTasks<ModuleTask, ModuleResponse>(async (task) => {
  const result = await responseTo(task);
  const transfer =
    result.kind === 'returned' ? [result.recordIndexes.buffer, result.results.buffer, ...buffersOf(result.data)] : [];
  return { result, transfer };
});

async function responseTo(task: ModuleTask): Promise<ModuleResponse> {
  try {
    loaded ??= load();
    const run = await loaded;
    const context = { awsRequestId: task.event.invocationId, functionName: handler };
    return readModuleResponse(await run(eventOf(task), context), task.recordIds);
  } catch (error) {
    return { kind: 'error', reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/** A module of CommonJS has its exports in `default`. */
async function load(): Promise<Handler> {
  const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(resolve(module)).href);
  const found = exported[handler] ?? (exported.default as Readonly<Record<string, unknown>> | undefined)?.[handler];
  if (typeof found !== 'function') throw new Error(`${module} exports no function named ${handler}.`);
  return found as Handler;
}
