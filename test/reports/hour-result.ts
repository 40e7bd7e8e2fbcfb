import { writeResult } from '../../reports/result/result-file.ts';
import { hourResult } from '../../runners/bench/hour-result.ts';
import type { HourOptions } from '../../runners/bench/hour-scenario.ts';

/** A long result for tests. Benchmarks import it from its source. */
export { hourResult } from '../../runners/bench/hour-result.ts';
export type { HourOptions } from '../../runners/bench/hour-scenario.ts';

/** Writes `hourResult` into a folder. @returns the path of the file. */
export function writeHourResult(dir: string, options: HourOptions = {}): Promise<string> {
  return writeResult(dir, hourResult(options));
}
