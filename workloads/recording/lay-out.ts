import type { Columns } from './collect-records.ts';
import type { Instant } from './decimal-time.ts';

/**
 * Records in memory shared by threads. The payload of record i is
 * `bytes[offsets[i] .. offsets[i] + lengths[i])`. With times, records are in time order (equal times in file order).
 */
export interface RecordLayout {
  readonly count: number;
  /** All payloads, each at a multiple of 8 bytes. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly offsets: Int32Array<SharedArrayBuffer>;
  readonly lengths: Int32Array<SharedArrayBuffer>;
  /** Distinct keys in the order of their first use, if the keys come from a field. */
  readonly keys?: readonly string[];
  /** For each record the index of its key in `keys`. */
  readonly keyIndexes?: Int32Array<SharedArrayBuffer>;
  /** Recorded times in ns after the first record, never decreasing, before the division by the replay's speed. */
  readonly timesNs?: Float64Array<SharedArrayBuffer>;
  /** Number of records that come after a younger one in the file. */
  readonly outOfOrderCount: number;
}

/** The earliest and the latest time. */
export interface TimeSpan {
  readonly first: Readonly<Instant>;
  readonly last: Readonly<Instant>;
}

export function layOut(
  file: Buffer,
  columns: Columns,
): { readonly records: RecordLayout; readonly span: TimeSpan | undefined } {
  const starts = columns.starts.values;
  const ends = columns.ends.values;
  const count = starts.length;
  const { order, span, ...times } = timesOf(columns);
  let totalBytes = 0;
  for (let i = 0; i < count; i += 1) totalBytes += alignedBytes(ends[i]! - starts[i]!);
  const bytes = new Uint8Array(new SharedArrayBuffer(totalBytes));
  const offsets = sharedInts(count);
  const lengths = sharedInts(count);
  for (let i = 0, offset = 0; i < count; i += 1) {
    const from = order === undefined ? i : order[i]!;
    const start = starts[from]!;
    const length = ends[from]! - start;
    copy(file, start, bytes, offset, length);
    offsets[i] = offset;
    lengths[i] = length;
    offset += alignedBytes(length);
  }
  const keys = columns.keys.size > 0 ? keysOf(columns, order) : {};
  return { records: { count, bytes, offsets, lengths, ...times, ...keys }, span };
}

const alignedBytes = (length: number) => (length + 7) & ~7;
const sharedInts = (count: number) => new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));

const SHORT_BYTES = 64;

/** Copies bytes. For short payloads a loop is faster and allocates no object. */
function copy(from: Buffer, start: number, to: Uint8Array, offset: number, length: number): void {
  if (length > SHORT_BYTES) to.set(from.subarray(start, start + length), offset);
  else for (let i = 0; i < length; i += 1) to[offset + i] = from[start + i]!;
}

interface Times extends Pick<RecordLayout, 'timesNs' | 'outOfOrderCount'> {
  /** For each record in time order its index in the file; undefined if the file is in order. */
  readonly order: Uint32Array | undefined;
  readonly span: TimeSpan | undefined;
}

function timesOf({ hasTimes, seconds: { values: seconds }, nanos: { values: nanos } }: Columns): Times {
  if (!hasTimes) return { outOfOrderCount: 0, order: undefined, span: undefined };
  const count = seconds.length;
  const compare = (a: number, b: number) => seconds[a]! - seconds[b]! || nanos[a]! - nanos[b]!;
  let first = 0;
  let youngest = 0;
  let outOfOrderCount = 0;
  for (let i = 1; i < count; i += 1) {
    if (compare(i, first) < 0) first = i;
    if (compare(i, youngest) < 0) outOfOrderCount += 1;
    else youngest = i;
  }
  // The sort is stable, so that records of one time keep the order of the file.
  const order =
    outOfOrderCount === 0
      ? undefined
      : Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => compare(a, b) || a - b);
  const timesNs = new Float64Array(new SharedArrayBuffer(count * Float64Array.BYTES_PER_ELEMENT));
  for (let i = 0; i < count; i += 1) {
    const from = order === undefined ? i : order[i]!;
    timesNs[i] = (seconds[from]! - seconds[first]!) * 1e9 + (nanos[from]! - nanos[first]!);
  }
  const instant = (i: number): Instant => ({ seconds: seconds[i]!, nanos: nanos[i]! });
  return { timesNs, outOfOrderCount, order, span: { first: instant(first), last: instant(youngest) } };
}

function keysOf(columns: Columns, order: Uint32Array | undefined): Pick<RecordLayout, 'keys' | 'keyIndexes'> {
  const recorded = columns.keyIndexes.values;
  const texts = [...columns.keys.keys()];
  // Keys are numbered by their first use in sending order, so that the same records make the same tables.
  const places = new Int32Array(texts.length).fill(-1);
  const keys: string[] = [];
  const keyIndexes = sharedInts(recorded.length);
  for (let i = 0; i < recorded.length; i += 1) {
    const key = recorded[order === undefined ? i : order[i]!]!;
    if (places[key]! < 0) {
      places[key] = keys.length;
      keys.push(texts[key]!);
    }
    keyIndexes[i] = places[key]!;
  }
  return { keys, keyIndexes };
}
