/** Records on their way to the thread of jq: one line each. */
export interface QueryTask {
  readonly lines: Uint8Array<ArrayBuffer>;
}

/** One QueryLine for each line. */
export interface QueryResult {
  readonly lines: string;
}
