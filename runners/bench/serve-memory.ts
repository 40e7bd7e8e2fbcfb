import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Benchmark, holds, rowOf } from './benchmark.ts';
import { OURS, startOurs } from './peers.ts';
import { CAN_READ_PROCESS_RSS, missingRow, processRssBytes } from './process-rss.ts';
import { callKinesis, KINESIS_TARGET, SIGNED_HEADERS } from './wire-call.ts';
import { makeStream } from './wire-stream.ts';

const CLIENTS = 100;
const RECORDS = 10;
const RECORD_BYTES = 1_000_000;
const UNREAD_MS = 10_000;
const AFTER_MS = 30_000;
const MIB = 1024 * 1024;
const NAMES = ['serve-memory-unread', 'serve-memory-after'] as const;

/** Memory of a server whose clients request 10 MB each and do not read the responses: while they are there, and 30 s later. */
export const serveMemory: Benchmark = {
  name: 'serve-memory',
  title: '100 clients that do not read responses of 10 MB: memory of the server',
  run: async () => {
    if (!CAN_READ_PROCESS_RSS) return NAMES.map((name) => missingRow(name, 'MiB'));
    const server = await startOurs();
    try {
      await makeStream(server.port, 'large', 1);
      for (let i = 0; i < RECORDS; i++) await put(server.port);
      const sockets = await requestAll(server.port);
      await sleep(UNREAD_MS);
      const unreadMiB = processRssBytes(server.pid) / MIB;
      for (const socket of sockets) socket.destroy();
      await sleep(AFTER_MS);
      const afterMiB = processRssBytes(server.pid) / MIB;
      return [rowOf(NAMES[0], 'MiB', [unreadMiB]), rowOf(NAMES[1], 'MiB', [afterMiB])];
    } finally {
      await server.close();
    }
  },
};

async function put(port: number): Promise<void> {
  const Data = Buffer.alloc(RECORD_BYTES, 'x').toString('base64');
  const records = { StreamName: 'large', Records: [{ Data, PartitionKey: 'k' }] };
  const { FailedRecordCount } = await callKinesis(port, 'PutRecords', records);
  holds(FailedRecordCount === 0, `${OURS} did not put a large record`);
}

/** Sends one request on each connection, and reads nothing. */
async function requestAll(port: number): Promise<Socket[]> {
  const shard = { StreamName: 'large', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' };
  const { ShardIterator } = await callKinesis(port, 'GetShardIterator', shard);
  const body = JSON.stringify({ ShardIterator, Limit: 10_000 });
  const headers = { ...SIGNED_HEADERS, 'X-Amz-Target': `${KINESIS_TARGET}GetRecords`, 'Content-Length': body.length };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `POST / HTTP/1.1\r\nHost: localhost\r\n${lines.join('')}\r\n${body}`;
  const sockets: Socket[] = [];
  for (let i = 0; i < CLIENTS; i++) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    socket.pause();
    socket.write(request);
    sockets.push(socket);
  }
  return sockets;
}
