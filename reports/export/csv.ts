import { supportOf } from '../histogram/percentile-support.ts';
import type { NamedResult } from '../result/named-result.ts';
import {
  CONSUMER_SPANS,
  type Interval,
  type IntervalCell,
  type Result,
  SPANS,
  type Span,
  type SpanSummary,
} from '../result/result.ts';
import { clampedIn, mergedHistogram, phaseSelector, producerTotals } from '../summary/cells.ts';
import { summariseSpan } from '../summary/summary.ts';
import { type CsvCell, csvText } from './csv-text.ts';

export const CSV_GROUPINGS = ['second', 'shard', 'workload', 'consumer'] as const;
export type CsvGrouping = (typeof CSV_GROUPINGS)[number];

const NS_PER_SECOND = 1e9;
const NS_PER_MS = 1e6;

/**
 * A table for spreadsheets and data frames: one row for each second, or for each second and shard, workload or consumer.
 *
 *   run          name of the result                      time_utc     start of the second, in ISO 8601
 *   start_s      seconds since the schedule's start      end_s        start_s + 1, or less in the last row
 *   phase        its phases, joined by +                 recorded     true if part of the second counts in the summary
 *   *_records    records counted in the second           *_per_s      counts divided by the length of the second
 *   *_ms         latency of records that completed in the second, by span: mean, p50, p90, p99, p99_9, max and count
 *
 * Each name ends with its unit. A cell is empty if nothing was measured or too few records support a percentile. The
 * summary uses the same rule: p99 needs 299 records.
 */
export function renderCsv(results: readonly NamedResult[], by: CsvGrouping = 'second'): string {
  const table = TABLES[by];
  const head = ['run', 'time_utc', 'start_s', 'end_s', ...table.columns];
  const rows = results.flatMap(({ name, result }) => {
    const startedAtMs = Date.parse(result.startedAt);
    const rowsOf = table.rowsOf(result);
    return result.series.flatMap((interval) => {
      const timeUtc = new Date(startedAtMs + interval.startNs / NS_PER_MS).toISOString();
      const place = [name, timeUtc, interval.startNs / NS_PER_SECOND, interval.endNs / NS_PER_SECOND];
      return rowsOf(interval).map((row): CsvCell[] => [...place, ...row]);
    });
  });
  return csvText([head, ...rows]);
}

interface Table {
  readonly columns: readonly string[];
  readonly rowsOf: (result: Result) => (interval: Interval) => readonly (readonly CsvCell[])[];
}

const SPAN_COLUMNS: Readonly<Record<Span, string>> = {
  putToGet: 'put_to_get',
  uncorrected: 'uncorrected',
  residence: 'residence',
  ackLatency: 'ack_latency',
  sendDelay: 'send_delay',
};

const STATISTICS: readonly (readonly [string, keyof SpanSummary])[] = [
  ['mean_ms', 'meanNs'],
  ['p50_ms', 'p50Ns'],
  ['p90_ms', 'p90Ns'],
  ['p99_ms', 'p99Ns'],
  ['p99_9_ms', 'p999Ns'],
  ['max_ms', 'maxNs'],
];

const PRODUCED = [
  'scheduled_records',
  'acked_records',
  'acked_bytes',
  'throttled_records',
  'throttled_once_records',
  'retried_records',
  'dropped_records',
  'failed_records',
  'overtime_records',
] as const;

const TABLES: Readonly<Record<CsvGrouping, Table>> = {
  second: {
    columns: [
      'phase',
      'recorded',
      'intended_records_per_s',
      'achieved_records_per_s',
      'achieved_bytes_per_s',
      ...PRODUCED,
      'received_records',
      'in_flight_records',
      'lag_records',
      'lag_most_records',
      'behind_ms',
      'rss_bytes',
      ...spanColumns(SPANS),
    ],
    rowsOf: (result) => {
      const isRecorded = phaseSelector(result.scenario);
      return (interval) => [secondRow(interval, isRecorded)];
    },
  },
  shard: {
    columns: [
      'shard',
      'acked_records',
      'acked_bytes',
      'throttled_records',
      'received_records',
      'lag_records',
      'put_to_get_records',
      'put_to_get_p50_ms',
      'put_to_get_p99_ms',
      'put_to_get_max_ms',
    ],
    rowsOf: () => shardRows,
  },
  workload: {
    columns: ['workload', 'phase', 'recorded', ...PRODUCED, 'received_records', ...spanColumns(SPANS)],
    rowsOf: (result) => {
      const isRecorded = phaseSelector(result.scenario);
      return ({ cells }) =>
        grouped(cells, ({ workload, phase }) => JSON.stringify([workload, phase])).map((own) => {
          const { workload, phase } = own[0]!;
          const place = [workload, phase, isRecorded(workload, phase)];
          return [...place, ...producedCells(own), receivedIn(own), ...spanCells(own, SPANS)];
        });
    },
  },
  consumer: {
    columns: ['consumer', 'received_records', 'received_bytes', ...spanColumns(CONSUMER_SPANS)],
    rowsOf: () => consumerRows,
  },
};

function secondRow(interval: Interval, isRecorded: (workload: string, phase: string) => boolean): CsvCell[] {
  const { cells, gauges, startNs, endNs } = interval;
  const seconds = Math.max(1, endNs - startNs) / NS_PER_SECOND;
  const { acked, bytes } = producerTotals(cells);
  return [
    [...new Set(cells.map(({ phase }) => phase))].join(' + '),
    cells.some(({ workload, phase }) => isRecorded(workload, phase)),
    decimal(gauges.intendedPerSecond),
    decimal(acked / seconds),
    decimal(bytes / seconds),
    ...producedCells(cells),
    receivedIn(cells),
    decimal(gauges.inFlight),
    gauges.lagRecords.reduce((sum, records) => sum + records, 0),
    Math.max(0, ...gauges.lagRecords),
    gauges.behindMs ?? null,
    gauges.rssBytes,
    ...spanCells(cells, SPANS),
  ];
}

function shardRows({ shards, gauges }: Interval): CsvCell[][] {
  return shards.map(({ shard, acked, bytes, throttled, received, putToGet }) => {
    const { count, p50Ns, p99Ns, maxNs } = putToGet;
    const percentile = (p: number, ns: number | null) =>
      ns === null || supportOf(p, count) === 'hidden' ? null : inMs(ns);
    const latency = [count, percentile(50, p50Ns), percentile(99, p99Ns), count === 0 ? null : inMs(maxNs)];
    return [shard, acked, bytes, throttled, received, gauges.lagRecords[shard] ?? null, ...latency];
  });
}

function consumerRows({ cells }: Interval): CsvCell[][] {
  const received = cells.filter((cell) => cell.kind === 'consumer');
  return grouped(received, ({ consumer }) => consumer).map((own) => {
    const bytes = own.reduce((sum, { counts }) => sum + counts.bytes, 0);
    return [own[0]!.consumer, receivedIn(own), bytes, ...spanCells(own, CONSUMER_SPANS)];
  });
}

/** In the order of PRODUCED. */
function producedCells(cells: readonly IntervalCell[]): CsvCell[] {
  const totals = producerTotals(cells);
  const scheduled = totals.scheduledIsKnown ? totals.scheduled : null;
  const { acked, bytes, throttled, throttledRecords, retried, dropped, failed, overtime } = totals;
  return [scheduled, acked, bytes, throttled, throttledRecords, retried, dropped, failed, overtime];
}

function receivedIn(cells: readonly IntervalCell[]): number {
  return cells.reduce((sum, cell) => sum + (cell.kind === 'consumer' ? cell.counts.received : 0), 0);
}

function spanColumns(spans: readonly Span[]): string[] {
  return spans.flatMap((span) => [
    `${SPAN_COLUMNS[span]}_records`,
    ...STATISTICS.map(([name]) => `${SPAN_COLUMNS[span]}_${name}`),
  ]);
}

function spanCells(cells: readonly IntervalCell[], spans: readonly Span[]): CsvCell[] {
  return spans.flatMap((span) => {
    const summary = summariseSpan(mergedHistogram(cells, span), clampedIn(cells, span));
    return [
      summary.count,
      ...STATISTICS.map(([, field]) => {
        const ns = summary[field];
        return ns === null ? null : inMs(ns);
      }),
    ];
  });
}

function grouped<C>(cells: readonly C[], keyOf: (cell: C) => string): C[][] {
  const groups = new Map<string, C[]>();
  for (const cell of cells) {
    const group = groups.get(keyOf(cell));
    if (group === undefined) groups.set(keyOf(cell), [cell]);
    else group.push(cell);
  }
  return [...groups.values()];
}

/** Milliseconds, exact to the nanosecond. */
function inMs(ns: number): number {
  return Number((ns / NS_PER_MS).toFixed(6));
}

function decimal(value: number): number {
  return Number(value.toFixed(3));
}
