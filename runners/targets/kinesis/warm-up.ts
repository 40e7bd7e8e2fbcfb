import { Readable } from 'node:stream';
import type { Kinesis } from '@aws-sdk/client-kinesis';

/** Enough calls to compile the SDK's code; a first call takes a hundred times as long. */
const WARM_UP_CALLS = 200;
const WARM_UP_MS_MAX = 400;

/**
 * Makes calls that a handler in this thread handles, so nothing leaves the thread: the first records of a run must not wait
 * until the SDK is loaded and compiled. Each call is validated, signed and parsed like any other.
 * @param response JSON that the service would return.
 */
async function warmUp(response: object, call: (client: Kinesis) => Promise<unknown>): Promise<void> {
  const { Kinesis } = await import('@aws-sdk/client-kinesis');
  const { HttpResponse } = await import('@smithy/core/protocols');
  const body = Buffer.from(JSON.stringify(response));
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'content-length': String(body.length) };
  const client = new Kinesis({
    endpoint: 'http://nowhere.invalid',
    region: 'us-east-1',
    credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' },
    maxAttempts: 1,
    requestHandler: {
      handle: async () => ({ response: new HttpResponse({ statusCode: 200, headers, body: Readable.from([body]) }) }),
    },
  });
  const untilMs = performance.now() + WARM_UP_MS_MAX;
  for (let i = 0; i < WARM_UP_CALLS && performance.now() < untilMs; i++) await call(client);
  client.destroy();
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
