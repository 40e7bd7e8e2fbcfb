/** A line that the filter writes: the result of the query, or why there is none. */
export type QueryLine = { readonly v: unknown } | { readonly e: 'json' | 'results' | string };

export const QUERY_FLAGS = ['-c', '-R'];

/**
 * Wraps a query so that jq writes exactly one line for each line of input, whatever the line holds. By itself, jq writes a line
 * for each result, ends at the first input that is not JSON, and reports an error of one input as an error of all.
 * Each line comes in as text. At most two results are taken: one is right, all else is an error.
 */
export function queryFilter(query: string): string {
  return `(try {v: fromjson} catch null) as $record
| if $record == null then {e: "json"}
  else
    [limit(2; try ($record.v | (
${query}
) | {v: .}) catch {e: tostring})]
    | if length == 1 then .[0] else {e: "results"} end
  end`;
}
