/** A long result for tests; benchmarks take it from where it is made. */
export { type HourOptions, hourResult, writeHourResult } from '../../runners/bench/hour-result.ts';
