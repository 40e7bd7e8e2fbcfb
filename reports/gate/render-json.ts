import { gateFindings } from './findings.ts';
import type { GateRecord } from './record.ts';

/** A gate for programs: the record without its pairs, and what they say. Ends with a line break. */
export function gateJson(record: GateRecord): string {
  const { pairs, discarded, ...rest } = record;
  const { ratios: _, ...findings } = gateFindings(record);
  const counts = { pairs: pairs.length, discardedPairs: discarded.length };
  return `${JSON.stringify({ ...rest, counts, findings }, undefined, 2)}\n`;
}
