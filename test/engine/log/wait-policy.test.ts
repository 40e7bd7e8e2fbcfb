import { describe, expect, test } from 'vitest';
import { CLAIM_READY, EMPTY } from '../../../engine/log/shard-log-reader.ts';
import { PARK, SPIN, SPIN_THEN_PARK } from '../../../engine/log/wait-policy.ts';
import { RecordPutter } from '../../../engine/threads/record-putter.ts';
import { createStream } from '../../../engine/threads/stream.ts';
import { StreamReader } from '../../../engine/threads/stream-reader.ts';

const LONG_NS = 3600e9;

describe.each([
  ['PARK', PARK],
  ['SPIN_THEN_PARK', SPIN_THEN_PARK],
  ['SPIN', SPIN],
])('a reader that waits by %s', (_name, policy) => {
  const open = () => {
    const stream = createStream({ shardCount: 2, memoryBytes: 16 * 2 ** 20 });
    return { putter: new RecordPutter(stream), reader: new StreamReader(stream, 'trim-horizon', policy) };
  };

  test('a reader does not wait if a record is there already, and loses no record', () => {
    const { putter, reader } = open();
    putter.put({ partitionKey: 'a', data: new Uint8Array(10) }, 0);
    reader.sleep(0, LONG_NS);
    const found = reader.shards.map((shard) => shard.next(0));
    expect(found.sort()).toEqual([EMPTY, CLAIM_READY].sort());
  });

  test('a reader of an empty stream returns within its time limit', () => {
    const { reader } = open();
    reader.sleep(0, 1e6);
    expect(reader.shards.map((shard) => shard.next(0))).toEqual([EMPTY, EMPTY]);
  });
});
