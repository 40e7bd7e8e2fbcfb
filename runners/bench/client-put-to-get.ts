import { resolveScenario } from '../../workloads/resolve.ts';
import type { ConsumerSpec } from '../../workloads/scenario.ts';
import { type Benchmark, type BenchmarkRow, medianOf, rowOf } from './benchmark.ts';
import { kinesisScenario, LEAN_CLIENT, type RunClient, SDK_CLIENT } from './kinesis-run-scenario.ts';
import { type BenchServer, startOurs } from './peers.ts';
import { portTrip, type TripPace } from './port-trip.ts';

const NAME = 'client-put-to-get';
const ROUNDS = 5;
const STEADY: TripPace = { everyMs: 4, forMs: 2000 };
/**
 * So few records in a second that each of a subscription leaves at once; more are gathered into events. They come close together,
 * because a program that sleeps between them needs longer for each: two that only echo bytes took 0.35 ms instead of 0.16.
 */
const BURSTS: TripPace = { everyMs: 4, forMs: 6000, burst: { records: 6, pauseMs: 900 } };
/** The first records of a round find caches cold; a round before the first one has compiled the code. */
const SKIPPED_RATIO = 0.2;

const CLIENTS: readonly RunClient[] = [LEAN_CLIENT, SDK_CLIENT];

interface Way {
  /** Behind the benchmark's name. */
  readonly suffix: string;
  readonly protocol: 'http1' | 'http2';
  readonly consumer: ConsumerSpec;
  readonly pace: TripPace;
}

/** Polls again as soon as the last response has arrived, which no scenario may. */
const POLL: ConsumerSpec = { name: 'reader', kind: 'polling', intervalNs: 0 };
const FAN_OUT: ConsumerSpec = { name: 'reader', kind: 'fan-out' };

const WAYS: readonly Way[] = [
  { suffix: '', protocol: 'http1', consumer: POLL, pace: STEADY },
  { suffix: '-http2', protocol: 'http2', consumer: POLL, pace: STEADY },
  { suffix: '-subscribe', protocol: 'http1', consumer: FAN_OUT, pace: BURSTS },
  { suffix: '-subscribe-http2', protocol: 'http2', consumer: FAN_OUT, pace: BURSTS },
];

/**
 *   producer port -- PutRecord --> serve (a process) -- GetRecords again and again, or SubscribeToShard --> consumer port
 *
 * One record at a time through the target kinesis, with each of its clients in turn: from the hand-over to the receiver.
 */
export const clientPutToGet: Benchmark = {
  name: NAME,
  title: 'put-to-get of single records through the target kinesis, polled and pushed, in turn with each client',
  run: async () => {
    const server = await startOurs();
    try {
      const rows: BenchmarkRow[] = [];
      for (const way of WAYS) rows.push(...(await rowsOf(server, way)));
      return rows;
    } finally {
      await server.close();
    }
  },
};

async function rowsOf(server: BenchServer, way: Way): Promise<BenchmarkRow[]> {
  const ends = CLIENTS.map((): (readonly number[])[] => []);
  for (const client of CLIENTS) await sortedLatenciesMs(server, { ...way, pace: STEADY }, client);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, client] of CLIENTS.entries()) ends[i]!.push(await sortedLatenciesMs(server, way, client));
  }
  return [0.5, 0.99].flatMap((ratio) => {
    const values = ends.map((rounds) => rounds.map((sorted) => sorted[Math.floor(ratio * sorted.length)]!));
    return CLIENTS.map(({ suffix }, i) => {
      const name = `${NAME}${way.suffix}${suffix}${ratio === 0.5 ? '' : '-p99'}`;
      return rowOf(name, `ms at p${100 * ratio}`, values[i]!, medianOf(values[0]!) / medianOf(values[i]!));
    });
  });
}

async function sortedLatenciesMs(server: BenchServer, way: Way, client: RunClient): Promise<readonly number[]> {
  const { protocol, consumer, pace } = way;
  const load = {
    name: `${NAME}${way.suffix}`,
    phases: [{ name: 'all', duration: '1s', rate: '1/s' }],
    payloadBytes: 100,
    inFlight: 1,
    consumers: [],
  };
  const { target, ...rest } = kinesisScenario(server, client, load);
  const single = { ...target, create: { shards: 1 }, put: 'record', protocol };
  const scenario = { ...resolveScenario({ ...rest, target: single }), consumers: [consumer] };
  const latenciesMs = await portTrip(scenario, pace);
  return latenciesMs.slice(Math.floor(SKIPPED_RATIO * latenciesMs.length)).sort((a, b) => a - b);
}
