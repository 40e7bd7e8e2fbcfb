/** A long result for tests; benchmarks take it from where it is made. */
export { hourResult, writeHourResult } from '../../runners/bench/hour-result.ts';
export type { HourOptions } from '../../runners/bench/hour-scenario.ts';
