/** Marks an error among results; no text of a record or of a query is likely to be it. */
const MARK = '\u0000';
/** Error of a line that is not JSON. */
export const NOT_JSON = `${MARK}json`;
/** Error of a query with several results, or with none. */
export const NOT_ONE_RESULT = `${MARK}results`;

export const QUERY_FLAGS = ['-c', '-R'];

/**
 * Wraps a query so that jq writes exactly one line for each line of input, whatever the line holds. By itself, jq writes a line
 * for each result, ends at the first input that is not JSON, and reports an error of one input as an error of all.
 * Each line comes in as text. All results are collected, because a limit of them costs a tenth of the time.
 */
export function queryFilter(query: string): string {
  return `[try ((try fromjson catch error(${JSON.stringify(NOT_JSON)})) | (
${query}
)) catch [${JSON.stringify(MARK)}, tostring]]
| if length == 1 then .[0] else [${JSON.stringify(MARK)}, ${JSON.stringify(NOT_ONE_RESULT)}] end`;
}

/** @returns the error in a line that the filter wrote, or undefined. */
export function errorIn(result: unknown): string | undefined {
  return Array.isArray(result) && result[0] === MARK ? String(result[1]) : undefined;
}
