/** Records on their way to the thread of jq: one line each. */
export interface QueryTask {
  readonly lines: Uint8Array<ArrayBuffer>;
}

/** One line of JSON for each: the result of the query, or its error. */
export interface QueryResult {
  readonly lines: string;
}
