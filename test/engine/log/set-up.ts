import { BLOCK_BYTES, CLAIM_HEADER_BYTES, frameLength } from '../../../engine/log/layout.ts';
import { ShardLog } from '../../../engine/log/shard-log.ts';
import { createShardLog, type WhenFull } from '../../../engine/log/shard-log-memory.ts';
import { ShardLogReader } from '../../../engine/log/shard-log-reader.ts';
import { KEYS, TestConsumer, TestProducer } from './records.ts';

export const TERM_BYTES = 64 * 1024;
export const TERM_BLOCKS = TERM_BYTES / BLOCK_BYTES;

/** A payload with which a claim of one record without a key takes exactly these bytes. */
export const payloadFor = (claimBytes: number): number => claimBytes - CLAIM_HEADER_BYTES - frameLength(0, 0);

/** One log with a producer of its own and consumers at will. */
export function setUp(options: { termCount?: number; whenFull?: WhenFull; payloadBytes?: number } = {}) {
  const { termCount = 4, whenFull = 'trim', payloadBytes } = options;
  const log = new ShardLog(createShardLog({ termLengthBytes: TERM_BYTES, termCount, whenFull }));
  const payloadBytesOf = payloadBytes === undefined ? undefined : () => payloadBytes;
  const producer = new TestProducer(log, {
    ...(payloadBytesOf && { payloadBytesOf, maxPayloadBytes: payloadBytes!, capacity: 8 }),
  });
  const consumer = (from?: 'latest') => new TestConsumer(new ShardLogReader(log, from), producer.payloadBytesOf);
  return { log, producer, consumer };
}

/** Appends records of key 0, which has no bytes, one by one: with `payloadFor` every claim takes as many bytes. */
export function appendExact(producer: TestProducer, times: number): void {
  for (let i = 0; i < times; i++) {
    producer.appended = Math.ceil(producer.appended / KEYS.length) * KEYS.length;
    if (!producer.append(1)) throw new Error(`append ${i} was refused`);
  }
}
