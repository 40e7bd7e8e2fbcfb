/** The library's public face: read a scenario, run it, read the result again; compare two targets. */
export type { GateCalibration, GateResult } from '../reports/gate/gate-result.ts';
export { readResult } from '../reports/reading/read-result.ts';
export type { Result } from '../reports/result/result.ts';
export { writeResult } from '../reports/result/result-file.ts';
export { parseScenario } from '../workloads/parse.ts';
export { resolveScenario } from '../workloads/resolve.ts';
export type { Scenario } from '../workloads/scenario.ts';
export type { CalibrateOptions } from './gate/calibrate.ts';
export { calibrateGate } from './gate/calibrate.ts';
export { readCalibration, readGateResult, writeCalibration, writeGateResult } from './gate/gate-files.ts';
export type { GateOptions, GateProgress } from './gate/run-gate.ts';
export { runGate } from './gate/run-gate.ts';
export type { GateSide } from './gate/side.ts';
export type { LiveSnapshot } from './live/snapshot.ts';
export type { RunOptions } from './run/run.ts';
export { runScenario } from './run/run.ts';
export type { CustomSetUp, CustomTarget } from './targets/custom-target.ts';
export type {
  ConsumerContext,
  ConsumerPort,
  ProducerContext,
  ProducerPort,
  Receiver,
  RecordBatch,
  RunControl,
  SetUpContext,
  TargetTraits,
} from './targets/target.ts';
