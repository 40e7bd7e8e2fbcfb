import type { Result } from '../result/result.ts';
import { medianOf } from '../statistics/moments.ts';
import { deliveryOf } from '../summary/delivery.ts';
import type { RateComparison, RateUnit } from './comparison.ts';

interface Row {
  readonly name: string;
  readonly unit: RateUnit;
  readonly valueIn: (result: Result) => number | null;
}

const ROWS: readonly Row[] = [
  { name: 'intended', unit: 'records/s', valueIn: ({ summary: { rate } }) => rate.intendedPerSecond },
  { name: 'achieved', unit: 'records/s', valueIn: ({ summary: { rate } }) => rate.achievedPerSecond },
  { name: 'achieved of intended', unit: 'ratio', valueIn: ({ summary: { rate } }) => rate.ratio },
  { name: 'bytes', unit: 'bytes/s', valueIn: ({ summary: { rate } }) => rate.bytesPerSecond },
  { name: 'throttled', unit: 'ratio', valueIn: ({ summary: { rate } }) => rate.throttledRatio },
  { name: 'sent', unit: 'records', valueIn: ({ summary: { ledger } }) => ledger.sent },
  { name: 'received', unit: 'records', valueIn: ({ summary: { ledger } }) => ledger.received },
  {
    name: 'undelivered',
    unit: 'records',
    valueIn: ({ summary: { ledger } }) => deliveryOf(ledger)?.undelivered ?? null,
  },
  { name: 'lost', unit: 'records', valueIn: ({ summary: { ledger } }) => ledger.lost },
  { name: 'duplicated', unit: 'records', valueIn: ({ summary: { ledger } }) => ledger.duplicated },
  { name: 'reordered', unit: 'records', valueIn: ({ summary: { ledger } }) => ledger.reordered },
  { name: 'retried', unit: 'records', valueIn: ({ summary: { rate } }) => rate.retried },
  { name: 'dropped', unit: 'records', valueIn: ({ summary: { ledger } }) => ledger.dropped },
  { name: 'failed', unit: 'records', valueIn: ({ summary: { ledger } }) => ledger.failed },
  { name: 'unacknowledged', unit: 'records', valueIn: ({ summary: { ledger } }) => ledger.unacknowledged },
  { name: 'expected cost', unit: 'USD', valueIn: ({ expectedCost }) => expectedCost?.usd ?? null },
];

/** Compares load and delivery; rates cover the recorded phases, the ledger covers the whole run. */
export function compareRates(a: readonly Result[], b: readonly Result[]): RateComparison[] {
  return ROWS.map(({ name, unit, valueIn }) => {
    const [left, right] = [over(a, unit, valueIn), over(b, unit, valueIn)];
    const isComparable = unit !== 'records' || a.length === b.length;
    const ratio = left === null || right === null || left === 0 || !isComparable ? null : right / left;
    return { name, unit, a: left, b: right, ratio };
  });
}

/** Combines runs: counts add up; rates do not, and runs without a rate are skipped. */
function over(results: readonly Result[], unit: RateUnit, valueIn: Row['valueIn']): number | null {
  const values = results.map((result) => valueIn(result)).filter((value) => value !== null);
  if (values.length === 0) return null;
  return unit === 'records' ? values.reduce((sum, value) => sum + value, 0) : medianOf(values);
}
