import { setTimeout as sleep } from 'node:timers/promises';
import { type Benchmark, holds } from './benchmark.ts';
import { type BenchServer, OURS, type PeerName, type ServerName, startServers } from './peers.ts';
import { type Measured, measuredInTurn, rowsWithPeers } from './peers-rounds.ts';
import { openSdk, type Pace, pollTight, putPaced, type Reading, subscribe, type Trip, TripTimes } from './wire-sdk.ts';
import { makeStream, removeStream } from './wire-stream.ts';

const ROUNDS = 5;
const BUSY: Pace = { everyMs: 4, forMs: 2000 };
/** A stream so quiet that each record of a subscription leaves at once; more often they are gathered into events. */
const QUIET: Pace = { everyMs: 130, forMs: 6000 };
const SKIPPED_RATIO = 0.2;
/** For what was put to come back. */
const LAST_TIMEOUT_MS = 20_000;

interface TripEnd {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Way {
  /** Behind the benchmark's name. */
  readonly suffix: string;
  readonly protocol: Trip['protocol'];
  readonly read: Reading;
  readonly pace: Pace;
  readonly servers: readonly ServerName[];
}

/** The peers speak HTTP/1.1 in cleartext; kinesalite has no subscriptions. */
const WAYS: readonly Way[] = [
  { suffix: '', protocol: 'http2', read: pollTight, pace: BUSY, servers: [OURS] },
  { suffix: '-http1', protocol: 'http1', read: pollTight, pace: BUSY, servers: [OURS, 'kinesalite', 'kinesis-local'] },
  { suffix: '-subscribe', protocol: 'http2', read: subscribe, pace: QUIET, servers: [OURS] },
  { suffix: '-subscribe-http1', protocol: 'http1', read: subscribe, pace: QUIET, servers: [OURS, 'kinesis-local'] },
  { suffix: '-subscribe-busy', protocol: 'http2', read: subscribe, pace: BUSY, servers: [OURS] },
];

/**
 *   PutRecord every 4 ms, or every 130 ms -> server process -> GetRecords again and again, or SubscribeToShard
 *
 * Both sides with AWS's client, in one thread: from handing a record to the client to having it back.
 */
export const wirePutToGet: Benchmark = {
  name: 'wire-put-to-get',
  title: "from PutRecord to its record in hand with AWS's client, polled and pushed, in turn with other emulators",
  run: async () => {
    const { running, missing, close } = await startServers();
    try {
      const ends: Measured<TripEnd>[] = [];
      for (const way of WAYS) {
        const servers = running.filter(({ name }) => way.servers.includes(name));
        ends.push(await measuredInTurn(servers, ROUNDS, ({ server }) => measure(server, way)));
      }
      return WAYS.flatMap((way, i) => rowsOf(way, ends[i]!, missing));
    } finally {
      await close();
    }
  },
};

async function measure(server: BenchServer, { suffix, protocol, read, pace }: Way): Promise<TripEnd> {
  const trip: Trip = { port: server.port, protocol, streamName: `trip${suffix}` };
  await makeStream(trip.port, trip.streamName, 1);
  const client = await openSdk(trip);
  const times = new TripTimes();
  const ending = new AbortController();
  const reading = read(client, trip, times, ending.signal).catch((error: unknown) => {
    // Ending a subscription is an error to its reader.
    if (!ending.signal.aborted) throw error;
  });
  try {
    await Promise.race([reading, putPaced(client, trip, times, pace).then(() => allReceived(times))]);
  } finally {
    ending.abort();
    client.destroy();
  }
  const what = `${server.name}${suffix}: ${times.received} of ${times.sent} records came back`;
  holds(times.received === times.sent && times.defects === 0, `${what}, ${times.defects} of them wrong`);
  await removeStream(trip.port, trip.streamName);
  const latenciesMs = times.latenciesMs(SKIPPED_RATIO);
  const at = (ratio: number) => latenciesMs[Math.floor(ratio * latenciesMs.length)]!;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function allReceived(times: TripTimes): Promise<void> {
  const untilMs = performance.now() + LAST_TIMEOUT_MS;
  while (times.received < times.sent && performance.now() < untilMs) await sleep(2);
}

function rowsOf({ suffix, servers }: Way, ends: Measured<TripEnd>, missing: readonly PeerName[]) {
  const part = (pick: (end: TripEnd) => number): Measured<number> =>
    new Map([...ends].map(([server, values]) => [server, values.map(pick)]));
  const common = { missing: missing.filter((peer) => servers.includes(peer)) };
  const name = `wire-put-to-get${suffix}`;
  return [
    ...rowsWithPeers(
      { ...common, name, unit: 'ms at p50' },
      part(({ p50Ms }) => p50Ms),
    ),
    ...rowsWithPeers(
      { ...common, name: `${name}-p99`, unit: 'ms at p99' },
      part(({ p99Ms }) => p99Ms),
    ),
  ];
}
