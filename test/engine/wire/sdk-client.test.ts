import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { HTTP_VERSIONS, sdkClient, serving } from './set-up.ts';

const KEY = 'clé-🔑';

describe.each(HTTP_VERSIONS)("AWS's own client over %s", (version) => {
  test('the client of AWS puts one record and many, and gets the same bytes, keys and times', async () => {
    const { server } = await serving();
    const client = sdkClient(server.url, version);
    const one = await client.send(
      new PutRecordCommand({ StreamName: 'orders', PartitionKey: KEY, Data: Uint8Array.of(0, 255, 128) }),
    );
    expect(one).toMatchObject({ ShardId: 'shardId-000000000000', SequenceNumber: '49590000' });
    const Records = [1, 2, 3].map((n) => ({ PartitionKey: `key ${n}`, Data: new Uint8Array(n).fill(n) }));
    const many = await client.send(new PutRecordsCommand({ StreamName: 'orders', Records }));
    expect(many).toMatchObject({ FailedRecordCount: 0 });
    expect(many.Records).toHaveLength(3);
    const { Records: got } = await client.send(new GetRecordsCommand({ ShardIterator: 'first' }));
    expect(got?.map(({ PartitionKey }) => PartitionKey)).toEqual([KEY, 'key 1', 'key 2', 'key 3']);
    expect(got?.map(({ Data }) => [...(Data ?? [])])).toEqual([[0, 255, 128], [1], [2, 2], [3, 3, 3]]);
    expect(got?.[0]?.ApproximateArrivalTimestamp).toEqual(new Date(1_700_000_000_123));
  });

  test('the client of AWS gets and sends times to the millisecond', async () => {
    const { server, service } = await serving();
    service.responses.GetShardIterator = () => ({ ShardIterator: 'here' });
    const Timestamp = new Date(1_441_215_410_867);
    const input = { StreamName: 'orders', ShardId: 's', ShardIteratorType: 'AT_TIMESTAMP' as const, Timestamp };
    await sdkClient(server.url, version).send(new GetShardIteratorCommand(input));
    expect(service.calls[0]?.input).toEqual(input);
  });

  test('the client of AWS gets errors with class, message and request id', async () => {
    const { server } = await serving();
    const put = new PutRecordCommand({ StreamName: 'nowhere', PartitionKey: 'k', Data: Buffer.from('x') });
    const error = await sdkClient(server.url, version)
      .send(put)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ResourceNotFoundException);
    expect(error).toMatchObject({
      message: 'Stream nowhere under account 000000000000 not found.',
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  test('the client of AWS gets status 500 for a bug of the server, and a response for the next call', async () => {
    const { server, service, defects } = await serving();
    const client = sdkClient(server.url, version);
    const fault = new TypeError('a fault of the service');
    service.responses.ListStreams = () => Promise.reject(fault);
    await expect(client.send(new ListStreamsCommand({}))).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
    expect(defects).toEqual([fault]);
    delete service.responses.ListStreams;
    expect((await client.send(new ListStreamsCommand({}))).StreamNames).toEqual(['orders']);
  });

  test('the client of AWS sends a batch of 10 MiB', async () => {
    const { server, service } = await serving();
    const Records = Array.from({ length: 10 }, () => ({ PartitionKey: 'k', Data: new Uint8Array(1024 * 1024) }));
    await sdkClient(server.url, version).send(new PutRecordsCommand({ StreamName: 'orders', Records }));
    expect(service.records.map(({ Data }) => Data?.length)).toEqual(Records.map(({ Data }) => Data.length));
  });
});
