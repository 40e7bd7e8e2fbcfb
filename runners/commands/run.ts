import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Result } from '../../reports/result/result.ts';
import { checkWritable, RESULT_FILE_NAME } from '../../reports/result/result-file.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import type { ExitCode } from '../exit-code.ts';
import { LiveLines } from '../live/live-lines.ts';
import { type LiveSink, LiveView } from '../live/live-view.ts';
import type { RunOptions } from '../run.ts';
import { checkPart, parsePart, parseStartAt } from '../run-part.ts';
import { wantsColours } from './colours.ts';
import { agreeOnCost } from './cost.ts';
import { exitCodeOf } from './ending.ts';
import { watchInterrupts } from './interrupt.ts';
import { printResult } from './print-result.ts';
import { loadScenario, parseSeed } from './scenario.ts';

export interface RunCommandOptions {
  readonly scenario: string;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly seed?: string | undefined;
  readonly live: boolean;
  readonly part?: string | undefined;
  readonly 'start-at'?: string | undefined;
  /** Whatever the run would cost. */
  readonly yes?: boolean | undefined;
}

export async function commandRun(options: RunCommandOptions): Promise<ExitCode> {
  const seed = options.seed === undefined ? undefined : parseSeed(options.seed);
  const scenario = loadScenario(options.scenario, seed);
  const when = whichAndWhen(options);
  checkPart(scenario, when.part);
  const outDir = options.out ?? join('results', `${folderName(scenario.name)}${suffixOf(when.part)}`);
  await checkWritable(outDir);
  await agreeOnCost(scenario, options.yes === true);
  // The young generation stays as small as it starts. V8 would double it now and then, and threads that allocate next to
  // nothing gain nothing by it: a run's memory would rise in steps of 16 MB.
  setFlagsFromString('--semi-space-growth-factor=1');
  const result = await runWatched(scenario, outDir, options, when);
  await printResult(result, join(outDir, RESULT_FILE_NAME), options);
  return exitCodeOf(result);
}

type WhichAndWhen = Pick<RunOptions, 'part' | 'startAtMs'>;

function whichAndWhen({ part, 'start-at': startAt }: RunCommandOptions): WhichAndWhen {
  return {
    ...(part === undefined ? {} : { part: parsePart(part) }),
    ...(startAt === undefined ? {} : { startAtMs: parseStartAt(startAt, Date.now()) }),
  };
}

/** Parts that are run in one folder must not take each other's place. */
const suffixOf = (part: RunOptions['part']): string => (part === undefined ? '' : `-part-${part.index}-of-${part.of}`);

async function runWatched(
  scenario: Scenario,
  outDir: string,
  options: RunCommandOptions,
  when: WhichAndWhen,
): Promise<Result> {
  const live = await openLive(scenario, outDir, options);
  const interrupts = watchInterrupts(() => {
    live.close();
    const leaving = makesThings(scenario) ? ' and leaves behind what was made for the run' : '';
    process.stderr.write(`Interrupted: saving what was measured. Once more ends at once${leaving}.\n`);
  });
  try {
    const { runScenario } = await import('../run.ts');
    return await runScenario(scenario, {
      outDir,
      onSnapshot: (snapshot) => live.show(snapshot),
      signal: interrupts.signal,
      costAgreed: true,
      ...when,
    });
  } finally {
    interrupts.stop();
    live.close();
  }
}

/** On a stream things can be made that cost money until they are taken away. */
function makesThings({ target, consumers }: Scenario): boolean {
  return target.kind === 'kinesis' && (target.create !== undefined || consumers.some(({ kind }) => kind === 'fan-out'));
}

/** The live view goes to stderr, so that stdout holds the answer and nothing else. */
async function openLive(scenario: Scenario, outDir: string, options: RunCommandOptions): Promise<LiveSink> {
  if (!options.live || options.quiet === true) return { show: () => {}, close: () => {} };
  const title = `${scenario.name}, seed ${scenario.seed}`;
  if (process.stderr.isTTY === true) {
    const workloads = scenario.workloads.map((workload) => workload.name);
    return LiveView.open(process.stderr, { title, workloads }, wantsColours(process.stderr));
  }
  const from = options['start-at'] === undefined ? '' : ` from ${options['start-at']}`;
  process.stderr.write(`running ${title}${from}, result in ${outDir}\n`);
  return new LiveLines((line) => process.stderr.write(line));
}

/** A scenario's name as a folder's name: nothing that climbs, hides or needs quoting. */
export function folderName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '') || 'run';
}
