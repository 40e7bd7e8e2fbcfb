import type { Kinesis } from '@aws-sdk/client-kinesis';
import { warmUp as warmUpClient } from '../../aws/warm-up.ts';

async function warmUp(response: object, call: (client: Kinesis) => Promise<unknown>): Promise<void> {
  const { Kinesis } = await import('@aws-sdk/client-kinesis');
  await warmUpClient((config) => new Kinesis(config), response, call);
}

const RECORDS = 20;
const SEQUENCE_NUMBER = '49590338271490256608559692538361571095921575989136588898';
const SHARD_ID = 'shardId-000000000000';

export function warmUpPuts(put: 'records' | 'record'): Promise<void> {
  const stored = { SequenceNumber: SEQUENCE_NUMBER, ShardId: SHARD_ID };
  const entry = { Data: Buffer.alloc(100), PartitionKey: 'key' };
  if (put === 'record') return warmUp(stored, (client) => client.putRecord({ StreamName: 'none', ...entry }));
  return warmUp({ FailedRecordCount: 0, Records: new Array(RECORDS).fill(stored) }, (client) =>
    client.putRecords({ StreamName: 'none', Records: new Array(RECORDS).fill(entry) }),
  );
}

export function warmUpPolls(): Promise<void> {
  const record = {
    SequenceNumber: SEQUENCE_NUMBER,
    ApproximateArrivalTimestamp: 1.7e9,
    Data: Buffer.alloc(100).toString('base64'),
    PartitionKey: 'key',
  };
  const response = { Records: new Array(RECORDS).fill(record), NextShardIterator: 'none', MillisBehindLatest: 0 };
  return warmUp(response, (client) => client.getRecords({ ShardIterator: 'none' }));
}
