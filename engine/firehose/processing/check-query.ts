import { compileProblem, loadJq } from './jq.ts';
import { errorIn, queryFilter } from './query-filter.ts';
import { QueryThread } from './query-thread.ts';

/** Most keys of a query. Source: guide, dynamic partitioning. */
const KEYS_MAX = 50;

/** Time of the query for one record that has no members. */
const TIMEOUT_MS_MAX = 2000;
const NEVER = new AbortController().signal;

export type CheckedQuery =
  /** Keys that the query makes from a record without members; undefined if it makes none from it, or does not end. */
  | { readonly kind: 'query'; readonly keys: readonly string[] | undefined }
  | { readonly kind: 'problem'; readonly problem: string };

/** Compiles a query, by itself and as it will run, and looks at the keys that it makes. Only a thread runs it: it may have no end. */
export async function checkQuery(query: string, timeoutMs: number): Promise<CheckedQuery> {
  const jq = await loadJq();
  const problem = compileProblem(jq, query) ?? compileProblem(jq, queryFilter(query));
  if (problem !== undefined)
    return { kind: 'problem', problem: `MetadataExtractionQuery cannot be compiled: ${problem.split('\n')[0]}` };
  const keys = await keysOf(query, Math.min(timeoutMs, TIMEOUT_MS_MAX));
  if (keys !== undefined && keys.length > KEYS_MAX)
    return {
      kind: 'problem',
      problem: `MetadataExtractionQuery makes ${keys.length} keys, and ${KEYS_MAX} are the most.`,
    };
  return { kind: 'query', keys };
}

async function keysOf(query: string, timeoutMs: number): Promise<readonly string[] | undefined> {
  const thread = new QueryThread(query, timeoutMs);
  try {
    const [result = ''] = await thread.resultsOf([Buffer.from('{}')], NEVER);
    const made: unknown = JSON.parse(result);
    if (errorIn(made) !== undefined) return undefined;
    return typeof made === 'object' && made !== null && !Array.isArray(made) ? Object.keys(made) : undefined;
  } catch {
    return undefined;
  } finally {
    await thread.close();
  }
}
