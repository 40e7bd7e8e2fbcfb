import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { keyByteAt, keyBytesAt, nextFrameByte, payloadByteAt, payloadBytesAt } from '../../../engine/log/frame.ts';
import { ACCEPTED, PENDING, THROTTLED, TOO_LARGE } from '../../../engine/log/record-batch.ts';
import { CLAIM_READY } from '../../../engine/log/shard-log-reader.ts';
import { RecordPutter } from '../../../engine/threads/record-putter.ts';
import { createStream, type StreamHandle } from '../../../engine/threads/stream.ts';
import { StreamReader } from '../../../engine/threads/stream-reader.ts';
import { awsLimits } from '../../../engine/twin/limits.ts';

const MIB = 2 ** 20;
const text = (data: string) => new TextEncoder().encode(data);

function readAll(stream: StreamHandle): { shard: number; key: string; data: string; sequenceNumber: number }[] {
  return new StreamReader(stream).shards.flatMap((shard) => {
    const records: { shard: number; key: string; data: string; sequenceNumber: number }[] = [];
    while (shard.next(1e9) === CLAIM_READY) {
      const { log, reader } = shard;
      let frame = reader.firstFrameByte;
      for (let left = reader.records; left > 0; left--, frame = nextFrameByte(log, frame)) {
        const slice = (from: number, length: number) => Buffer.from(log.bytes.slice(from, from + length)).toString();
        records.push({
          shard: shard.shard,
          key: slice(keyByteAt(frame), keyBytesAt(log, frame)),
          data: slice(payloadByteAt(log, frame), payloadBytesAt(log, frame)),
          sequenceNumber: reader.sequenceNumberAt(frame),
        });
      }
    }
    return records;
  });
}

describe('single puts', () => {
  test('a single put is read back from its shard under the sequence number that the put returned', () => {
    const stream = createStream({ shardCount: 4, memoryBytes: 64 * MIB });
    const putter = new RecordPutter(stream);
    const put = Array.from({ length: 500 }, (_, i) => {
      const request = { partitionKey: `użytkownik-${i % 37}`, data: text(`payload ${'x'.repeat(i)}`) };
      const outcome = putter.put(request, i);
      if (outcome.status !== ACCEPTED) throw new Error(`status ${outcome.status}`);
      const hash = BigInt(`0x${createHash('md5').update(request.partitionKey).digest('hex')}`);
      expect(outcome.shard).toBe(Number(hash >> 126n));
      return {
        shard: outcome.shard,
        key: request.partitionKey,
        data: Buffer.from(request.data).toString(),
        sequenceNumber: outcome.sequenceNumber,
      };
    });
    const order = (a: { shard: number; sequenceNumber: number }, b: typeof a) =>
      a.shard - b.shard || a.sequenceNumber - b.sequenceNumber;
    expect(readAll(stream).sort(order)).toEqual(put.sort(order));
  });

  test('an explicit hash key decides the shard instead of the key', () => {
    const putter = new RecordPutter(createStream({ shardCount: 2, memoryBytes: 32 * MIB }));
    const at = (explicitHashKey: string) =>
      putter.put({ partitionKey: 'same', data: text('a'), explicitHashKey }, 0).shard;
    expect([at('0'), at(String(2n ** 127n - 1n)), at(String(2n ** 127n)), at(String(2n ** 128n - 1n))]).toEqual([
      0, 0, 1, 1,
    ]);
    expect(() => at(String(2n ** 128n))).toThrow(RangeError);
  });

  test('rejects a single put that is too large, over the limit, or made while the ring is held', () => {
    const limited = new RecordPutter(createStream({ shardCount: 1, memoryBytes: 16 * MIB, limits: awsLimits(MIB) }));
    const statuses = Array.from({ length: 1001 }, () => limited.put({ partitionKey: 'k', data: text('d') }, 0).status);
    expect(statuses.filter((status) => status === ACCEPTED)).toHaveLength(1000);
    expect(statuses.at(-1)).toBe(THROTTLED);
    expect(limited.put({ partitionKey: 'k', data: new Uint8Array(MIB) }, 0).status).toBe(TOO_LARGE);
    const held = createStream({ shardCount: 1, memoryBytes: 16 * MIB, whenFull: 'refuse' });
    const reader = new StreamReader(held);
    expect(reader.shards[0]!.next(0)).not.toBe(CLAIM_READY);
    const putter = new RecordPutter(held);
    const big = { partitionKey: 'k', data: new Uint8Array(MIB / 2) };
    let status: number = ACCEPTED;
    for (let i = 0; i < 64 && status === ACCEPTED; i++) status = putter.put(big, i).status;
    expect(status).toBe(PENDING);
  });

  test('rejects a single put whose key does not have 1 to 256 characters', () => {
    const putter = new RecordPutter(createStream({ shardCount: 1, memoryBytes: 16 * MIB }));
    for (const partitionKey of ['', 'x'.repeat(257)]) {
      expect(() => putter.put({ partitionKey, data: text('d') }, 0)).toThrow('1 to 256 characters');
    }
    expect(putter.put({ partitionKey: '🔑'.repeat(256), data: text('d') }, 0).status).toBe(ACCEPTED);
  });
});
