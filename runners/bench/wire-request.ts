import { RandomStream } from '../../workloads/random.ts';
import { redisCommand, redisStreams } from './redis.ts';
import { FIREHOSE_TARGET, KINESIS_TARGET, SIGNED_HEADERS } from './wire-call.ts';
import type { WireRecord } from './wire-stream.ts';

/** Put requests that are made before anything is measured. */
export interface RequestPlan {
  /** XADD is the put of Redis, with all records of a request pipelined. */
  readonly operation: 'PutRecord' | 'PutRecords' | 'PutRecordBatch' | 'XADD';
  /** Name of the stream, of the delivery stream for PutRecordBatch, or the start of the names of Redis' streams. */
  readonly streamName: string;
  /** Different ones; they are sent in turn. */
  readonly requests: number;
  /** In one request; 1 for PutRecord. */
  readonly records: number;
  readonly dataBytes: number;
  readonly seed: number;
}

/** The records of every request: random keys of 16 characters, random data. The same seed gives the same ones. */
export function recordsOf({ requests, records, dataBytes, seed }: RequestPlan): WireRecord[][] {
  const random = new RandomStream(seed, 'wire-request');
  const hex = () => (random.bits() >>> 0).toString(16).padStart(8, '0');
  const data = Buffer.alloc(Math.ceil(dataBytes / 4) * 4);
  const record = () => {
    for (let at = 0; at < data.length; at += 4) data.writeInt32LE(random.bits(), at);
    return { PartitionKey: hex() + hex(), Data: data.toString('base64', 0, dataBytes) };
  };
  return Array.from({ length: requests }, () => Array.from({ length: records }, record));
}

/**
 * The bytes of every request: RESP for Redis, otherwise HTTP/1.1 in JSON, as an SDK would send them, without headers that no
 * server here reads.
 */
export function requestBytesOf(plan: RequestPlan): Buffer[] {
  const { operation } = plan;
  if (operation === 'XADD') {
    const streams = redisStreams(plan.streamName);
    return recordsOf(plan).map((records, i) => xaddRequest(streams, i, records));
  }
  const target = operation === 'PutRecordBatch' ? FIREHOSE_TARGET : KINESIS_TARGET;
  return recordsOf(plan).map((records) => {
    const body = JSON.stringify(inputOf(plan, records));
    const headers = {
      Host: '127.0.0.1',
      'Content-Length': String(Buffer.byteLength(body)),
      'X-Amz-Target': `${target}${operation}`,
      ...SIGNED_HEADERS,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
  });
}

function inputOf({ operation, streamName }: RequestPlan, records: readonly WireRecord[]): object {
  switch (operation) {
    case 'PutRecord':
      return { StreamName: streamName, ...records[0] };
    case 'PutRecordBatch':
      return { DeliveryStreamName: streamName, Records: records.map(({ Data }) => ({ Data })) };
    default:
      return { StreamName: streamName, Records: records };
  }
}

/** Appends the data of each record to one of the streams in turn, in a field of one letter. The keys are not stored. */
function xaddRequest(streams: readonly string[], requestIndex: number, records: readonly WireRecord[]): Buffer {
  const commands = records.map(({ Data }, i) => {
    const stream = streams[(requestIndex + i) % streams.length]!;
    return redisCommand(['XADD', stream, '*', 'd', Buffer.from(Data, 'base64')]);
  });
  return Buffer.concat(commands);
}
