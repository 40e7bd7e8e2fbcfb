import { setTimeout as sleep } from 'node:timers/promises';
import { cbor } from '@smithy/core/cbor';
import { type Benchmark, type BenchmarkRow, holds, rowOf } from './benchmark.ts';
import { cpuSeconds, processCpuSeconds } from './cpu-time.ts';
import { type BenchServer, startOurs } from './peers.ts';
import { callKinesis, KINESIS_TARGET, SIGNED_HEADERS } from './wire-call.ts';
import { makeLoad } from './wire-load.ts';
import { LoadConnection } from './wire-load-connection.ts';
import { type RequestPlan, recordsOf } from './wire-request.ts';
import { makeStream, shardIdsOf } from './wire-stream.ts';

const NAME = 'wire-get-records';
const STREAM = 'gets';
const ROUNDS = 5;
const SHARDS = 4;
/** GetRecords returns no more. */
const LIMIT = 10_000;
/** Enough for every shard to have the limit. */
const PLAN: RequestPlan = {
  operation: 'PutRecords',
  streamName: STREAM,
  requests: 100,
  records: 500,
  dataBytes: 100,
  seed: 7,
};
const FOR_MS = { warmUp: 1000, window: 3000 };
const RESPONSE_BYTES_MAX = 8 * 1024 * 1024;
/** A later response of the same records differs in its times only. */
const LENGTH_DIFFERENCE_MAX = 100;

interface Format {
  readonly suffix: string;
  readonly contentType: string;
  write(input: object): Uint8Array;
  /** Base64 of the data of every record. */
  dataOf(body: Buffer): readonly string[];
}

const FORMATS: readonly Format[] = [
  {
    suffix: '',
    contentType: 'application/x-amz-cbor-1.1',
    write: (input) => cbor.serialize(input),
    dataOf: (body) => {
      const { Records } = cbor.deserialize(body) as { readonly Records: readonly { readonly Data: Uint8Array }[] };
      return Records.map(({ Data }) => Buffer.from(Data).toString('base64'));
    },
  },
  {
    suffix: '-json',
    contentType: 'application/x-amz-json-1.1',
    write: (input) => Buffer.from(JSON.stringify(input)),
    dataOf: (body) => {
      const { Records } = JSON.parse(body.toString()) as { readonly Records: readonly { readonly Data: string }[] };
      return Records.map(({ Data }) => Data);
    },
  },
];

/**
 *   4 connections of HTTP/1.1 -- GetRecords of the first 10,000 records, again and again --> serve (a process)
 *
 * Each connection reads a shard of its own. Its first response is compared with the records that were put, the others with its
 * length.
 */
export const wireGetRecords: Benchmark = {
  name: NAME,
  title: 'GetRecords of 10,000 records of 100 B over 4 connections of HTTP/1.1, in CBOR and in JSON',
  run: async () => {
    const server = await startOurs({ options: ['--limits', 'none', '--delay', '0ms', '--memory', '1GiB'] });
    try {
      await makeStream(server.port, STREAM, SHARDS);
      const end = await makeLoad({
        port: server.port,
        connections: SHARDS,
        plan: PLAN,
        expected: '"FailedRecordCount":0',
      });
      holds(end.calls === PLAN.requests, `${end.failures} of ${PLAN.requests} puts failed: ${end.firstFailure}`);
      const ends = FORMATS.map((): GetsEnd[] => []);
      for (let round = 0; round < ROUNDS; round++) {
        for (const [i, format] of FORMATS.entries()) ends[i]!.push(await measure(server, format));
      }
      return FORMATS.flatMap(({ suffix }, i) => rowsOf(`${NAME}${suffix}`, ends[i]!));
    } finally {
      await server.close();
    }
  },
};

interface GetsEnd {
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly serverUsPerRecord: number;
  /** CPU time of this process over the window. */
  readonly clientCpuRatio: number;
}

async function measure({ port, pid }: BenchServer, format: Format): Promise<GetsEnd> {
  const put = new Set(recordsOf(PLAN).flatMap((records) => records.map(({ Data }) => Data)));
  const counts = { responses: 0, bytes: 0 };
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  const connections: LoadConnection[] = [];
  for (const shardId of await shardIdsOf(port, STREAM)) {
    const request = await requestOf(port, shardId, format);
    let firstBytes: number | undefined;
    const onResponse = ({ status, body }: { readonly status: number; readonly body: Buffer }) => {
      if (firstBytes === undefined) {
        const data = status === 200 ? format.dataOf(body) : [];
        if (new Set(data).size !== LIMIT || !data.every((one) => put.has(one)))
          fail(new Error(`GetRecords returned ${status} and ${data.length} records, not the first ${LIMIT}`));
        firstBytes = body.length;
      } else if (status !== 200 || Math.abs(body.length - firstBytes) > LENGTH_DIFFERENCE_MAX) {
        fail(new Error(`GetRecords returned ${status} and ${body.length} bytes instead of ${firstBytes}`));
      }
      counts.responses += 1;
      counts.bytes += body.length;
      connection.send(request);
    };
    const connection = new LoadConnection(port, onResponse, fail, RESPONSE_BYTES_MAX);
    connections.push(connection);
    connection.send(request);
  }
  try {
    return await Promise.race([window(pid, counts), failed]);
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function window(pid: number, counts: { responses: number; bytes: number }): Promise<GetsEnd> {
  await sleep(FOR_MS.warmUp);
  const before = {
    ...counts,
    atMs: performance.now(),
    serverSeconds: processCpuSeconds(pid),
    clientSeconds: cpuSeconds(),
  };
  await sleep(FOR_MS.window);
  const seconds = (performance.now() - before.atMs) / 1e3;
  const records = (counts.responses - before.responses) * LIMIT;
  return {
    recordsPerSecond: records / seconds,
    bytesPerSecond: (counts.bytes - before.bytes) / seconds,
    serverUsPerRecord: (1e6 * (processCpuSeconds(pid) - before.serverSeconds)) / records,
    clientCpuRatio: (cpuSeconds() - before.clientSeconds) / seconds,
  };
}

async function requestOf(port: number, shardId: string, { contentType, write }: Format): Promise<Buffer> {
  const from = { StreamName: STREAM, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' };
  const { ShardIterator } = await callKinesis(port, 'GetShardIterator', from);
  const body = write({ ShardIterator, Limit: LIMIT });
  const headers = {
    Host: '127.0.0.1',
    'Content-Length': String(body.length),
    'X-Amz-Target': `${KINESIS_TARGET}GetRecords`,
    ...SIGNED_HEADERS,
    'Content-Type': contentType,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}

function rowsOf(name: string, ends: readonly GetsEnd[]): BenchmarkRow[] {
  const row = (suffix: string, unit: string, value: (end: GetsEnd) => number) =>
    rowOf(`${name}${suffix}`, unit, ends.map(value));
  const client = rowOf(
    name,
    '',
    ends.map(({ clientCpuRatio }) => clientCpuRatio),
  ).median;
  return [
    {
      ...row('', 'records/s', ({ recordsPerSecond }) => recordsPerSecond),
      note: `client ${client.toFixed(2)} of a core`,
    },
    row('-bytes', 'MB/s', ({ bytesPerSecond }) => bytesPerSecond / 1e6),
    row('-server-cpu', 'us a record', ({ serverUsPerRecord }) => serverUsPerRecord),
  ];
}
