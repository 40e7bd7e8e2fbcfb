import { describe, expect, test } from 'vitest';
import { startTestEngine } from '../../../engine/test-engine.ts';
import { medianOf, WrongResult } from '../../../runners/bench/benchmark.ts';
import { type BenchServer, OURS, startOurs, startPeer } from '../../../runners/bench/peers.ts';
import { startProcess } from '../../../runners/bench/peers-process.ts';
import { measuredInTurn, rowsWithPeers } from '../../../runners/bench/peers-rounds.ts';
import { callKinesis } from '../../../runners/bench/wire-call.ts';
import { checkRetention, retentionOf } from '../../../runners/bench/wire-retention.ts';
import { openSdk, pollTight, putPaced, subscribe, TripTimes } from '../../../runners/bench/wire-sdk.ts';
import { makeStream, readStream, removeStream } from '../../../runners/bench/wire-stream.ts';
import { freePort } from '../../../runners/free-port.ts';

const START_TIMEOUT_MS = 40_000;

describe('a server to measure', () => {
  test.each([
    [OURS, startOurs],
    ['kinesalite', () => startPeer('kinesalite')],
    ['kinesis-local', () => startPeer('kinesis-local')],
  ] as const)(
    '%s starts in a process of its own, keeps a record, and ends',
    async (name, start) => {
      const server = (await start()) as BenchServer;
      try {
        expect(server.name).toBe(name);
        await makeStream(server.port, 'orders', 2);
        const record = { PartitionKey: 'k', Data: 'aGVsbG8=' };
        await callKinesis(server.port, 'PutRecords', { StreamName: 'orders', Records: [record] });
        expect(await readStream(server.port, 'orders')).toMatchObject([record]);
        await removeStream(server.port, 'orders');
      } finally {
        await server.close();
      }
      expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
    },
    START_TIMEOUT_MS,
  );

  test('reports the error output of a server that ends before it responds', async () => {
    const args = ['--eval', 'console.error("no such thing"); process.exit(3)'];
    await expect(startProcess({ args }, await freePort())).rejects.toThrow(/ended \(3\): no such thing/);
  });
});

describe('figures in turn with peers', () => {
  const servers = [OURS, 'kinesalite'].map((name) => ({ name }) as BenchServer);

  test('are measured round by round, server by server', async () => {
    const order: string[] = [];
    const values = await measuredInTurn(servers, 2, async ({ server, index }) => order.push(`${server.name} ${index}`));
    expect(order).toEqual(['streamgauge 0', 'kinesalite 0', 'streamgauge 1', 'kinesalite 1']);
    expect([...values]).toEqual([
      [OURS, [1, 3]],
      ['kinesalite', [2, 4]],
    ]);
  });

  test('have the ratio to each peer, and a row for a peer that is not installed', () => {
    const values = new Map([
      [OURS, [30, 10, 20]],
      ['kinesalite', [5, 4, 3]],
    ] as const);
    const rows = rowsWithPeers({ name: 'puts', unit: 'calls/s', missing: ['kinesis-local'] }, values);
    expect(JSON.parse(JSON.stringify(rows))).toEqual([
      { name: 'puts', unit: 'calls/s', median: 20, min: 10, max: 30, ratio: 5 },
      { name: 'puts-kinesalite', unit: 'calls/s', median: 4, min: 3, max: 5, ratio: 5 },
      {
        name: 'puts-kinesis-local',
        unit: 'calls/s',
        median: null,
        min: null,
        max: null,
        note: 'kinesis-local is not installed',
      },
    ]);
  });

  test('have no ratio when no peer is installed', () => {
    const [row] = rowsWithPeers({ name: 'puts', unit: 'calls/s', missing: [] }, new Map([[OURS, [1, 2]]]));
    expect(row).toEqual({ name: 'puts', unit: 'calls/s', median: 1.5, min: 1, max: 2 });
  });
});

describe("trips with AWS's client", () => {
  test.each([
    ['polled over HTTP/2', 'http2', pollTight],
    ['polled over HTTP/1.1', 'http1', pollTight],
    ['pushed over HTTP/2', 'http2', subscribe],
    ['pushed over HTTP/1.1', 'http1', subscribe],
  ] as const)('%s: every record comes back once, in order', async (_, protocol, read) => {
    await using server = await startTestEngine({ streams: { trip: 1 } });
    const trip = { port: Number(new URL(server.endpoint).port), protocol, streamName: 'trip' };
    const client = await openSdk(trip);
    const times = new TripTimes();
    const ending = new AbortController();
    const reading = read(client, trip, times, ending.signal).catch(() => {});
    await putPaced(client, trip, times, { everyMs: 1, forMs: 60 });
    await expect.poll(() => times.received).toBe(times.sent);
    ending.abort();
    client.destroy();
    await reading;
    expect(times.defects).toBe(0);
    const latencies = times.latenciesMs(0);
    expect(latencies).toHaveLength(times.sent);
    expect(medianOf(latencies)).toBeGreaterThan(0);
  });

  test('a duplicated or lost record is a defect', () => {
    const times = new TripTimes();
    const [first, second, third] = [times.nextData(), times.nextData(), times.nextData()];
    times.take([{ Data: first }, { Data: first }]);
    times.take([{ Data: third }]);
    expect(second).toHaveLength(100);
    expect(times.defects).toBe(1);
    expect(times.received).toBe(3);
  });
});

describe('retention', () => {
  const plan = { records: 300_000, recordsPerSecond: 1000, shards: 1, memoryBytes: 2 ** 20 };

  test('reads from disk what memory cannot hold, and deletes it after its retention', async () => {
    const end = await retentionOf(plan);
    expect(end).toMatchObject({ read: 300_000, defects: 0, throttled: 0, readAfterwards: 0 });
    expect(end.archivedBytes).toBeGreaterThan(plan.memoryBytes);
    expect(end.archivedBytesAfterwards).toBeLessThan(end.archivedBytes);
    // The memory of a process that compiles its sources while loading them is measured by the benchmark, not by this test.
    checkRetention(plan, { ...end, rssPeakBytes: 144 * 2 ** 20 });
    expect(() => checkRetention(plan, { ...end, rssPeakBytes: 145 * 2 ** 20 })).toThrow(/145 MiB, over 144.375 MiB/);
    expect(() => checkRetention(plan, { ...end, read: 299_999 })).toThrow(WrongResult);
    expect(() => checkRetention(plan, { ...end, rssPeakBytes: 2 ** 31 })).toThrow(/2048 MiB/);
  });
});
