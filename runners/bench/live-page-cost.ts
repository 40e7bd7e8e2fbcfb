import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Result } from '../../reports/result/result.ts';
import { quantileRanks } from '../../reports/statistics/quantile-interval.ts';
import { producerTotals } from '../../reports/summary/cells.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { CEILING_SCENARIO } from '../run/ceiling.ts';
import { runScenario } from '../run/run.ts';
import type { OnSecond } from '../run/run-watch.ts';
import { LiveWeb } from '../web/live-web.ts';
import { type Benchmark, type BenchmarkRow, holds, medianOf, rowOf } from './benchmark.ts';

const BLOCK_SECONDS = 1;
/** Neighbouring seconds differ by some per cent. This many pairs resolve a difference of 1 %. */
const PAIRS = 150;
/** The first block, in which code is compiled, does not count. */
const RUN_SECONDS = BLOCK_SECONDS * (2 * PAIRS + 1);
/** The last seconds are sent to the page only at the end. */
const SECONDS_AFTER = 2.5;
const NS_PER_SECOND = 1e9;

/** A process that reads the page's events as a browser would, and prints the number of seconds that it received. */
const VIEWER = `
const response = await fetch(process.argv[1]);
let text = '';
for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) text += chunk;
process.stdout.write(String(text.split('event: second').length - 1));
`;

/**
 *   seconds   |  not sent  |  sent  |  sent  |  not sent  |  not sent  | ...
 *
 * One run on the noop target, as fast as it goes, with a viewer that receives events only in every other block. Two runs differ by
 * ten per cent for reasons of their own; neighbouring seconds of one run do not.
 */
export const livePageCost: Benchmark = {
  name: 'live-page-cost',
  title: 'what a live page with a viewer costs a run that goes as fast as it can, 4 and 64 shards',
  onlyByName: true,
  run: async () => [...(await costOf(4)), ...(await costOf(64))],
};

async function costOf(shards: number): Promise<BenchmarkRow[]> {
  const target = { kind: 'noop', shards, delay: { kind: 'none' }, stalls: [] } as const;
  const scenario: Scenario = { ...CEILING_SCENARIO, name: 'live-page-cost', target };
  const web = await LiveWeb.open(scenario, 0, () => {});
  const viewer = spawn(process.execPath, ['--input-type=module', '--eval', VIEWER, `${web.url}events`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let received = '';
  viewer.stdout.setEncoding('utf8').on('data', (text: string) => {
    received += text;
  });
  const gone = once(viewer, 'close');
  const cpu = { ms: 0 };
  const result = await runWith(scenario, web, cpu);
  await web.close();
  await gone;
  holds(Number(received) >= RUN_SECONDS / 2 - BLOCK_SECONDS, `the viewer received ${received} seconds`);
  const { quiet, watched } = blockRates(result);
  const costs = quiet.map((rate, i) => 100 * (1 - watched[i]! / rate));
  const name = `live-page-cost-${shards}`;
  const cpuPercent = cpu.ms / 10 / (PAIRS * BLOCK_SECONDS);
  return [
    { ...rowOf(name, '% of the rate', costs), note: `of neighbouring seconds, ${medianInterval(costs)}` },
    { ...rowOf(`${name}-cpu`, '% of a core', [cpuPercent]), note: 'of the main thread, for messages' },
    rowOf(`${name}-rate`, 'records/s', watched, medianOf(watched) / medianOf(quiet)),
  ];
}

/** By order statistics, which assume no shape of the noise. */
function medianInterval(costs: readonly number[]): string {
  const ranks = quantileRanks(costs.length, 0.5);
  if (ranks.kind !== 'two-sided') return 'too few for an interval of the median';
  const sorted = [...costs].sort((a, b) => a - b);
  const [lower, upper] = [ranks.lowerRank, ranks.upperRank].map((rank) => sorted[rank - 1]!.toFixed(2));
  return `95 % interval of the median ${lower} to ${upper}`;
}

/** The first block of a pair is the watched one every other time, so that a drift favours neither. */
function isWatched(second: number): boolean {
  const block = Math.floor(second / BLOCK_SECONDS);
  return block > 0 && block % 4 > 1;
}

function runWith(scenario: Scenario, web: LiveWeb, cpu: { ms: number }): Promise<Result> {
  const onSecond: OnSecond = (interval, isSettled) => {
    // A second is sent when the next one has ended, and is settled one second later. This is the second in which it costs.
    const costsIn = Math.round(interval.startNs / NS_PER_SECOND) + (isSettled ? 3 : 2);
    if (!isWatched(costsIn)) return;
    const fromMs = threadCpuMs();
    web.second(interval, isSettled);
    cpu.ms += threadCpuMs() - fromMs;
  };
  const signal = AbortSignal.timeout((RUN_SECONDS + SECONDS_AFTER) * 1e3);
  return runScenario(scenario, { ceiling: 'skip', signal, onSnapshot: (snapshot) => web.show(snapshot), onSecond });
}

/** Node 22 does not report the CPU time of one thread, so it has no figure. */
function threadCpuMs(): number {
  const used = process.threadCpuUsage?.();
  return used === undefined ? Number.NaN : (used.user + used.system) / 1e3;
}

function blockRates({ series, summary }: Result): { readonly quiet: number[]; readonly watched: number[] } {
  const { lost, duplicated } = summary.ledger;
  holds(lost + duplicated === 0, `lost ${lost}, duplicated ${duplicated}`);
  holds(series.length >= RUN_SECONDS, `the run took ${series.length} seconds`);
  const quiet: number[] = [];
  const watched: number[] = [];
  for (let from = BLOCK_SECONDS; from < RUN_SECONDS; from += BLOCK_SECONDS) {
    const seconds = series.slice(from, from + BLOCK_SECONDS);
    const rate = seconds.reduce((sum, { cells }) => sum + producerTotals(cells).acked, 0) / BLOCK_SECONDS;
    (isWatched(from) ? watched : quiet).push(rate);
  }
  return { quiet, watched };
}
