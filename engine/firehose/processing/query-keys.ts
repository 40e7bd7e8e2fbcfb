import type { Clock } from '../../account/clock.ts';
import { workerUrl } from '../../worker-url.ts';
import type { DeliveryRecord, FailedRecord } from '../delivery/delivery-record.ts';
import type { Processed, Processor } from '../delivery/processor.ts';
import { parseExact } from './exact-json.ts';
import { errorIn, NOT_JSON, NOT_ONE_RESULT, queryFilter } from './query-filter.ts';
import { linesOf } from './query-lines.ts';
import type { QueryResult, QueryTask } from './query-messages.ts';
import { TaskThread } from './task-thread.ts';

/** Calls of jq cost 2 ms each besides the records, so more records in one are cheaper; larger batches gain nothing. */
const BATCH_RECORDS = 5000;
const BATCH_BYTES = 4 * 1024 * 1024;
/** Time on the machine, not on the engine's clock: a query that runs this long on one batch has no end. */
const TIMEOUT_MS = 60_000;

/** The service's own code; the first message is its own, too. */
const CODE = 'DynamicPartitioning.MetadataExtractionFailed';
const NO_JSON = 'Non JSON record provided for metadata extraction';
const NO_OBJECT = 'The query must make exactly one object from a record.';

type Outcome = { readonly keys: Readonly<Record<string, string>> } | { readonly problem: string };

/** Adds the partition keys that a jq query makes from each record. jq runs in a thread of its own. */
export class QueryKeys implements Processor {
  readonly #thread: TaskThread<QueryTask, QueryResult>;
  readonly #clock: Clock;

  constructor(query: string, clock: Clock) {
    this.#thread = new TaskThread(workerUrl('./query-worker', import.meta.url), { filter: queryFilter(query) });
    this.#clock = clock;
  }

  async process(input: readonly DeliveryRecord[], signal: AbortSignal): Promise<Processed> {
    const records: DeliveryRecord[] = [];
    const failed: FailedRecord[] = [];
    for (let from = 0; from < input.length && !signal.aborted; ) {
      const batch = batchFrom(input, from);
      from += batch.length;
      const outcomes = await this.#outcomesOf(batch);
      for (const [index, record] of batch.entries()) {
        const outcome = outcomes[index]!;
        if ('keys' in outcome) {
          records.push({ ...record, partitionKeys: { ...record.partitionKeys, fromQuery: outcome.keys } });
        } else {
          const attemptEndedAtMs = this.#clock.nowMs();
          failed.push({ record, errorCode: CODE, errorMessage: outcome.problem, attemptsMade: 1, attemptEndedAtMs });
        }
      }
    }
    return { records, failed, dropped: 0 };
  }

  close(): Promise<void> {
    return this.#thread.stop('The delivery stream was closed.');
  }

  async #outcomesOf(batch: readonly DeliveryRecord[]): Promise<readonly Outcome[]> {
    const timer = setTimeout(() => void this.#thread.stop('The query did not end within 60 s.'), TIMEOUT_MS);
    try {
      const lines = linesOf(batch.map(({ data }) => data));
      const result = await this.#thread.run({ lines }, [lines.buffer]);
      const made = result.lines.split('\n');
      // A query may read or end the input by itself. Then no line belongs to a record for sure.
      if (made.length !== batch.length) throw new Error('The query must not read or end the input.');
      return made.map(outcomeOf);
    } catch (error) {
      // After an error inside of jq its memory may be anything, so that the next batch starts jq again.
      await this.#thread.stop('The query failed.');
      const problem = error instanceof Error ? error.message : String(error);
      return batch.map(() => ({ problem }));
    } finally {
      clearTimeout(timer);
    }
  }
}

function batchFrom(input: readonly DeliveryRecord[], from: number): readonly DeliveryRecord[] {
  let bytes = 0;
  let end = from;
  while (end < input.length && end - from < BATCH_RECORDS) {
    bytes += input[end]!.data.length;
    if (end > from && bytes > BATCH_BYTES) break;
    end += 1;
  }
  return input.slice(from, end);
}

function outcomeOf(text: string): Outcome {
  const result = parseExact(text);
  const error = errorIn(result);
  if (error === NOT_JSON) return { problem: NO_JSON };
  if (error !== undefined && error !== NOT_ONE_RESULT) return { problem: error };
  const isObject = typeof result === 'object' && result !== null && !Array.isArray(result);
  return isObject ? { keys: textsIn(result) } : { problem: NO_OBJECT };
}

/** Texts stay as they are, numbers and booleans become texts. Nothing else has a place in a prefix: it is a missing key. */
function textsIn(values: object): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) {
    if (typeof value === 'string') texts[key] = value;
    else if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
      texts[key] = String(value);
  }
  return texts;
}
