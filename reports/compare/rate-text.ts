import { formatByteRate, formatCount, formatDollars, formatRate, formatRatio } from '../format/numbers.ts';
import type { RateUnit } from './comparison.ts';

/** Rates whose records should not be there, by name. */
export const FAULT_RATES: ReadonlySet<string> = new Set([
  'undelivered',
  'lost',
  'duplicated',
  'reordered',
  'dropped',
  'failed',
  'unacknowledged',
]);

export function rateText(unit: RateUnit, value: number): string {
  switch (unit) {
    case 'records/s':
      return formatRate(value);
    case 'bytes/s':
      return formatByteRate(value);
    case 'records':
      return formatCount(value);
    case 'ratio':
      return formatRatio(value);
    case 'USD':
      return formatDollars(value);
  }
}
