import { ExitCode } from '../../errors/exit-code.ts';
import { type Benchmark, type BenchmarkRow, WrongResult } from '../bench/benchmark.ts';
import { BENCHMARKS } from '../bench/registry.ts';
import { runnerError } from '../errors.ts';
import { paint, wantsColours } from '../terminal/colours.ts';
import { meant } from './usage.ts';

export interface BenchCommandOptions {
  readonly names?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
}

const HEADINGS = ['benchmark', 'median', 'min', 'max', 'unit', 'of peer'];
const WIDTHS = [32, 13, 13, 13, 12, 8];

/** Runs benchmarks one after the other. `--json` prints an array of rows and nothing else on stdout. */
export async function commandBench({ names = [], json = false }: BenchCommandOptions): Promise<ExitCode> {
  const benchmarks = chosen(names);
  const rows: BenchmarkRow[] = [];
  let wrong = 0;
  if (!json) process.stdout.write(tableLine(HEADINGS));
  for (const benchmark of benchmarks) {
    process.stderr.write(paint(`${benchmark.title} ...\n`, 'dim', wantsColours(process.stderr)));
    try {
      const measured = await benchmark.run();
      rows.push(...measured);
      if (!json) process.stdout.write(measured.map(rowLine).join(''));
    } catch (error) {
      if (!(error instanceof WrongResult)) throw error;
      process.stderr.write(`${benchmark.name} computed a wrong result: ${error.message}\n`);
      wrong += 1;
    }
  }
  if (json) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  return wrong > 0 ? ExitCode.internal : ExitCode.passed;
}

function chosen(names: readonly string[]): readonly Benchmark[] {
  const known = BENCHMARKS.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const fix = `${meant(unknown, known)}The benchmarks are ${known.join(', ')}.`;
    throw runnerError('RUNNER_BENCHMARK_UNKNOWN', { what: `no benchmark is called ${unknown}`, fix });
  }
  return BENCHMARKS.filter(({ name, onlyByName }) => (names.length === 0 ? onlyByName !== true : names.includes(name)));
}

function rowLine({ name, unit, median, min, max, ratio, note }: BenchmarkRow): string {
  const figures = [median, min, max].map(formatNumber);
  const line = tableLine([name, ...figures, unit, ratio === undefined ? '' : ratio.toFixed(2)]);
  return note === undefined ? line : `${line.trimEnd()}  ${note}\n`;
}

function tableLine([name, ...rest]: readonly string[]): string {
  const right = rest.map((cell, i) => cell.padStart(WIDTHS[i + 1]!)).join('');
  return `${name!.padEnd(WIDTHS[0]!)}${right}\n`;
}

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '-';
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 1000 ? 2 : 0 });
}
