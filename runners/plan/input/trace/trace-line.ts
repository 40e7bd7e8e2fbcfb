/** Where a field's value lies in the block. */
export interface FieldPlace {
  /** -1: the record does not have the field, or its value is null or empty. */
  start: number;
  end: number;
  /** The value, if the bytes are not the value themselves (escapes, doubled quotes, two fields). */
  text: string | undefined;
}

export const FIELD_KINDS = ['time', 'key', 'hash', 'size'] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

/** One record of a trace by its places in a block of bytes. The reader fills the same object again for each record. */
export interface TraceLine extends Readonly<Record<FieldKind, FieldPlace>> {
  bytes: Buffer;
  /** The line's bytes without its line end. */
  start: number;
  end: number;
  /** From 1. */
  line: number;
  /** The whole block is valid UTF-8, or is read as Latin-1. */
  isValid: boolean;
  /** The trace has a field for the size of the data. */
  hasSize: boolean;
}

export function traceLine(): TraceLine {
  const place = (): FieldPlace => ({ start: -1, end: -1, text: undefined });
  const empty = Buffer.alloc(0);
  return {
    bytes: empty,
    start: 0,
    end: 0,
    line: 0,
    isValid: true,
    hasSize: false,
    time: place(),
    key: place(),
    hash: place(),
    size: place(),
  };
}

export function setPlace(place: FieldPlace, start: number, end: number, text: string | undefined = undefined): void {
  place.start = start;
  place.end = end;
  place.text = text;
}

export interface TraceSink {
  take(line: TraceLine): void;
  /** A line that is no record. `what` is a predicate such as `is not JSON`; `fix` is a sentence. */
  bad(line: number, what: string, fix: string): void;
}

/** Reads the records of one format from blocks of bytes. */
export interface TraceReader {
  /**
   * @param block begins with a line and, unless it is the last one, ends with a line end.
   * @returns bytes that were used; the others come again at the start of the next block.
   */
  read(block: TraceBlock): number;
  /** Sentences for the reader of the plan that describe how the lines were read. */
  notes(): readonly string[];
}

export interface TraceBlock {
  readonly bytes: Buffer;
  /** The first byte after a byte order mark. */
  readonly start: number;
  readonly isLast: boolean;
  readonly encoding: 'utf-8' | 'latin1';
  readonly isValid: boolean;
}
