/** The reference engine's public face: `import { Engine } from 'streamgauge/engine'`. */

export { type Clock, REAL_CLOCK, VirtualClock } from './clock.ts';
export { Engine, type EngineOptions, type EngineRecord, type ReadOptions } from './engine.ts';
export { type FaultRule, parseFaultRules } from './fault-rules.ts';
export { Faults } from './faults.ts';
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
} from './frame.ts';
export { GAP_TIMEOUT_NS, GapWatch } from './gap-watch.ts';
export { hashKey } from './hash-key.ts';
export type { StreamRecord } from './kinesis/data/stream-read.ts';
export { KinesisError } from './kinesis/errors.ts';
export type { AccountOptions, Durability } from './kinesis/options.ts';
export type { Latency } from './latency.ts';
export { type LatencyProfile, parseLatencyProfile } from './latency-profile.ts';
export { awsLimits, type ShardLimits } from './limits.ts';
export {
  ACCEPTED,
  type ByteTable,
  PENDING,
  RecordBatch,
  THROTTLED,
  TOO_LARGE,
  tableWithMemory,
} from './record-batch.ts';
export { type PutAnswer, type PutRequest, RecordPutter } from './record-putter.ts';
export {
  BACK_PRESSURED,
  CLAIM_TOO_LARGE,
  CLOSED,
  createShardLog,
  ShardLog,
  type ShardLogHandle,
  type WhenFull,
} from './shard-log.ts';
export { CLAIM_READY, EMPTY, ENDED, LOST, type ReadFrom, ShardLogReader } from './shard-log-reader.ts';
export { evenShardMap, parseExplicitHashKey, type ShardMap, shardOfHash } from './shard-map.ts';
export { createStream, type StreamHandle, type StreamOptions } from './stream.ts';
export { type ShardsChanged, StreamControl } from './stream-control.ts';
export { type OpenShards, StreamMap, type StreamShard } from './stream-map.ts';
export { LATER, ShardReader, StreamReader } from './stream-reader.ts';
export { retryThrottled, StreamWriter } from './stream-writer.ts';
export { startTestEngine, type TestEngine } from './test-engine.ts';
export { textTable } from './text-table.ts';
export { PARK, SPIN, SPIN_THEN_PARK, type WaitPolicy } from './wait-policy.ts';
export type { RunningServer, ServerOptions } from './wire/server.ts';
