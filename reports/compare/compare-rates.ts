import type { Result } from '../result/result.ts';
import { medianOf } from '../statistics/moments.ts';
import { deliveryOf } from '../summary/delivery.ts';
import type { RateComparison, RateUnit } from './comparison.ts';

interface Row {
  readonly name: string;
  readonly unit: RateUnit;
  readonly of: (result: Result) => number | null;
}

const ROWS: readonly Row[] = [
  { name: 'intended', unit: 'records/s', of: ({ summary: { rate } }) => rate.intendedPerSecond },
  { name: 'achieved', unit: 'records/s', of: ({ summary: { rate } }) => rate.achievedPerSecond },
  { name: 'achieved of intended', unit: 'ratio', of: ({ summary: { rate } }) => rate.ratio },
  { name: 'bytes', unit: 'bytes/s', of: ({ summary: { rate } }) => rate.bytesPerSecond },
  { name: 'throttled', unit: 'ratio', of: ({ summary: { rate } }) => rate.throttledRatio },
  { name: 'sent', unit: 'records', of: ({ summary: { ledger } }) => ledger.sent },
  { name: 'received', unit: 'records', of: ({ summary: { ledger } }) => ledger.received },
  { name: 'undelivered', unit: 'records', of: ({ summary: { ledger } }) => deliveryOf(ledger)?.undelivered ?? null },
  { name: 'lost', unit: 'records', of: ({ summary: { ledger } }) => ledger.lost },
  { name: 'duplicated', unit: 'records', of: ({ summary: { ledger } }) => ledger.duplicated },
  { name: 'reordered', unit: 'records', of: ({ summary: { ledger } }) => ledger.reordered },
  { name: 'retried', unit: 'records', of: ({ summary: { rate } }) => rate.retried },
  { name: 'dropped', unit: 'records', of: ({ summary: { ledger } }) => ledger.dropped },
  { name: 'failed', unit: 'records', of: ({ summary: { ledger } }) => ledger.failed },
  { name: 'unacknowledged', unit: 'records', of: ({ summary: { ledger } }) => ledger.unacknowledged },
  { name: 'expected cost', unit: 'USD', of: ({ expectedCost }) => expectedCost?.usd ?? null },
];

/** What went in and what became of it; rates are those of the recorded phases, the ledger is that of the whole run. */
export function compareRates(a: readonly Result[], b: readonly Result[]): RateComparison[] {
  return ROWS.map(({ name, unit, of }) => {
    const [left, right] = [over(a, unit, of), over(b, unit, of)];
    const isComparable = unit !== 'records' || a.length === b.length;
    const ratio = left === null || right === null || left === 0 || !isComparable ? null : right / left;
    return { name, unit, a: left, b: right, ratio };
  });
}

/** What is counted adds up over runs; a rate does not, and a run without one takes no part. */
function over(results: readonly Result[], unit: RateUnit, of: Row['of']): number | null {
  const values = results.map((result) => of(result)).filter((value) => value !== null);
  if (values.length === 0) return null;
  return unit === 'records' ? values.reduce((sum, value) => sum + value, 0) : medianOf(values);
}
