import { type Benchmark, type BenchmarkRow, holds, medianOf, rowOf, WrongResult } from './benchmark.ts';
import { highestRate } from './highest-rate.ts';
import { kinesisScenario, LEAN_CLIENT, type RunClient, type RunLoad, SDK_CLIENT } from './kinesis-run-scenario.ts';
import { type BenchServer, startOurs } from './peers.ts';
import { type RunEnd, runInProcess } from './run-process.ts';

interface Client extends RunClient {
  /** The first rate of the search, for records of 100 B. */
  readonly startPerSecond: number;
}

const CLIENTS: readonly Client[] = [
  { ...LEAN_CLIENT, startPerSecond: 200_000 },
  { ...SDK_CLIENT, startPerSecond: 40_000 },
];

interface Shape {
  readonly name: string;
  readonly payloadBytes: number;
  /** Rates of the search are divided by this: larger records are fewer. */
  readonly slowerRatio: number;
}

const ROUNDS = 3;
const TRIES_MAX = 9;
/** Runs at a rate of the search until one is good: other programs may have had the machine. */
const SEARCH_ATTEMPTS_MAX = 2;
const STEP_RATIO = 1.5;
const RESOLUTION_RATIO = 1.12;
/** The CPU time of a record is measured at this rate of 100 B, too, at which neither core is full. */
const EASY_PER_SECOND = 400_000;
/** A round whose run is not good is repeated a little slower: other programs may have had the machine. */
const ATTEMPTS_MAX = 4;
const AGAIN_RATIO = 0.93;
const WARM_UP_SECONDS = 2;
const STEADY_SECONDS = 4;
const IN_FLIGHT = 8;
const POLL_INTERVAL_MS = 50;
/** The whole run stays in memory, because the figure is about the wire and not about the disk. */
const SERVE_OPTIONS = ['--limits', 'none', '--delay', '0ms', '--memory', '8GiB'];
const ACHIEVED_RATIO_MIN = 0.99;

/**
 *   serve (a process) <-- run (a process: one producer, one polling consumer), in turn with each client
 *
 * First the highest rate that gives a VALID run, then rounds at that rate. Every record is stamped and must come back
 * once.
 */
function kinesisRun(shape: Shape): Benchmark {
  return {
    name: shape.name,
    title: `the command run against serve on this machine, records of ${shape.payloadBytes} B, in turn with each client`,
    run: async () => {
      const server = await startOurs({ options: SERVE_OPTIONS });
      try {
        const rates: number[] = [];
        for (const client of CLIENTS) rates.push(await searchRate(server, shape, client));
        const ends = CLIENTS.map((): RunEnd[] => []);
        for (let round = 0; round < ROUNDS; round++) {
          for (const [i, client] of CLIENTS.entries()) {
            ends[i]!.push(await validRun(server, shape, client, rates[i]!));
          }
        }
        return [...rowsOf(shape, ends), ...(await atEasyRate(server, shape, rates[0]!))];
      } finally {
        await server.close();
      }
    },
  };
}

async function searchRate(server: BenchServer, shape: Shape, client: Client): Promise<number> {
  const startPerSecond = client.startPerSecond / shape.slowerRatio;
  const search = { startPerSecond, stepRatio: STEP_RATIO, resolutionRatio: RESOLUTION_RATIO, triesMax: TRIES_MAX };
  const found = await highestRate(search, async (perSecond) => {
    for (let attempt = 0; attempt < SEARCH_ATTEMPTS_MAX; attempt++) {
      const { result } = await measure(server, shape, client, perSecond);
      const problem = problemOf(result);
      process.stderr.write(`${shape.name}${client.suffix} at ${perSecond}/s: ${problem ?? 'VALID'}\n`);
      if (problem === undefined) return true;
    }
    return false;
  });
  if (found === undefined) throw new WrongResult(`${shape.name}${client.suffix}: no rate gave a VALID run`);
  return found;
}

async function validRun(server: BenchServer, shape: Shape, client: Client, fromPerSecond: number): Promise<RunEnd> {
  let problem: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const end = await measure(server, shape, client, Math.round(fromPerSecond * AGAIN_RATIO ** attempt));
    problem = problemOf(end.result);
    if (problem === undefined) return end;
  }
  throw new WrongResult(`${shape.name}${client.suffix}: ${problem}`);
}

async function measure(server: BenchServer, shape: Shape, client: Client, perSecond: number): Promise<RunEnd> {
  const warmUpRecords = (WARM_UP_SECONDS * perSecond) / 2;
  const steadyRecords = STEADY_SECONDS * perSecond;
  const end = await runInProcess({
    server,
    scenario: kinesisScenario(server, client, loadOf(shape, perSecond)),
    window: { fromRecord: warmUpRecords + 0.1 * steadyRecords, toRecord: warmUpRecords + 0.9 * steadyRecords },
  });
  const { sent, received, lost } = end.result.summary.ledger;
  holds(sent === received && lost === 0, `sent ${sent}, received ${received}, lost ${lost}`);
  return end;
}

/** @returns why a run does not show that its rate can be sustained; undefined if it does. */
function problemOf({ outcome, validity, summary }: RunEnd['result']): string | undefined {
  if (outcome.kind !== 'completed') return `the run ended ${outcome.kind}`;
  if (validity.kind !== 'valid') return `INVALID: ${validity.reasons.map(({ what }) => what).join('; ')}`;
  // A call that times out is repeated, and may have been stored. Calls in flight at once have no order among them.
  const { duplicated } = summary.ledger;
  if (duplicated > 0) return `${duplicated} records were received twice`;
  const { achievedPerSecond, intendedPerSecond } = summary.rate;
  if (achievedPerSecond >= ACHIEVED_RATIO_MIN * intendedPerSecond) return undefined;
  return `achieved ${Math.round(achievedPerSecond)}/s of ${Math.round(intendedPerSecond)}/s`;
}

/** The CPU time of the lean client below its highest rate. Two full cores take it from each other. */
async function atEasyRate(server: BenchServer, shape: Shape, highestPerSecond: number): Promise<BenchmarkRow[]> {
  if (shape.slowerRatio > 1 || EASY_PER_SECOND > highestPerSecond) return [];
  const ends: RunEnd[] = [];
  for (let round = 0; round < ROUNDS; round++) ends.push(await validRun(server, shape, CLIENTS[0]!, EASY_PER_SECOND));
  const us = ends.map(({ clientUsPerRecord }) => clientUsPerRecord);
  return [rowOf(`${shape.name}-cpu-at-${EASY_PER_SECOND / 1000}k`, 'us a record', us)];
}

function loadOf({ name, payloadBytes }: Shape, perSecond: number): RunLoad {
  return {
    name,
    phases: [
      // A ramp, so that code that is not compiled yet is not overwhelmed.
      { name: 'warm-up', duration: `${WARM_UP_SECONDS}s`, rate: { from: 0, to: `${perSecond}/s` }, recorded: false },
      { name: 'steady', duration: `${STEADY_SECONDS}s`, rate: `${perSecond}/s` },
    ],
    payloadBytes,
    inFlight: IN_FLIGHT,
    consumers: [{ name: 'reader', kind: 'polling', intervalMs: POLL_INTERVAL_MS }],
  };
}

function rowsOf({ name }: Shape, ends: readonly (readonly RunEnd[])[]): BenchmarkRow[] {
  const rates = ends.map((ofClient) => ofClient.map(({ result }) => result.summary.rate.achievedPerSecond));
  return CLIENTS.flatMap(({ suffix }, i) => {
    const row = (part: string, unit: string, value: (end: RunEnd) => number) =>
      rowOf(`${name}${suffix}${part}`, unit, ends[i]!.map(value));
    return [
      rowOf(`${name}${suffix}`, 'records/s', rates[i]!, medianOf(rates[0]!) / medianOf(rates[i]!)),
      row('-bytes', 'MB/s', ({ result }) => result.summary.rate.bytesPerSecond / 1e6),
      row('-cpu', 'us a record', ({ clientUsPerRecord }) => clientUsPerRecord),
      row('-server-cpu', 'us a record', ({ serverUsPerRecord }) => serverUsPerRecord),
    ];
  });
}

export const kinesisRun100 = kinesisRun({ name: 'kinesis-run', payloadBytes: 100, slowerRatio: 1 });
export const kinesisRun1024 = kinesisRun({
  name: 'kinesis-run-1k',
  payloadBytes: 1024,
  slowerRatio: 2,
});
export const kinesisRun10240 = kinesisRun({
  name: 'kinesis-run-10k',
  payloadBytes: 10_240,
  slowerRatio: 20,
});
