/** Start of a line of the series. */
export const LINE_HEAD = '{"startNs":';
const HEAD = Buffer.from(LINE_HEAD);
/** Digits of a time, and what ends it. */
const NUMBER_BYTES = 30;
/** Largest number of bytes that startOfLine reads. */
export const START_BYTES = HEAD.length + NUMBER_BYTES;

/** The time with which a line begins; NaN when it begins otherwise. */
export function startOfLine(bytes: Buffer, at: number): number {
  if (HEAD.compare(bytes, at, at + HEAD.length) !== 0) return Number.NaN;
  return Number.parseFloat(bytes.toString('latin1', at + HEAD.length, at + HEAD.length + NUMBER_BYTES));
}
