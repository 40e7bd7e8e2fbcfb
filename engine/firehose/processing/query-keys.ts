import type { Clock } from '../../account/clock.ts';
import type { DeliveryRecord, FailedRecord } from '../delivery/delivery-record.ts';
import type { Processed, Processor } from '../delivery/processor.ts';
import { parseExact } from './exact-json.ts';
import { errorIn, NOT_JSON, NOT_ONE_RESULT } from './query-filter.ts';
import { QUERY_TIMEOUT_MS, QueryThread } from './query-thread.ts';

/** Calls of jq cost 2 ms each besides the records, so more records in one are cheaper; larger batches gain nothing. */
const BATCH_RECORDS = 5000;
const BATCH_BYTES = 4 * 1024 * 1024;

/** The service's own code; the first message is its own, too. */
const CODE = 'DynamicPartitioning.MetadataExtractionFailed';
const NO_JSON = 'Non JSON record provided for metadata extraction';
const NO_OBJECT = 'The query must make exactly one object from a record.';

type Outcome = { readonly keys: Readonly<Record<string, string>> } | { readonly problem: string };

/** Adds the partition keys that a jq query makes from each record. jq runs in a thread of its own. */
export class QueryKeys implements Processor {
  readonly #thread: QueryThread;
  readonly #clock: Clock;

  /** @param timeoutMs a batch that takes longer fails. */
  constructor(query: string, clock: Clock, timeoutMs = QUERY_TIMEOUT_MS) {
    this.#thread = new QueryThread(query, timeoutMs);
    this.#clock = clock;
  }

  async process(input: readonly DeliveryRecord[], signal: AbortSignal): Promise<Processed> {
    const records: DeliveryRecord[] = [];
    const failed: FailedRecord[] = [];
    for (let from = 0; from < input.length && !signal.aborted; ) {
      const batch = batchFrom(input, from);
      from += batch.length;
      const outcomes = await this.#outcomesOf(batch, signal);
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
    return this.#thread.close();
  }

  async #outcomesOf(batch: readonly DeliveryRecord[], signal: AbortSignal): Promise<readonly Outcome[]> {
    try {
      const data = batch.map((record) => record.data);
      return (await this.#thread.resultsOf(data, signal)).map(outcomeOf);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return batch.map(() => ({ problem }));
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
