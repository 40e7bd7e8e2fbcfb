/**
 * The threads engine and its log, for programs that measure in process and for tools around it:
 * `import { createStream } from 'streamgauge/engine/threads'`.
 */

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
} from '../log/frame.ts';
export { GAP_TIMEOUT_NS, GapWatch } from '../log/gap-watch.ts';
export {
  ACCEPTED,
  type ByteTable,
  PENDING,
  RecordBatch,
  THROTTLED,
  TOO_LARGE,
  tableWithMemory,
} from '../log/record-batch.ts';
export { BACK_PRESSURED, CLAIM_TOO_LARGE, CLOSED, ShardLog } from '../log/shard-log.ts';
export { createShardLog, type ShardLogHandle, type WhenFull } from '../log/shard-log-memory.ts';
export { CLAIM_READY, EMPTY, ENDED, LOST, type ReadFrom, ShardLogReader } from '../log/shard-log-reader.ts';
export { textTable } from '../log/text-table.ts';
export { PARK, SPIN, SPIN_THEN_PARK, type WaitPolicy } from '../log/wait-policy.ts';
export { hashKey } from '../routing/hash-key.ts';
export { evenShardMap, parseExplicitHashKey, type ShardMap, shardOfHash } from '../routing/shard-map.ts';
export { awsLimits, type ShardLimits } from '../twin/limits.ts';
export { type PutOutcome, type PutRequest, RecordPutter } from './record-putter.ts';
export { createStream, type StreamHandle, type StreamOptions } from './stream.ts';
export { type ShardsChanged, StreamControl } from './stream-control.ts';
export { type OpenShards, StreamMap, type StreamShard } from './stream-map.ts';
export { LATER, ShardReader, StreamReader } from './stream-reader.ts';
export { retryThrottled, StreamWriter } from './stream-writer.ts';
