import type { Histogram } from '../histogram/histogram.ts';
import type { ConsumerCell, Interval, IntervalShard, ProducerCell } from './result.ts';

/**
 * An interval in a result file. Its shards are columns of equal length, one number a shard:
 *
 *   "shards": { "shard": [0, 1], "acked": [12, 9], ..., "count": [12, 9], "p50Ns": [...], "p99Ns": [...], "maxNs": [...] }
 *
 * The last four are `putToGet`. As objects they were most of the file of a long run with many shards, and of the time it took
 * to read.
 */
const COUNT_COLUMNS = ['shard', 'acked', 'bytes', 'throttled', 'received', 'count'] as const;
const LATENCY_COLUMNS = ['p50Ns', 'p99Ns'] as const;
const SHARD_COLUMNS = [...COUNT_COLUMNS, ...LATENCY_COLUMNS, 'maxNs'] as const;

type ShardColumn = (typeof SHARD_COLUMNS)[number];
/** Only the two percentiles may hold null. */
export type ShardColumns = Readonly<
  Record<Exclude<ShardColumn, (typeof LATENCY_COLUMNS)[number]>, readonly number[]> &
    Record<(typeof LATENCY_COLUMNS)[number], readonly (number | null)[]>
>;

/** An interval whose histograms are still, or already, texts of a file. */
export type EncodedInterval = Omit<Interval, 'cells'> & { readonly cells: readonly EncodedCell[] };
export type EncodedCell = Encoded<ProducerCell> | Encoded<ConsumerCell>;
type Encoded<C extends ProducerCell | ConsumerCell> = Omit<C, 'shard' | 'histograms' | 'composition'> & {
  readonly histograms: Readonly<Record<keyof C['histograms'], string>>;
};

/** Returns the JSON value of an interval in the file. */
export function intervalForFile({ startNs, endNs, cells, shards, gauges }: Interval | EncodedInterval): unknown {
  return { startNs, endNs, cells: cells.map(plainCell), shards: columnsOf(shards), gauges };
}

function columnsOf(shards: readonly IntervalShard[]): ShardColumns {
  return {
    shard: shards.map(({ shard }) => shard),
    acked: shards.map(({ acked }) => acked),
    bytes: shards.map(({ bytes }) => bytes),
    throttled: shards.map(({ throttled }) => throttled),
    received: shards.map(({ received }) => received),
    count: shards.map(({ putToGet }) => putToGet.count),
    p50Ns: shards.map(({ putToGet }) => putToGet.p50Ns),
    p99Ns: shards.map(({ putToGet }) => putToGet.p99Ns),
    maxNs: shards.map(({ putToGet }) => putToGet.maxNs),
  };
}

export function shardsOf({ shard, ...of }: ShardColumns): IntervalShard[] {
  return shard.map((index, place) => ({
    shard: index,
    acked: of.acked[place]!,
    bytes: of.bytes[place]!,
    throttled: of.throttled[place]!,
    received: of.received[place]!,
    putToGet: {
      count: of.count[place]!,
      p50Ns: of.p50Ns[place]!,
      p99Ns: of.p99Ns[place]!,
      maxNs: of.maxNs[place]!,
    },
  }));
}

/** @returns what is wrong with something that should be columns: a place in it, and why; undefined when nothing is. */
export function columnsProblem(
  value: unknown,
  most: number,
): { readonly path: (string | number)[]; readonly message: string } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { path: [], message: 'Invalid input: expected columns' };
  }
  const columns = value as Readonly<Record<string, unknown>>;
  const length = Array.isArray(columns.shard) ? columns.shard.length : 0;
  for (const name of SHARD_COLUMNS) {
    const column: unknown = columns[name];
    if (!Array.isArray(column)) return { path: [name], message: 'Invalid input: expected array' };
    if (column.length > most) return { path: [name], message: `Too big: expected at most ${most} shards` };
    if (column.length !== length) return { path: [name], message: `has ${column.length} of ${length} shards` };
    const isFine = (COUNT_COLUMNS as readonly string[]).includes(name) ? isCount : isNumber;
    const wrong = firstWrong(column, isFine, (LATENCY_COLUMNS as readonly string[]).includes(name));
    if (wrong >= 0) return { path: [name, wrong], message: `Invalid input: ${String(column[wrong])}` };
  }
  return undefined;
}

function firstWrong(column: readonly unknown[], isFine: (value: unknown) => boolean, mayBeNull: boolean): number {
  for (let place = 0; place < column.length; place++) {
    const value = column[place];
    if (!isFine(value) && !(mayBeNull && value === null)) return place;
  }
  return -1;
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function plainCell(cell: Interval['cells'][number] | EncodedCell): unknown {
  const histograms = Object.entries<Histogram | string>(cell.histograms).map(([name, histogram]) => [
    name,
    typeof histogram === 'string' ? histogram : histogram.encodePlain(),
  ]);
  return { ...cell, histograms: Object.fromEntries(histograms) };
}
