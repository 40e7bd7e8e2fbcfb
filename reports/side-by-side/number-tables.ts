import { changeRangeText, changeText } from '../compare/change-text.ts';
import type { Change, Effect, Estimate } from '../compare/comparison.ts';
import { FAULT_RATES, rateText } from '../compare/rate-text.ts';
import { formatDuration } from '../format/numbers.ts';
import type { Span } from '../result/result.ts';
import type { LatencyRow, RateRow, SideBySide } from './side-by-side.ts';

/** The numbers of a comparison as texts, which every format lays out in its own way. */
export interface NumberTable {
  readonly title: string;
  /** A phrase about the numbers. */
  readonly note: string;
  readonly rows: readonly { readonly label: string; readonly cells: readonly NumberCell[] }[];
}

/** The number of one side. */
export interface NumberCell {
  readonly value: string;
  /** Records that should not be there, such as lost ones. */
  readonly isFault: boolean;
  /** Compared with the base; empty for the base and for numbers that have no ratio. */
  readonly change: string;
  readonly range: string;
  readonly effect: Effect;
}

const SPAN_TITLES = [
  ['putToGet', 'Put-to-get', 'from the time at which a record was due to its receipt'],
  ['ackLatency', 'Ack latency', 'from the hand-over to the acknowledgement'],
] as const satisfies readonly (readonly [Span, string, string])[];

const SHOWN_METRICS: ReadonlySet<string> = new Set(['p50', 'p90', 'p99', 'p99.9', 'max']);
/** Rows that are omitted if every side has 0. */
const OFTEN_NONE: ReadonlySet<string> = new Set([...FAULT_RATES, 'retried', 'throttled']);
/** The planner's price of the runs is in the part about cost. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['expected cost', 'achieved of intended']);

/** @returns tables whose cells are in the order of `names`, without tables that have no numbers. */
export function numberTables(comparison: SideBySide, names: readonly string[]): NumberTable[] {
  const { latencies, rates } = comparison;
  const spans = SPAN_TITLES.map(([span, title, note]): NumberTable => {
    const rows = latencies.filter((row) => row.span === span && row.consumer === undefined);
    return { title, note, rows: latencyRows(rows, names, ({ metric }) => metric) };
  });
  const ofConsumers: NumberTable = {
    title: 'Put-to-get by consumer',
    note: 'the figures above are of all consumers together',
    rows: latencyRows(
      latencies.filter((row) => row.consumer !== undefined),
      names,
      ({ consumer, metric }) => `${consumer} ${metric}`,
    ),
  };
  const ledger: NumberTable = {
    title: 'Rate and ledger',
    note: 'rates are medians over rounds, records are sums',
    rows: rates.filter(isShown).map((row) => ({ label: row.name, cells: names.map((name) => rateCell(row, name)) })),
  };
  const [putToGet, ...others] = spans;
  return [putToGet!, ofConsumers, ...others, ledger].filter(({ rows }) => rows.length > 0);
}

function latencyRows(
  rows: readonly LatencyRow[],
  names: readonly string[],
  labelOf: (row: LatencyRow) => string,
): NumberTable['rows'] {
  return rows
    .filter((row) => SHOWN_METRICS.has(row.metric) && names.some((name) => row.values[name] != null))
    .map((row) => ({ label: labelOf(row), cells: names.map((name) => latencyCell(row, name)) }));
}

function latencyCell({ values, changes }: LatencyRow, name: string): NumberCell {
  return { value: valueText(values[name] ?? null), isFault: false, ...changeTexts(changes[name] ?? null) };
}

function valueText(estimate: Estimate | null): string {
  return estimate === null ? '-' : `${formatDuration(estimate.valueNs)}${estimate.marked ? '*' : ''}`;
}

function changeTexts(
  change: (Pick<Change, 'ratio' | 'interval'> & Partial<Change>) | null,
): Pick<NumberCell, 'change' | 'range' | 'effect'> {
  if (change === null) return { change: '', range: '', effect: 'unknown' };
  const { ratio, interval, effect = 'unknown' } = change;
  return { change: changeText(ratio), range: interval === null ? '' : changeRangeText(interval), effect };
}

function isShown({ name, values }: RateRow): boolean {
  if (NOT_SHOWN.has(name)) return false;
  return !OFTEN_NONE.has(name) || Object.values(values).some((value) => (value ?? 0) > 0);
}

function rateCell({ name: row, unit, values, changes }: RateRow, name: string): NumberCell {
  const value = values[name] ?? null;
  const isFault = FAULT_RATES.has(row) && (value ?? 0) > 0;
  return { value: value === null ? '-' : rateText(unit, value), isFault, ...changeTexts(changes[name] ?? null) };
}
