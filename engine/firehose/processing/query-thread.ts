import { workerUrl } from '../../worker-url.ts';
import { queryFilter } from './query-filter.ts';
import { linesOf } from './query-lines.ts';
import type { QueryResult, QueryTask } from './query-messages.ts';
import { TaskThread } from './task-thread.ts';

/** Time of a batch on the machine, not on the engine's clock. A usual batch takes a tenth of a second. */
export const QUERY_TIMEOUT_MS = 20_000;

/** Runs a jq query in a thread of its own. jq cannot be interrupted, so a batch that takes too long ends the thread. */
export class QueryThread {
  readonly #thread: TaskThread<QueryTask, QueryResult>;
  readonly #timeoutMs: number;
  #loading: Promise<unknown> | undefined;

  /** @param query must compile: it is not checked here. */
  constructor(query: string, timeoutMs: number) {
    this.#thread = new TaskThread(workerUrl('./query-worker', import.meta.url), { filter: queryFilter(query) });
    this.#timeoutMs = timeoutMs;
  }

  /**
   * @returns the result of the query for each record, as a line of JSON that may hold an error.
   * @throws Error if the batch fails as a whole. The next batch starts jq again.
   */
  async resultsOf(batch: readonly Uint8Array[], signal: AbortSignal): Promise<readonly string[]> {
    const stop = () => void this.#thread.stop('The delivery stream was closed.');
    let timer: NodeJS.Timeout | undefined;
    signal.addEventListener('abort', stop, { once: true });
    try {
      // Without a line, jq only compiles the query: the time to load jq does not count.
      this.#loading ??= this.#run([]);
      await this.#loading;
      const reason = `The query did not end within ${this.#timeoutMs / 1000} s.`;
      timer = setTimeout(() => void this.#thread.stop(reason), this.#timeoutMs);
      const results = (await this.#run(batch)).split('\n');
      // A query may read or end the input by itself. Then no line belongs to a record for sure.
      if (results.length !== batch.length) throw new Error('The query must not read or end the input.');
      return results;
    } catch (error) {
      // After an error inside of jq its memory may be anything.
      this.#loading = undefined;
      await this.#thread.stop('The query failed.');
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      clearTimeout(timer);
    }
  }

  close(): Promise<void> {
    return this.#thread.stop('The delivery stream was closed.');
  }

  async #run(batch: readonly Uint8Array[]): Promise<string> {
    const lines = linesOf(batch);
    return (await this.#thread.run({ lines }, [lines.buffer])).lines;
  }
}
