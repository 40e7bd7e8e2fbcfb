import { type AddressInfo, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { startTestEngine } from '../../../engine/test-engine.ts';
import { type LoadData, makeLoad } from '../../../runners/bench/wire-load.ts';
import { LoadConnection, type Response } from '../../../runners/bench/wire-load-connection.ts';
import { recordsOf, requestBytesOf } from '../../../runners/bench/wire-request.ts';
import { makeStream, readStream, removeStream } from '../../../runners/bench/wire-stream.ts';

const PLAN = {
  operation: 'PutRecords',
  streamName: 'orders',
  requests: 6,
  records: 20,
  dataBytes: 100,
  seed: 3,
} as const;
const EXPECTED = '"FailedRecordCount":0';

const toClose: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

/** A server that handles each connection as the test defines. */
async function listening(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  toClose.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function engineWith(streams: Readonly<Record<string, number>>) {
  const { engine, endpoint, close } = await startTestEngine({ streams });
  toClose.push(close);
  return { engine, port: Number(new URL(endpoint).port) };
}

const loadOn = (port: number, more: Partial<LoadData> = {}): LoadData => {
  return { port, connections: 2, plan: PLAN, expected: EXPECTED, forMs: undefined, ...more };
};

describe('the requests of a load', () => {
  test('contain random records of their seed, in bytes that announce their length', () => {
    const records = recordsOf(PLAN);
    expect(recordsOf(PLAN)).toEqual(records);
    expect(recordsOf({ ...PLAN, seed: 4 })).not.toEqual(records);
    expect(new Set(records.flat().map(({ PartitionKey }) => PartitionKey)).size).toBe(120);
    expect(records.flat().every(({ Data }) => Buffer.from(Data, 'base64').length === 100)).toBe(true);
    for (const [i, bytes] of requestBytesOf(PLAN).entries()) {
      const [head = '', body = ''] = bytes.toString().split('\r\n\r\n');
      expect(head).toContain(`Content-Length: ${body.length}`);
      expect(JSON.parse(body)).toEqual({ StreamName: 'orders', Records: records[i] });
    }
  });
});

describe('a connection of a load', () => {
  test('finds the same responses however their bytes are cut', async () => {
    const bodies = ['{"FailedRecordCount":0}', '', `{"x":"${'y'.repeat(3000)}"}`];
    const responses = bodies.map((body, i) => `HTTP/1.1 ${200 + i} Z\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    const cut = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(cut, async (sizes) => {
        let next = 0;
        const port = await listening((socket) => {
          socket.setNoDelay(true);
          socket.on('data', () => void writeCut(socket, responses[next++] ?? '', sizes));
        });
        expect(await askedInTurn(port, bodies.length)).toEqual(bodies.map((body, i) => ({ status: 200 + i, body })));
      }),
      { numRuns: 10 },
    );
  });

  test('fails if a response has no length, and if the server closes the connection', async () => {
    const endless = await listening((socket) => socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n')));
    await expect(askedInTurn(endless, 1)).rejects.toThrow('no Content-Length');
    const leaving = await listening((socket) => socket.on('data', () => socket.end()));
    await expect(askedInTurn(leaving, 1)).rejects.toThrow('closed the connection');
  });
});

describe('a load', () => {
  test('puts every record once, and reads all of them back', async () => {
    const { port } = await engineWith({ orders: 3 });
    const end = await makeLoad(loadOn(port));
    expect(end).toMatchObject({ calls: 6, failures: 0 });
    const byKey = (records: readonly { PartitionKey: string; Data: string }[]) =>
      records
        .map(({ PartitionKey, Data }) => ({ PartitionKey, Data }))
        .sort((a, b) => (a.PartitionKey < b.PartitionKey ? -1 : 1));
    expect(byKey(await readStream(port, 'orders'))).toEqual(byKey(recordsOf(PLAN).flat()));
  });

  test('repeats its requests for its time, and counts the responses', async () => {
    const { engine, port } = await engineWith({ orders: 1 });
    const end = await makeLoad(loadOn(port, { forMs: { warmUp: 20, window: 100 } }));
    expect(end.failures).toBe(0);
    expect(end.callsPerSecond).toBeGreaterThan(0);
    expect(engine.account.stream({ StreamName: 'orders' }).metrics.statistic('IncomingRecords').sum).toBe(
      end.calls * 20,
    );
  });

  test('counts failed responses, and shows the first', async () => {
    const { port } = await engineWith({});
    const end = await makeLoad(loadOn(port));
    expect(end).toMatchObject({ calls: 0, failures: 6 });
    expect(end.firstFailure).toMatch(/^400 .*ResourceNotFoundException/);
  });

  test('fails when the server is gone', async () => {
    const port = await listening((socket) => socket.destroy());
    await expect(makeLoad(loadOn(port))).rejects.toThrow();
  });
});

describe('a stream of a benchmark', () => {
  test('is created ACTIVE, and is gone after its removal', async () => {
    const { engine, port } = await engineWith({});
    await makeStream(port, 'orders', 2);
    expect(engine.account.stream({ StreamName: 'orders' }).state.status).toBe('ACTIVE');
    expect(await readStream(port, 'orders')).toEqual([]);
    await removeStream(port, 'orders');
    expect(engine.account.findStream('orders')).toBeUndefined();
  });
});

async function askedInTurn(port: number, times: number): Promise<{ status: number; body: string }[]> {
  const responses: { status: number; body: string }[] = [];
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const onResponse = ({ status, body }: Response) => {
    responses.push({ status, body: body.toString() });
    if (responses.length === times) resolve();
    else connection.send(Buffer.from('again'));
  };
  const connection = new LoadConnection(port, onResponse, reject);
  connection.send(Buffer.from('first'));
  try {
    await done;
  } finally {
    connection.close();
  }
  return responses;
}

/** Each piece in an event of its own, as far as the system lets it. */
async function writeCut(socket: Socket, text: string, sizes: readonly number[]): Promise<void> {
  for (let at = 0, i = 0; at < text.length; i++) {
    const size = Math.max(sizes[i % sizes.length]!, Math.ceil(text.length / 20));
    socket.write(text.slice(at, at + size));
    at += size;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
