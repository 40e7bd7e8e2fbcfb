import { workerData } from 'node:worker_threads';
import { type Jq, loadJq } from './jq.ts';
import { QUERY_FLAGS } from './query-filter.ts';
import type { QueryResult, QueryTask } from './query-messages.ts';
import { serveTasks } from './serve-tasks.ts';

/** Runs jq over batches of lines. Each call starts the program again, so the filter is compiled once a batch. */

const { filter } = workerData as { readonly filter: string };
let loaded: Promise<Jq> | undefined;

serveTasks<QueryTask, QueryResult>(async ({ lines }) => {
  loaded ??= loadJq();
  const jq = await loaded;
  return { result: { lines: jq.raw(lines, filter, [...QUERY_FLAGS]) ?? '' }, transfer: [] };
});
