/** The library's public face: read a scenario, run it, read the result again. */
export type { Result } from '../reports/result/result.ts';
export { readResult, writeResult } from '../reports/result/result-file.ts';
export { parseScenario } from '../workloads/parse.ts';
export { resolveScenario } from '../workloads/resolve.ts';
export type { Scenario } from '../workloads/scenario.ts';
export type { LiveSnapshot } from './live/snapshot.ts';
export type { RunOptions } from './run.ts';
export { runScenario } from './run.ts';
