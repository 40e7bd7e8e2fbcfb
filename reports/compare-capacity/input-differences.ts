/** An input that differs between two documents. */
export interface InputDifference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** Returns the rows (name of an input and its text on both sides) that differ. */
export function differing(
  rows: readonly (readonly [what: string, before: string, after: string])[],
): InputDifference[] {
  return rows.filter(([, before, after]) => before !== after).map(([what, before, after]) => ({ what, before, after }));
}
