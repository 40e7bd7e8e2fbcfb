import { crc32 } from 'node:zlib';
import { cbor } from '@smithy/core/cbor';
import { describe, expect, test } from 'vitest';
import { INITIAL_RESPONSE } from '../../../engine/wire/event-stream.ts';
import { CBOR_TYPE, call, callHeaders, callHttp2, JSON_TYPE } from './raw-call.ts';
import { serving } from './set-up.ts';

describe('JSON', () => {
  test('JSON has times as epoch seconds and blobs as base64, in requests and responses', async () => {
    const { server, service } = await serving();
    service.responses.GetShardIterator = () => ({ Now: new Date(1_700_000_000_123), Data: Buffer.from([250, 251]) });
    const body = '{"Timestamp":1.441215410867E9,"StreamCreationTimestamp":0,"Data":"+vs=","Nothing":null}';
    const response = await call(server.url, 'GetShardIterator', body);
    expect(await response.text()).toBe('{"Now":1700000000.123,"Data":"+vs="}');
    const { Data, ...others } = service.calls[0]!.input;
    expect(others).toMatchObject({ Timestamp: new Date(1_441_215_410_867), StreamCreationTimestamp: new Date(0) });
    expect([...(Data as Uint8Array)]).toEqual([250, 251]);
  });

  test('JSON does not change tags, whatever their names', async () => {
    const { server, service } = await serving();
    service.responses.CreateStream = () => ({});
    await call(server.url, 'CreateStream', '{"Tags":{"Data":"x","Timestamp":"y","__proto__":"z"}}');
    const { Tags } = service.calls[0]?.input ?? {};
    expect(Object.entries(Tags ?? {})).toEqual([
      ['Data', 'x'],
      ['Timestamp', 'y'],
      ['__proto__', 'z'],
    ]);
  });

  test.each([
    ['not JSON', '{"a":', undefined],
    ['a list', '[]', undefined],
    ['bytes that are not text', Buffer.from([0xff, 0xfe, 0x80]), undefined],
    [
      'base64 of a wrong length',
      '{"Data":"abcde"}',
      "'abcde' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 5",
    ],
    [
      'base64 with another character',
      '{"Data":"ab!d"}',
      "'ab!d' can not be converted to a Blob: Invalid Base64 character: '!'",
    ],
  ])('JSON that is %s gets a SerializationException, whose text is in `Message`', async (_what, body, text) => {
    const { server, service } = await serving();
    const response = await call(server.url, 'PutRecord', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      __type: 'SerializationException',
      ...(text === undefined ? {} : { Message: text }),
    });
    expect(service.calls).toEqual([]);
  });

  test('the service words the error for a JSON value of a wrong type', async () => {
    const { server, service } = await serving();
    service.responses.PutRecord = () => ({});
    await call(server.url, 'PutRecord', '{"Data":7,"Timestamp":"soon","Records":{"Data":[]}}');
    expect(service.calls[0]?.input).toEqual({ Data: 7, Timestamp: 'soon', Records: { Data: [] } });
  });
});

describe('CBOR', () => {
  // The form of the Java SDK: maps and lists of indefinite length, and milliseconds under tag 1.
  const putRecords =
    'bf6a53747265616d4e616d65666f7264657273675265636f7264739fbf644461746143fffe806c506172746974696f6e4b6579626b31ffffff';

  test.each(['HTTP/1.1', 'HTTP/2'])('a request in CBOR gets a response in CBOR over %s', async (version) => {
    const { server, service } = await serving();
    const body = Buffer.from(putRecords, 'hex');
    const bytes =
      version === 'HTTP/2'
        ? (await callHttp2(server.url, callHeaders('PutRecords', CBOR_TYPE), body)).body
        : Buffer.from(await (await call(server.url, 'PutRecords', body, CBOR_TYPE)).arrayBuffer());
    expect(service.records).toMatchObject([{ Data: Buffer.from([0xff, 0xfe, 0x80]), PartitionKey: 'k1' }]);
    expect(cbor.deserialize(bytes)).toEqual({
      FailedRecordCount: 0,
      Records: [{ ShardId: 'shardId-000000000000', SequenceNumber: '49590000' }],
    });
    expect([bytes.at(0), bytes.at(-1)]).toEqual([0xbf, 0xff]);
  });

  test('CBOR has records as byte strings and times as whole milliseconds in tag 1', async () => {
    const { server, service } = await serving();
    const ApproximateArrivalTimestamp = new Date(1_700_000_000_123);
    service.records.push({
      SequenceNumber: '1',
      Data: Buffer.from('x'),
      PartitionKey: 'k',
      ApproximateArrivalTimestamp,
    });
    const response = await call(server.url, 'GetRecords', Buffer.from('bfff', 'hex'), CBOR_TYPE);
    expect(response.headers.get('content-type')).toBe(CBOR_TYPE);
    const [record] = cbor.deserialize(new Uint8Array(await response.arrayBuffer())).Records;
    expect(Buffer.from(record.Data).toString()).toBe('x');
    expect(record.ApproximateArrivalTimestamp).toMatchObject({ tag: 1, value: 1_700_000_000_123 });
  });

  test.each([
    ['tagged milliseconds, as from Java', 'c11b0000018bcfe5687b', 1_700_000_000_123],
    ['milliseconds', '1b0000018bcfe5687b', 1_700_000_000_123],
    ['tagged seconds, as in RFC 8949', 'c11a6553f100', 1_700_000_000_000],
    ['seconds with a fraction', 'fb41d954fc40000000', 1_700_000_000_000],
  ])('CBOR accepts a time in %s', async (_how, hex, epochMs) => {
    const { server, service } = await serving();
    service.responses.GetShardIterator = () => ({});
    const body = Buffer.from(`bf6954696d657374616d70${hex}ff`, 'hex');
    await call(server.url, 'GetShardIterator', body, CBOR_TYPE);
    expect(service.calls[0]?.input).toEqual({ Timestamp: new Date(epochMs) });
  });

  test('a request in CBOR gets errors in CBOR, and in a header', async () => {
    const { server } = await serving();
    for (const [operation, hex, code, members] of [
      ['PutRecord', 'bf6a53747265616d4e616d65616eff', 'ResourceNotFoundException', ['__type', 'message']],
      ['PutRecord', 'bf6a', 'SerializationException', ['__type']],
      ['Nothing', 'bfff', 'UnknownOperationException', ['__type']],
    ] as const) {
      const response = await call(server.url, operation, Buffer.from(hex, 'hex'), CBOR_TYPE);
      expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, code]);
      const error = cbor.deserialize(new Uint8Array(await response.arrayBuffer()));
      expect(Object.keys(error)).toEqual(members);
      expect(error.__type).toBe(code);
    }
  });
});

describe('every response', () => {
  test.each([JSON_TYPE, CBOR_TYPE])(
    'every response in %s has its ids and the checksum of its body',
    async (contentType) => {
      const { server } = await serving();
      const empty = contentType === CBOR_TYPE ? Buffer.from('bfff', 'hex') : '{}';
      const ids = new Set<string | null>();
      for (const operation of ['ListStreams', 'PutRecord', 'Break']) {
        const response = await call(server.url, operation, empty, contentType);
        const body = Buffer.from(await response.arrayBuffer());
        expect(response.headers.get('x-amz-crc32')).toBe(String(crc32(body)));
        expect(response.headers.get('content-length')).toBe(String(body.length));
        expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect(response.headers.get('x-amz-id-2')).toMatch(/^[A-Za-z0-9+/]{96}$/);
        ids.add(response.headers.get('x-amzn-requestid')).add(response.headers.get('x-amz-id-2'));
      }
      expect(ids.size).toBe(6);
    },
  );
});

test.each([JSON_TYPE, CBOR_TYPE])('an operation without output has an empty body in %s', async (type) => {
  const { server, service } = await serving();
  service.responses.DeleteStream = () => ({});
  const empty = type === CBOR_TYPE ? Buffer.from('bfff', 'hex') : '{}';
  const response = await call(server.url, 'DeleteStream', empty, type);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  expect([response.headers.get('content-length'), await response.text()]).toEqual(['0', '']);
});

test('the first message of an event stream is the one that AWS sends', () => {
  const published = [
    '00000068000000564e681724',
    '0d3a6d6573736167652d747970650700056576656e74',
    '0b3a6576656e742d74797065070010696e697469616c2d726573706f6e7365',
    '0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e',
    '7b7d',
    'fe942c1d',
  ];
  expect(INITIAL_RESPONSE.toString('hex')).toBe(published.join(''));
});
