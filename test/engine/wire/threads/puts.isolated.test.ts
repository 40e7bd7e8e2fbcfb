import type { _Record, PutRecordOutput, PutRecordsOutput } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import type { RunningServer } from '../../../../engine/wire/running-server.ts';
import { call } from '../raw-call.ts';

/** Puts of many clients on several connection threads, into one engine. */

const THREADS = 3;
const CLIENTS = 12;
const CALLS = 15;
/** A small call is copied to the engine's thread, a large one is passed on. */
const ROWS = [1, 3, 120] as const;

let engine: Engine;
let server: RunningServer;

beforeAll(async () => {
  engine = await Engine.open({ limits: 'none', streams: { one: 1, many: 4 } });
  server = await engine.serve({ threads: THREADS });
});

afterAll(() => engine.close());

const responseTo = async <Output>(operation: string, input: object): Promise<Output> => {
  const response = await call(server.url, operation, JSON.stringify(input));
  expect(response.status).toBe(200);
  return (await response.json()) as Output;
};

const entryOf = (name: string) => ({ PartitionKey: name, Data: Buffer.from(name).toString('base64') });

/** Puts in calls one after another. Returns the numbers of its records by their names, in the order of the puts. */
async function putAll(stream: string, client: number): Promise<Map<string, string>> {
  const numbers = new Map<string, string>();
  for (let callIndex = 0; callIndex < CALLS; callIndex++) {
    const names = Array.from({ length: ROWS[callIndex % ROWS.length]! }, (_, row) => `${client}-${callIndex}-${row}`);
    if (names.length === 1) {
      const put = { StreamName: stream, ...entryOf(names[0]!) };
      const { SequenceNumber } = await responseTo<PutRecordOutput>('PutRecord', put);
      numbers.set(names[0]!, SequenceNumber!);
    } else {
      const put = { StreamName: stream, Records: names.map(entryOf) };
      const { FailedRecordCount, Records = [] } = await responseTo<PutRecordsOutput>('PutRecords', put);
      expect(FailedRecordCount).toBe(0);
      for (const [row, { SequenceNumber }] of Records.entries()) numbers.set(names[row]!, SequenceNumber!);
    }
  }
  return numbers;
}

async function recordsOf(stream: string, ShardId: string): Promise<readonly { name: string; number: string }[]> {
  const start = { StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  let { ShardIterator } = await responseTo<{ ShardIterator: string }>('GetShardIterator', start);
  const records: { name: string; number: string }[] = [];
  for (;;) {
    const read = await responseTo<{ NextShardIterator: string; Records: readonly _Record[] }>('GetRecords', {
      ShardIterator,
    });
    if (read.Records.length === 0) return records;
    for (const { Data, SequenceNumber } of read.Records) {
      records.push({ name: Buffer.from(String(Data), 'base64').toString(), number: SequenceNumber! });
    }
    ShardIterator = read.NextShardIterator;
  }
}

describe.each([
  ['one', 1],
  ['many', 4],
])('puts of many clients into a stream %s', (stream, shards) => {
  test('every acknowledged record is read once, with its number, and numbers rise strictly in each shard', async () => {
    const put = await Promise.all(Array.from({ length: CLIENTS }, (_, client) => putAll(stream, client)));
    const acknowledged = new Map(put.flatMap((numbers) => [...numbers]));
    const names: string[] = [];
    for (let shardIndex = 0; shardIndex < shards; shardIndex++) {
      const records = await recordsOf(stream, `shardId-${String(shardIndex).padStart(12, '0')}`);
      for (const [i, { name, number }] of records.entries()) {
        expect(number).toBe(acknowledged.get(name));
        if (i > 0) expect(BigInt(number)).toBeGreaterThan(BigInt(records[i - 1]!.number));
        names.push(name);
      }
    }
    expect(names.sort()).toEqual([...acknowledged.keys()].sort());
  });
});

test('puts of one client into one shard have numbers in the order of its calls', async () => {
  const numbers = [...(await putAll('one', CLIENTS)).values()].map(BigInt);
  expect(numbers.every((number, i) => i === 0 || number > numbers[i - 1]!)).toBe(true);
});

test('puts that fail a check, and puts while a fault rule matches, have the error of the engine', async () => {
  const unknown = await call(server.url, 'PutRecord', JSON.stringify({ StreamName: 'none', ...entryOf('a') }));
  expect(await unknown.json()).toMatchObject({ __type: 'ResourceNotFoundException' });
  const rules = [{ kind: 'error', operation: 'PutRecords', code: 'InternalFailure', rate: 1 }];
  await fetch(`${server.url}/streamgauge/faults`, { method: 'POST', body: JSON.stringify(rules) });
  const put = await call(server.url, 'PutRecords', JSON.stringify({ StreamName: 'one', Records: [entryOf('a')] }));
  expect(await put.json()).toMatchObject({ __type: 'InternalFailure' });
  await fetch(`${server.url}/streamgauge/faults`, { method: 'POST', body: '[]' });
});
