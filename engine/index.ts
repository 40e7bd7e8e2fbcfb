/** The reference engine's public face: `import { Engine } from 'streamgauge/engine'`. */

export { type Clock, REAL_CLOCK, VirtualClock } from './account/clock.ts';
export type { StreamRecord } from './account/data/stream-read.ts';
export { KinesisError } from './account/errors.ts';
export type { AccountOptions, Durability } from './account/options.ts';
export { Engine, type EngineOptions, type EngineRecord, type ReadOptions } from './engine.ts';
export {
  intendedAtNsAt,
  keyByteAt,
  keyBytesAt,
  keyCounterAt,
  keyIndexAt,
  nextFrameByte,
  payloadByteAt,
  payloadBytesAt,
  sourceAt,
} from './log/frame.ts';
export { GAP_TIMEOUT_NS, GapWatch } from './log/gap-watch.ts';
export {
  ACCEPTED,
  type ByteTable,
  PENDING,
  RecordBatch,
  THROTTLED,
  TOO_LARGE,
  tableWithMemory,
} from './log/record-batch.ts';
export { BACK_PRESSURED, CLAIM_TOO_LARGE, CLOSED, ShardLog } from './log/shard-log.ts';
export { createShardLog, type ShardLogHandle, type WhenFull } from './log/shard-log-memory.ts';
export { CLAIM_READY, EMPTY, ENDED, LOST, type ReadFrom, ShardLogReader } from './log/shard-log-reader.ts';
export { textTable } from './log/text-table.ts';
export { PARK, SPIN, SPIN_THEN_PARK, type WaitPolicy } from './log/wait-policy.ts';
export { hashKey } from './routing/hash-key.ts';
export { evenShardMap, parseExplicitHashKey, type ShardMap, shardOfHash } from './routing/shard-map.ts';
export { startTestEngine, type TestEngine } from './test-engine.ts';
export { type PutAnswer, type PutRequest, RecordPutter } from './threads/record-putter.ts';
export { createStream, type StreamHandle, type StreamOptions } from './threads/stream.ts';
export { type ShardsChanged, StreamControl } from './threads/stream-control.ts';
export { type OpenShards, StreamMap, type StreamShard } from './threads/stream-map.ts';
export { LATER, ShardReader, StreamReader } from './threads/stream-reader.ts';
export { retryThrottled, StreamWriter } from './threads/stream-writer.ts';
export { type FaultRule, parseFaultRules } from './twin/fault-rules.ts';
export { Faults } from './twin/faults.ts';
export type { Latency } from './twin/latency.ts';
export { type LatencyProfile, parseLatencyProfile } from './twin/latency-profile.ts';
export { awsLimits, type ShardLimits } from './twin/limits.ts';
export type { RunningServer, ServerOptions } from './wire/server.ts';
