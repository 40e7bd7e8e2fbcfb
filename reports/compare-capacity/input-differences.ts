/** Something that two documents were made from, and that differs between them. */
export interface InputDifference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** Rows of an input's name and its text on both sides; equal ones are left out. */
export function differing(
  rows: readonly (readonly [what: string, before: string, after: string])[],
): InputDifference[] {
  return rows.filter(([, before, after]) => before !== after).map(([what, before, after]) => ({ what, before, after }));
}
