import { performance } from 'node:perf_hooks';
import { keyCounterAt, nextFrameByte, payloadBytesAt, writeClaimHeader, writeFrames } from '../engine/frame.ts';
import { hashKey } from '../engine/hash-key.ts';
import { blocksOf, CLAIM_HEADER_BYTES, frameLength } from '../engine/layout.ts';
import { type ByteTable, RecordBatch } from '../engine/record-batch.ts';
import { createShardLog, ShardLog } from '../engine/shard-log.ts';
import { CLAIM_READY, ShardLogReader } from '../engine/shard-log-reader.ts';
import { Histogram } from '../reports/histogram.ts';
import { uniformAt } from '../workloads/random.ts';

/** One part of the hot path, alone on one thread. */
export interface BenchPart {
  readonly name: string;
  readonly title: string;
  /** What one call of `round` does this many times; the time of one is what is reported. */
  readonly perRound: number;
  readonly round: () => void;
  /** @returns what is wrong with what the rounds computed, or undefined. A fast wrong answer is no result. */
  readonly check: () => string | undefined;
}

const ROUND = 1000;
const BATCH_RECORDS = 500;
const KEY_BYTES = 16;

export function benchParts(): BenchPart[] {
  return [clockPart(), randomPart(), hashKeyPart(), histogramPart(), shardLogPart(100), shardLogPart(1024)];
}

function clockPart(): BenchPart {
  let backwards = 0;
  return {
    name: 'clock',
    title: 'read the clock',
    perRound: ROUND,
    round: () => {
      let previousMs = performance.now();
      for (let read = 1; read < ROUND; read++) {
        const nowMs = performance.now();
        if (nowMs < previousMs) backwards += 1;
        previousMs = nowMs;
      }
    },
    check: () => (backwards === 0 ? undefined : `the clock went backwards ${backwards} times`),
  };
}

function randomPart(): BenchPart {
  let index = 0;
  let sum = 0;
  return {
    name: 'random',
    title: 'draw a seeded number',
    perRound: ROUND,
    round: () => {
      for (const end = index + ROUND; index < end; index++) sum += uniformAt(7, index);
    },
    // Five standard errors of the mean of uniform numbers: it fails by chance once in two million runs.
    check: () => {
      const allowed = 5 * Math.sqrt(1 / 12 / index);
      return Math.abs(sum / index - 0.5) <= allowed ? undefined : `mean ${sum / index}, not 0.5`;
    },
  };
}

function hashKeyPart(): BenchPart {
  const key = new TextEncoder().encode('user-00000001234');
  const out = new Uint32Array(4);
  return {
    name: 'hash-key',
    title: 'hash a key of 16 bytes',
    perRound: ROUND,
    round: () => {
      for (let i = 0; i < ROUND; i++) hashKey(key, 0, key.length, out);
    },
    check: () => {
      const hex = [...out].map((word) => word.toString(16).padStart(8, '0')).join('');
      return hex === MD5_OF_KEY ? undefined : `hash ${hex}, not ${MD5_OF_KEY}`;
    },
  };
}

function histogramPart(): BenchPart {
  const histogram = new Histogram();
  let recorded = 0;
  return {
    name: 'histogram',
    title: 'record a latency',
    perRound: ROUND,
    round: () => {
      for (let i = 0; i < ROUND; i++) histogram.record(50_000 + i * 997);
      recorded += ROUND;
    },
    check: () => (histogram.count === recorded ? undefined : `${histogram.count} recorded, not ${recorded}`),
  };
}

/** Write and read, in turns: what a record costs both sides together, without any waiting. */
function shardLogPart(payloadLength: number): BenchPart {
  const log = new ShardLog(createShardLog({ termLengthBytes: 1 << 22, termCount: 4 }));
  const reader = new ShardLogReader(log);
  const batch = new RecordBatch(BATCH_RECORDS, table(KEY_BYTES), table(payloadLength), 1);
  const order = Int32Array.from({ length: BATCH_RECORDS }, (_, row) => row);
  const claimBytes = CLAIM_HEADER_BYTES + BATCH_RECORDS * frameLength(KEY_BYTES, payloadLength);
  const blocks = blocksOf(claimBytes);
  let counter = 0;
  let wrong = 0;
  const write = () => {
    const at = log.claim(blocks);
    for (let row = 0; row < BATCH_RECORDS; row++) batch.keyCounter[row] = counter + row;
    writeClaimHeader(log, at, claimBytes, BATCH_RECORDS, 0);
    writeFrames(log, at + CLAIM_HEADER_BYTES, batch, order, 0, BATCH_RECORDS);
    log.publish(at, blocks, BATCH_RECORDS);
  };
  const read = () => {
    if (reader.next() !== CLAIM_READY || reader.records !== BATCH_RECORDS) wrong += 1;
    let frame = reader.firstFrameByte;
    for (let row = 0; row < BATCH_RECORDS; row++, frame = nextFrameByte(log, frame)) {
      if (keyCounterAt(log, frame) !== counter + row || payloadBytesAt(log, frame) !== payloadLength) wrong += 1;
    }
    reader.release();
    counter = (counter + BATCH_RECORDS) | 0;
  };
  return {
    name: `shard-log-${payloadLength}`,
    title: `write and read a record of ${payloadLength} bytes, ${BATCH_RECORDS} at once`,
    perRound: BATCH_RECORDS,
    round: () => {
      write();
      read();
    },
    check: () => (wrong === 0 ? undefined : `${wrong} records came back different`),
  };
}

/** Of user-00000001234, by openssl. */
const MD5_OF_KEY = '18c6a32ec807ecbd41f0ac455dcf08ce';

function table(length: number): ByteTable {
  const bytes = new Uint8Array(new SharedArrayBuffer(length + 8 - (length % 8)));
  return {
    bytes,
    longs: new BigInt64Array(bytes.buffer),
    offsets: new Int32Array(BATCH_RECORDS),
    lengths: new Int32Array(BATCH_RECORDS).fill(length),
  };
}
