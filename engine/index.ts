/** The public API of the account engine: `import { Engine } from 'streamgauge/engine'`. */

export { type Clock, REAL_CLOCK, VirtualClock } from './account/clock.ts';
export { KinesisError } from './account/errors.ts';
export type { AccountOptions, Durability } from './account/options.ts';
export type { StreamRecord } from './account/records/stream-read.ts';
export {
  Engine,
  type EngineOptions,
  type EngineRecord,
  type EngineStreamSettings,
  type ReadOptions,
} from './engine.ts';
export type { FirehoseSettings } from './firehose/service/firehose-account.ts';
export { startTestEngine, type TestEngine } from './test-engine.ts';
export { type FaultRule, parseFaultRules } from './twin/fault-rules.ts';
export type { Latency } from './twin/latency.ts';
export { type LatencyProfile, parseLatencyProfile } from './twin/latency-profile.ts';
export type { ShardLimits } from './twin/limits.ts';
export type { ServerOptions } from './wire/options.ts';
export type { RunningServer } from './wire/running-server.ts';
