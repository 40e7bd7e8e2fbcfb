import { formatDollars } from '../format/numbers.ts';
import type { SideSummary } from './side-by-side.ts';

/** The cost of one side as cells: an hour, a month, a million records, and what is priced. */
export function costCells({
  name,
  cost,
  price,
}: SideSummary): [hour: string, month: string, million: string, what: string] {
  if (cost === null || price === null) return ['-', '-', '-', `unknown: pass --cost ${name}=AMOUNT/hour`];
  const { usdPerHour, usdPerMonth, usdPerMillion } = cost;
  const million = usdPerMillion === null ? '-' : formatDollars(usdPerMillion);
  return [formatDollars(usdPerHour), formatDollars(usdPerMonth), million, price.what];
}

export const COST_HEAD = ['an hour', 'a month', 'a million records', 'for'] as const;
export const COST_NOTE =
  'At this load, without the price of the load generator; a month has 730 hours. Prices of lists are estimates.';
