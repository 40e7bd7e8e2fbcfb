import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { ExitCode } from '../../errors/exit-code.ts';
import type { Result } from '../../reports/result/result.ts';
import { checkWritable, RESULT_FILE_NAME } from '../../reports/result/result-file.ts';
import { printable } from '../../reports/text/render-lines.ts';
import { replayPlan } from '../../workloads/replay-plan.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { LiveLines } from '../live/live-lines.ts';
import { type LiveSink, LiveView } from '../live/live-view.ts';
import { folderName } from '../names/safe-name.ts';
import { NO_PUSH, type RunPush } from '../push/no-push.ts';
import type { RunOptions } from '../run/run.ts';
import { checkPart, parsePart, parseStartAt } from '../run/run-part.ts';
import { kindOf } from '../targets/targets.ts';
import { targetName } from '../targets/written-target.ts';
import { wantsColours } from '../terminal/colours.ts';
import { agreeOnCost } from './cost.ts';
import { describeError } from './describe-error.ts';
import { DiskNotes } from './disk-notes.ts';
import { exitCodeOf } from './ending.ts';
import { watchInterrupts } from './interrupt.ts';
import { printResult } from './print-result.ts';
import { type FormatName, parseFormats } from './report-formats.ts';
import { openWeb } from './run-web.ts';
import { loadScenario, parseSeed } from './scenario.ts';

export interface RunCommandOptions {
  readonly scenario: string;
  /** File with a target, or the target itself, that replaces the scenario's own. */
  readonly target?: string | undefined;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly seed?: string | undefined;
  readonly live: boolean;
  /** Formats of the reports to write next to the result. */
  readonly report?: readonly string[] | undefined;
  /** Address of a Pushgateway that receives metrics during the run. */
  readonly push?: string | undefined;
  readonly otlp?: string | undefined;
  readonly 'push-interval'?: string | undefined;
  /** Serve a live page. */
  readonly web?: boolean | undefined;
  readonly webPort?: string | undefined;
  readonly part?: string | undefined;
  readonly 'start-at'?: string | undefined;
  /** Accepts the charges of the run without a prompt. */
  readonly yes?: boolean | undefined;
  /** Replaces an earlier result in the folder. */
  readonly force?: boolean | undefined;
  /** Prints the plan and runs nothing. */
  readonly dryRun?: boolean | undefined;
}

export async function commandRun(options: RunCommandOptions): Promise<ExitCode> {
  const seed = options.seed === undefined ? undefined : parseSeed(options.seed);
  const formats = parseFormats(options.report ?? []);
  const { scenario, on } = await loadOn(options, seed);
  const push = await openPush(options, scenario);
  const when = whichAndWhen(options);
  checkPart(scenario, when.part);
  const outDir = options.out ?? join('results', `${folderName(scenario.name)}${on}${suffixOf(when.part)}`);
  if (options.dryRun === true) {
    const { printPlan } = await import('./dry-run.ts');
    const plan = { outDir, part: when.part, startAt: options['start-at'] };
    await printPlan(scenario, plan, { json: options.json === true });
    return ExitCode.passed;
  }
  await checkWritable(outDir);
  const expectedCost = await agreeOnCost(scenario, options.yes === true);
  // The young generation keeps its first size. Otherwise V8 would double it now and then, and the memory of a run would grow
  // in steps of 16 MB. Threads that allocate almost nothing do not need it.
  setFlagsFromString('--semi-space-growth-factor=1');
  const left: unknown[] = [];
  const disk = new DiskNotes(options.quiet === true);
  try {
    const result = await runWatched(scenario, outDir, options, push, {
      ...when,
      ...disk.options,
      overwrite: options.force === true,
      ...(expectedCost === undefined ? {} : { expectedCost }),
      onLeftBehind: (error) => left.push(error),
    });
    await printResult(result, disk.resultPath(join(outDir, RESULT_FILE_NAME)), options);
    await disk.attempt(() => writeReportFiles(result, outDir, formats, options));
    await endPush(push, result);
    const exitCode = exitCodeOf(result);
    if (exitCode !== ExitCode.passed) return exitCode;
    return left.length > 0 ? ExitCode.target : disk.exitCode;
  } finally {
    disk.report();
    // Resources that are left behind may cost money, so they are reported last, where the user sees them.
    for (const error of left) process.stderr.write(`${describeError(error, { debug: false }).text}\n`);
  }
}

/** Loads the scenario on its own target or on the one of `--target`, which gives the folder of the result its own name. */
async function loadOn({ scenario: name, target }: RunCommandOptions, seed: number | undefined) {
  if (target === undefined) return { scenario: loadScenario(name, seed), on: '' };
  const { loadScenarioOn, readTargetOption } = await import('./scenario-on.ts');
  const written = readTargetOption(target, '--target', name);
  const [scenario] = loadScenarioOn(name, [written], seed) as [Scenario];
  return { scenario, on: `-on-${folderName(targetName(written))}` };
}

type WhichAndWhen = Pick<RunOptions, 'part' | 'startAtMs'>;

function whichAndWhen({ part, 'start-at': startAt }: RunCommandOptions): WhichAndWhen {
  return {
    ...(part === undefined ? {} : { part: parsePart(part) }),
    ...(startAt === undefined ? {} : { startAtMs: parseStartAt(startAt, Date.now()) }),
  };
}

/** Each part has a folder of its own, so that parts on one machine do not replace each other. */
const suffixOf = (part: RunOptions['part']): string => (part === undefined ? '' : `-part-${part.index}-of-${part.of}`);

async function runWatched(
  scenario: Scenario,
  outDir: string,
  options: RunCommandOptions,
  push: RunPush,
  chosen: Omit<RunOptions, 'outDir' | 'onSnapshot' | 'onSecond' | 'signal' | 'costAgreed'>,
): Promise<Result> {
  const web = await openWeb(scenario, options);
  const live = await openLive(scenario, outDir, options);
  const interrupts = watchInterrupts(() => {
    live.close();
    const { target, consumers } = scenario;
    const leaving =
      kindOf(target).createsResources?.(target, consumers) === true
        ? ' and leaves the resources of this run behind'
        : '';
    process.stderr.write(`Interrupted: saving what was measured. Interrupting again ends at once${leaving}.\n`);
  });
  try {
    const { runScenario } = await import('../run/run.ts');
    const result = await runScenario(scenario, {
      outDir,
      onSnapshot: (snapshot) => {
        live.show(snapshot);
        push.show(snapshot);
        web?.show(snapshot);
      },
      ...(web === undefined ? {} : { onSecond: (interval, isSettled) => web.second(interval, isSettled) }),
      signal: interrupts.signal,
      costAgreed: true,
      ...chosen,
    });
    web?.ended(result);
    return result;
  } catch (error) {
    web?.failed(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    live.close();
    await web?.close();
    interrupts.stop();
  }
}

/** Checks the options of pushes before the run. Their code is loaded only if one of them is given. */
async function openPush(options: RunCommandOptions, scenario: Scenario): Promise<RunPush> {
  const { push, otlp, 'push-interval': interval } = options;
  if (push === undefined && otlp === undefined && interval === undefined) return NO_PUSH;
  const { openRunPush } = await import('../push/run-push.ts');
  return openRunPush({ push, otlp, interval }, scenario);
}

/** Pushes the final numbers and reports failed pushes. A receiver that does not respond delays this by seconds. */
async function endPush(push: RunPush, result: Result): Promise<void> {
  const isShown = push !== NO_PUSH && process.stderr.isTTY === true;
  if (isShown) process.stderr.write('sending the final metrics ...');
  const problems = await push.end(result);
  process.stderr.write(`${isShown ? '\r\x1b[K' : ''}${problems}`);
}

/** The live view uses stderr, so that stdout contains the result only. */
async function openLive(scenario: Scenario, outDir: string, options: RunCommandOptions): Promise<LiveSink> {
  if (!options.live || options.quiet === true) return { show: () => {}, close: () => {} };
  for (const sentence of replayPlan(scenario)) process.stderr.write(`${printable(sentence)}\n`);
  const on = options.target === undefined ? '' : ` on ${kindOf(scenario.target).title(scenario.target)}`;
  const title = `${scenario.name}${on}, seed ${scenario.seed}`;
  if (process.stderr.isTTY === true) {
    const workloads = scenario.workloads.map((workload) => workload.name);
    return LiveView.open(process.stderr, { title, workloads }, wantsColours(process.stderr));
  }
  const from = options['start-at'] === undefined ? '' : ` from ${options['start-at']}`;
  process.stderr.write(`running ${title}${from}, result in ${outDir}\n`);
  return new LiveLines((line) => process.stderr.write(line));
}

/** Writes reports after the result is saved and printed, so that a failed report affects neither. */
async function writeReportFiles(
  result: Result,
  outDir: string,
  formats: readonly FormatName[],
  { quiet }: RunCommandOptions,
): Promise<void> {
  if (formats.length === 0) return;
  const { fileStyle, inFolder, makeReports, writeReports } = await import('./report-files.ts');
  const style = fileStyle([join(outDir, RESULT_FILE_NAME)]);
  const reports = await makeReports([{ name: result.scenario.name, result }], formats, style);
  const files = await writeReports(reports, inFolder(outDir));
  if (quiet !== true) process.stderr.write(files.map((file) => `Wrote ${file}\n`).join(''));
}
