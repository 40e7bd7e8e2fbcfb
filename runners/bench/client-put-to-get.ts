import { resolveScenario } from '../../workloads/resolve.ts';
import type { ConsumerSpec } from '../../workloads/scenario.ts';
import { type Benchmark, type BenchmarkRow, medianOf, rowOf } from './benchmark.ts';
import { kinesisScenario, LEAN_CLIENT, type RunClient, SDK_CLIENT } from './kinesis-run-scenario.ts';
import { type BenchServer, startOurs } from './peers.ts';
import { portTrip } from './port-trip.ts';
import type { Pace } from './wire-sdk.ts';

const NAME = 'client-put-to-get';
const ROUNDS = 5;
const BUSY: Pace = { everyMs: 4, forMs: 2000 };
/** A stream so quiet that each record of a subscription leaves at once; more often they are gathered into events. */
const QUIET: Pace = { everyMs: 130, forMs: 6000 };
/** The first records find the code cold. */
const SKIPPED_RATIO = 0.2;

const CLIENTS: readonly RunClient[] = [LEAN_CLIENT, SDK_CLIENT];

interface Way {
  /** Behind the benchmark's name. */
  readonly suffix: string;
  readonly protocol: 'http1' | 'http2';
  readonly consumer: ConsumerSpec;
  readonly pace: Pace;
}

/** Polls again as soon as the last response has arrived, which no scenario may. */
const POLL: ConsumerSpec = { name: 'reader', kind: 'polling', intervalNs: 0 };
const FAN_OUT: ConsumerSpec = { name: 'reader', kind: 'fan-out' };

const WAYS: readonly Way[] = [
  { suffix: '', protocol: 'http2', consumer: POLL, pace: BUSY },
  { suffix: '-http1', protocol: 'http1', consumer: POLL, pace: BUSY },
  { suffix: '-subscribe', protocol: 'http2', consumer: FAN_OUT, pace: QUIET },
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
