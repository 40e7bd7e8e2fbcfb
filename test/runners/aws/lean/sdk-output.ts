import { Readable } from 'node:stream';
import { type GetRecordsOutput, Kinesis } from '@aws-sdk/client-kinesis';
import { HttpResponse } from '@smithy/core/protocols';

/** The SDK's reading of a body of GetRecords in JSON. */
export async function sdkOutputOf(body: Buffer): Promise<GetRecordsOutput> {
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
  return client.getRecords({ ShardIterator: 'none' });
}
