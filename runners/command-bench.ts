import { Bench, type Statistics } from 'tinybench';
import { type BenchPart, benchParts } from './command-bench-parts.ts';
import { paint, wantsColours } from './command-colours.ts';
import { meant } from './command-usage.ts';
import { RunnerError } from './errors.ts';
import { ExitCode } from './exit-code.ts';
import { formatCount, formatNs } from './live-format.ts';

export interface BenchCommandOptions {
  readonly names?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
}

interface Measurement {
  readonly name: string;
  readonly title: string;
  readonly perSecond: number;
  /** Of one, from the rounds; the least is what the part costs, the median what it costs here. */
  readonly minNs: number;
  readonly medianNs: number;
  readonly p99Ns: number;
  readonly rounds: number;
  /** Present when the part computed something wrong; its times then mean nothing. */
  readonly wrong?: string;
}

const WARMUP_MS = 200;
const MEASURE_MS = 500;

export async function commandBench({ names = [], json }: BenchCommandOptions): Promise<ExitCode> {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const measurements: Measurement[] = [];
  for (const part of chosenParts(names)) {
    const measurement = await measure(part);
    measurements.push(measurement);
    if (json !== true) print(renderMeasurement(measurement));
  }
  if (json === true) print(JSON.stringify(measurements, undefined, 2));
  return measurements.some(({ wrong }) => wrong !== undefined) ? ExitCode.internal : ExitCode.passed;
}

function chosenParts(names: readonly string[]): readonly BenchPart[] {
  const parts = benchParts();
  const known = parts.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const fix = `${meant(unknown, known)}There are ${known.join(', ')}.`;
    throw new RunnerError('RUNNER_BENCHMARK_UNKNOWN', { what: `no micro-benchmark is called ${unknown}`, fix });
  }
  return names.length === 0 ? parts : parts.filter(({ name }) => names.includes(name));
}

async function measure({ name, title, perRound, round, check }: BenchPart): Promise<Measurement> {
  const bench = new Bench({ time: MEASURE_MS, warmupTime: WARMUP_MS, throws: true });
  bench.add(name, round);
  const [task] = await bench.run();
  if (task?.result.state !== 'completed') throw new Error(`${name} ended ${task?.result.state}`);
  const { min, p50, p99, samplesCount }: Statistics = task.result.latency;
  const oneNs = (ms: number) => (ms * 1e6) / perRound;
  const wrong = check();
  return {
    name,
    title,
    perSecond: 1e9 / oneNs(p50),
    minNs: oneNs(min),
    medianNs: oneNs(p50),
    p99Ns: oneNs(p99),
    rounds: samplesCount,
    ...(wrong === undefined ? {} : { wrong }),
  };
}

function renderMeasurement(measurement: Measurement): string {
  const { name, title, perSecond, minNs, medianNs, p99Ns, rounds, wrong } = measurement;
  const colours = wantsColours(process.stdout);
  if (wrong !== undefined) return `${name.padEnd(15)} ${paint('wrong', 'red', colours)}: ${wrong}`;
  const rate = `${formatCount(perSecond)}/s`.padStart(14);
  const spread = `${formatOneNs(medianNs)}  (least ${formatOneNs(minNs)}, p99 ${formatOneNs(p99Ns)}, ${formatCount(rounds)} rounds)`;
  return `${name.padEnd(15)}${rate}  ${spread}\n${paint(`${' '.repeat(2)}${title}`, 'dim', colours)}`;
}

/** Parts cost a few ns, where whole numbers would hide differences. */
function formatOneNs(ns: number): string {
  return ns < 100 ? `${ns.toFixed(1)} ns` : formatNs(ns);
}
