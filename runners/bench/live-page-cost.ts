import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Result } from '../../reports/result/result.ts';
import { producerTotals } from '../../reports/summary/cells.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { CEILING_SCENARIO } from '../ceiling.ts';
import { runScenario } from '../run.ts';
import type { OnSecond } from '../run-watch.ts';
import { LiveWeb } from '../web/live-web.ts';
import { type Benchmark, type BenchmarkRow, holds, medianOf, rowOf } from './benchmark.ts';

const ROUNDS = 5;
/** The first second, in which code is compiled, and the last one, which is cut, do not count. */
const RUN_MS = 7500;
const FIRST_SECOND = 1;
const LAST_SECOND = 6;
/** Of the seconds of a run, the last one or two are told of at its end only, in the whole result. */
const LEAST_TOLD = 4;

/** A process that reads the page's events as a browser would, and says how many seconds it was told of. */
const VIEWER = `
const response = await fetch(process.argv[1]);
let text = '';
for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) text += chunk;
process.stdout.write(String(text.split('event: second').length - 1));
`;

/**
 *   as fast as it goes, no page  |  the same with a page and a viewer  |  in turn, five times
 *
 * Runs on the noop target, records acknowledged in five whole seconds: what a second's message costs the run.
 */
export const livePageCost: Benchmark = {
  name: 'live-page-cost',
  title: 'what a live page with a viewer costs a run that goes as fast as it can, 4 and 64 shards',
  run: async () => [...(await costOf(4)), ...(await costOf(64))],
};

async function costOf(shards: number): Promise<BenchmarkRow[]> {
  const plain: number[] = [];
  const watched: number[] = [];
  const cpuPercents: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // The second of a pair must not always be the one with the page.
    const isPlainFirst = round % 2 === 0;
    if (isPlainFirst) plain.push(await plainRate(shards));
    watched.push(await watchedRate(shards, cpuPercents));
    if (!isPlainFirst) plain.push(await plainRate(shards));
  }
  const costs = plain.map((rate, i) => 100 * (1 - watched[i]! / rate));
  const name = `live-page-cost-${shards}`;
  return [
    { ...rowOf(name, '% of the rate', costs), note: 'of pairs of runs; below 0 is the noise between two runs' },
    { ...rowOf(`${name}-cpu`, '% of a core', cpuPercents), note: 'of the main thread, for the messages' },
    rowOf(`${name}-rate`, 'records/s', watched, medianOf(watched) / medianOf(plain)),
  ];
}

async function plainRate(shards: number): Promise<number> {
  return rateOf(await runFor(scenarioOf(shards)));
}

async function watchedRate(shards: number, cpuPercents: number[]): Promise<number> {
  const scenario = scenarioOf(shards);
  const web = await LiveWeb.open(scenario, 0, () => {});
  const viewer = spawn(process.execPath, ['--input-type=module', '--eval', VIEWER, `${web.url}events`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  viewer.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const gone = once(viewer, 'close');
  const meter = { cpuMs: 0 };
  const result = await runFor(scenario, web, meter);
  cpuPercents.push((100 * meter.cpuMs) / RUN_MS);
  web.ended(result);
  await web.close();
  await gone;
  holds(Number(told) >= LEAST_TOLD, `the viewer was told of ${told} seconds`);
  return rateOf(result);
}

async function runFor(scenario: Scenario, web?: LiveWeb, meter = { cpuMs: 0 }): Promise<Result> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort('SIGINT'), RUN_MS);
  try {
    return await runScenario(scenario, {
      ceiling: 'skip',
      signal: controller.signal,
      onSnapshot: (snapshot) => web?.show(snapshot),
      ...(web === undefined ? {} : { onSecond: metered(web, meter) }),
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Node 22 cannot say what one thread has used: then there is no figure. */
function metered(web: LiveWeb, meter: { cpuMs: number }): OnSecond {
  const cpuMs = () => {
    const used = process.threadCpuUsage?.();
    return used === undefined ? Number.NaN : (used.user + used.system) / 1e3;
  };
  return (interval, isSettled) => {
    const from = cpuMs();
    web.second(interval, isSettled);
    meter.cpuMs += cpuMs() - from;
  };
}

function rateOf({ series, summary }: Result): number {
  const { lost, duplicated } = summary.ledger;
  holds(lost + duplicated === 0, `lost ${lost}, duplicated ${duplicated}`);
  const seconds = series.slice(FIRST_SECOND, LAST_SECOND);
  holds(seconds.length === LAST_SECOND - FIRST_SECOND, `the run took ${series.length} seconds`);
  return seconds.reduce((sum, { cells }) => sum + producerTotals(cells).acked, 0) / seconds.length;
}

function scenarioOf(shards: number): Scenario {
  return {
    ...CEILING_SCENARIO,
    name: 'live-page-cost',
    target: { kind: 'noop', shards, delay: { kind: 'none' }, stalls: [] },
  };
}
