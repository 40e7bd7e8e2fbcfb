import { compileProblem, loadJq } from './jq.ts';
import { queryFilter } from './query-filter.ts';

/** Most keys of a query. Source: guide, dynamic partitioning. */
const KEYS_MAX = 50;

export type CheckedQuery =
  /** Keys that the query makes from a record without members; undefined if it makes none from it. */
  | { readonly kind: 'query'; readonly keys: readonly string[] | undefined }
  | { readonly kind: 'problem'; readonly problem: string };

/** Compiles a query, by itself and as it will run, and looks at the keys that it makes. */
export async function checkQuery(query: string): Promise<CheckedQuery> {
  const jq = await loadJq();
  const problem = compileProblem(jq, query) ?? compileProblem(jq, queryFilter(query));
  if (problem !== undefined)
    return { kind: 'problem', problem: `MetadataExtractionQuery cannot be compiled: ${problem.split('\n')[0]}` };
  const keys = keysOf(query, (filter) => jq.raw('{}', filter, ['-c']));
  if (keys !== undefined && keys.length > KEYS_MAX)
    return {
      kind: 'problem',
      problem: `MetadataExtractionQuery makes ${keys.length} keys, and ${KEYS_MAX} are the most.`,
    };
  return { kind: 'query', keys };
}

function keysOf(query: string, run: (filter: string) => string | undefined): readonly string[] | undefined {
  try {
    const made: unknown = JSON.parse(run(query) ?? 'null');
    return typeof made === 'object' && made !== null && !Array.isArray(made) ? Object.keys(made) : undefined;
  } catch {
    return undefined;
  }
}
