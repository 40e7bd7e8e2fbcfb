/**
 * Every benchmark of the project, or those that are named.
 *
 *   node test/bench/run.ts [NAME...] [--json]
 *
 * Prints a table, or with --json nothing but an array of `{ name, unit, median, min, max, ratio? }`. Exits with 1 when a
 * benchmark computed something wrong, whose figures then are not printed, and with 2 when there is none of a name.
 */

import { parseArgs } from 'node:util';
import { recordValue } from '../../runners/bench-recorder.ts';
import { engineRun, noopRun, scheduleLag } from '../../runners/bench-runs.ts';
import { startup } from '../../runners/bench-startup.ts';
import { type Benchmark, type BenchmarkRow, WrongAnswer } from '../../runners/benchmark.ts';
import { hashKeys } from './bench-hash-key.ts';
import { putToGetParked } from './bench-parked.ts';
import { shardLog100, shardLog1024 } from './bench-shard-log.ts';

/** The registry: a benchmark that stands here is run. */
const BENCHMARKS: readonly Benchmark[] = [
  shardLog100,
  shardLog1024,
  hashKeys,
  putToGetParked,
  recordValue,
  noopRun,
  engineRun,
  scheduleLag,
  startup,
];

const HEADINGS = ['benchmark', 'median', 'min', 'max', 'unit', 'of the peer'];
const WIDTHS = [28, 14, 14, 14, 11, 11];

const formatNumber = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 1000 ? 2 : 0 });

function tableLine(cells: readonly string[]): string {
  const [name, ...rest] = cells;
  const right = rest.map((cell, i) => cell.padStart(WIDTHS[i + 1]!));
  return `${name!.padEnd(WIDTHS[0]!)}${right.join('')}\n`;
}

function rowLine({ name, unit, median, min, max, ratio }: BenchmarkRow): string {
  return tableLine([name, ...[median, min, max].map(formatNumber), unit, ratio === undefined ? '' : ratio.toFixed(2)]);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
  const unknown = positionals.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`No benchmark is called ${unknown.join(', ')}. There are:\n`);
    for (const { name, title } of BENCHMARKS) process.stderr.write(`  ${name.padEnd(20)}${title}\n`);
    return 2;
  }
  const rows: BenchmarkRow[] = [];
  let wrong = 0;
  if (!values.json) process.stdout.write(tableLine(HEADINGS));
  for (const benchmark of BENCHMARKS) {
    if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue;
    try {
      const measured = await benchmark.run();
      rows.push(...measured);
      if (!values.json) process.stdout.write(measured.map(rowLine).join(''));
    } catch (error) {
      if (!(error instanceof WrongAnswer)) throw error;
      process.stderr.write(`${benchmark.name} is wrong: ${error.message}\n`);
      wrong += 1;
    }
  }
  if (values.json) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  return wrong > 0 ? 1 : 0;
}

process.exitCode = await main();
