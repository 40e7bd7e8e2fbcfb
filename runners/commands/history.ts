import { ExitCode } from '../../errors/exit-code.ts';
import { type ReportError, reportError } from '../../reports/errors.ts';
import type { HistoryAccept, HistoryReset, HistoryResult, Located } from '../../reports/gate-history/history-line.ts';
import { HISTORY_SCHEMA_VERSION } from '../../reports/gate-history/history-line.ts';
import { type HistoryReport, historyJson } from '../../reports/gate-history/history-report.ts';
import { type HistorySeries, historySeries, isSameRun, timeOf } from '../../reports/gate-history/history-series.ts';
import {
  HISTORY_GATE_DEFAULTS,
  type HistoryGateOptions,
  type HistoryJudgement,
  judgeHistory,
  presentLevels,
} from '../../reports/gate-history/judge-history.ts';
import { renderHistory } from '../../reports/gate-history/render-history.ts';
import { renderHistoryMarkdown } from '../../reports/gate-history/render-markdown.ts';
import { readResult } from '../../reports/reading/read-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { parseMetric } from '../../reports/verdict/threshold-grammar.ts';
import { shareFix } from '../../workloads/units.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import {
  appendHistory,
  HISTORY_FILE_NAME,
  type HistoryFolder,
  lineOf,
  readHistory,
} from '../gate-history/history-folder.ts';
import { readGitCommit } from '../run/environment.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';
import { writeText } from './write-text.ts';

export interface HistoryCommandOptions {
  /** Path of a result. Without it, the command uses the results that the history has. */
  readonly input?: string | undefined;
  readonly history: string;
  readonly metrics?: readonly string[] | undefined;
  /** A percentage such as 5%, or a ratio such as 0.05. */
  readonly minMagnitude?: string | undefined;
  readonly pValue?: string | undefined;
  readonly window?: string | undefined;
  readonly json?: boolean | undefined;
  /** File for the same report as Markdown. */
  readonly markdown?: string | undefined;
}

export interface HistoryCheckOptions extends HistoryCommandOptions {
  /** False leaves the history unchanged. */
  readonly add: boolean;
}

export interface HistoryDecisionOptions extends HistoryCommandOptions {
  /** Reason of the decision, which the history keeps. */
  readonly note?: string | undefined;
}

type GateRequest = HistoryCommandOptions & {
  readonly add: boolean;
  readonly accept: boolean;
  readonly note?: string | undefined;
};

const EXIT_CODES = {
  passed: ExitCode.passed,
  failed: ExitCode.threshold,
  inconclusive: ExitCode.inconclusive,
  invalid: ExitCode.invalid,
} as const satisfies Record<HistoryReport['kind'], ExitCode>;

/** Compares a result, or the newest one of the history, with the results before it. */
export async function commandHistoryCheck(options: HistoryCheckOptions): Promise<ExitCode> {
  const { asked, judged, folder } = await readInputs(options);
  return gate(folder, judged, asked, { ...options, accept: false });
}

/** Adds an entry that makes the current level the new normal. */
export async function commandHistoryAccept(options: HistoryDecisionOptions): Promise<ExitCode> {
  const { asked, judged, folder } = await readInputs(options);
  return gate(folder, judged, asked, { ...options, add: true, accept: true });
}

/** Adds an entry that excludes all earlier results. A result passed with it is the first of the new history. */
export async function commandHistoryReset(options: HistoryDecisionOptions): Promise<ExitCode> {
  const { asked, judged, folder } = await readInputs(options);
  await appendHistory(options.history, await resetLine(folder, judged?.line, options.note));
  if (judged === undefined) {
    process.stdout.write(`The history in ${options.history} was reset. Its earlier lines stay in the file.\n`);
    return ExitCode.passed;
  }
  return gate(await readHistory(options.history), judged, asked, { ...options, add: true, accept: false });
}

async function readInputs(options: HistoryCommandOptions) {
  const asked = askedOf(options);
  const judged = options.input === undefined ? undefined : await readJudged(options.input);
  const folder = await readHistory(options.history, showReading);
  clearLine();
  return { asked, judged, folder };
}

interface Judged extends Located<HistoryResult> {
  readonly result: Result;
}

async function readJudged(path: string): Promise<Judged> {
  const result = await readResult(path);
  if (result.partial) {
    throw reportError('HISTORY_PARTIAL', {
      where: path,
      what: `the run did not complete (${result.outcome.kind})`,
      fix: 'Run the scenario again to its end.',
    });
  }
  return { result, line: lineOf(result), where: path };
}

async function gate(
  folder: HistoryFolder,
  judged: Judged | undefined,
  asked: AskedOptions,
  options: GateRequest,
): Promise<ExitCode> {
  const series = historySeries(folder.lines, judged);
  const newest = judged?.line ?? newestOf(series);
  if (newest === undefined) throw emptyHistory(folder.folder);
  const gateOptions = { ...asked, metrics: asked.metrics ?? defaultMetrics(series.results.at(-1) ?? newest) };
  const invalidReasons = judged?.result.validity.reasons.map(({ code }) => code) ?? [];
  const isInvalid = newest.validity === 'invalid';
  const added = isInvalid || judged === undefined ? undefined : await add(folder, judged.line, options.add);
  const isAccepting = options.accept && !isInvalid;
  const accept = isAccepting ? await acceptLine(folder, judged, newest, { ...options, gateOptions }) : undefined;
  if (accept !== undefined) await appendHistory(folder.folder, accept);
  const present = accept === undefined ? series : seriesWith(folder, judged, accept);
  const report: HistoryReport = {
    kind: 'invalid',
    scenario: newest.scenario,
    folder: folder.folder,
    options: gateOptions,
    judgement: undefined,
    outage: present.outages.find(({ line }) => isSameRun(line, newest)),
    outages: present.outages,
    invalidReasons,
    remarks: remarksOn(folder, present, accept),
    added,
  };
  const judgement = isInvalid ? undefined : judgeHistory(present, gateOptions);
  const full = judgement === undefined ? report : { ...report, kind: kindOf(judgement, report), judgement };
  if (options.markdown !== undefined) await writeText(options.markdown, renderHistoryMarkdown(full));
  process.stdout.write(
    options.json === true
      ? historyJson(full)
      : `${renderHistory(full, { colours: wantsColours(process.stdout), width: Math.min(120, widthOf(process.stdout)) })}\n`,
  );
  return accept !== undefined && judged === undefined ? ExitCode.passed : EXIT_CODES[full.kind];
}

/** @returns the file that the result was added to; undefined if the file has it already, or if it is not wanted. */
async function add(folder: HistoryFolder, line: HistoryResult, wanted: boolean): Promise<string | undefined> {
  const isThere = folder.lines.some(
    ({ line: known, where }) =>
      known.kind === 'result' && where.startsWith(`${HISTORY_FILE_NAME}:`) && isSameRun(known, line),
  );
  return wanted && !isThere ? appendHistory(folder.folder, line) : undefined;
}

/** An outage fails its own result. An earlier outage does not fail later results. */
function kindOf({ kind }: HistoryJudgement, { outage }: HistoryReport): HistoryJudgement['kind'] {
  return outage === undefined ? kind : 'failed';
}

function newestOf({ results, outages }: HistorySeries): HistoryResult | undefined {
  const candidates = [results.at(-1), outages.at(-1)?.line].filter((line) => line !== undefined);
  return candidates.toSorted((left, right) => timeOf(left.startedAt) - timeOf(right.startedAt)).at(-1);
}

function seriesWith(folder: HistoryFolder, judged: Judged | undefined, accept: HistoryAccept): HistorySeries {
  return historySeries([...folder.lines, { line: accept, where: HISTORY_FILE_NAME }], judged);
}

interface AcceptOptions {
  readonly metrics?: readonly string[] | undefined;
  readonly note?: string | undefined;
  readonly gateOptions: HistoryGateOptions;
}

/** Accepts the present levels, and the newest result's delivery if that is an outage. */
async function acceptLine(
  folder: HistoryFolder,
  judged: Judged | undefined,
  newest: HistoryResult,
  { metrics, note, gateOptions }: AcceptOptions,
): Promise<HistoryAccept> {
  const commit = newest.commit ?? (await readGitCommit());
  const { outages } = historySeries(folder.lines, judged);
  const outage = outages.find(({ line }) => isSameRun(line, newest));
  const { startedAt: since } = newest;
  const accept: HistoryAccept = {
    schemaVersion: HISTORY_SCHEMA_VERSION,
    kind: 'accept',
    // Not earlier than the accepted result, even if the clock of its machine is ahead of this one.
    at: new Date(Math.max(Date.now(), timeOf(since))).toISOString(),
    ...(commit === undefined ? {} : { commit }),
    ...(note === undefined ? {} : { note }),
    machine: newest.machine,
    levels: {},
    ...(outage === undefined ? {} : { delivery: { undeliveredRatio: outage.undeliveredRatio, since } }),
  };
  const names = metrics === undefined || metrics.length === 0 ? Object.keys(newest.metrics) : metrics;
  return { ...accept, levels: presentLevels(seriesWith(folder, judged, accept), names, gateOptions) };
}

async function resetLine(
  folder: HistoryFolder,
  judged: HistoryResult | undefined,
  note: string | undefined,
): Promise<HistoryReset> {
  const times = folder.lines.map(({ line }) => timeOf(line.kind === 'result' ? line.startedAt : line.at));
  // A result passed with a reset is the first of the new history.
  const at = judged === undefined ? Math.max(Date.now(), ...times) : timeOf(judged.startedAt) - 1;
  const commit = judged?.commit ?? (await readGitCommit());
  return {
    schemaVersion: HISTORY_SCHEMA_VERSION,
    kind: 'reset',
    at: new Date(at).toISOString(),
    ...(commit === undefined ? {} : { commit }),
    ...(note === undefined ? {} : { note }),
  };
}

function remarksOn(folder: HistoryFolder, series: HistorySeries, accept: HistoryAccept | undefined): string[] {
  const torn = folder.torn === undefined ? [] : [`${folder.torn} ends in the middle and was skipped`];
  const skipped = [...folder.skipped, ...series.skipped].map((what) => `Skipped: ${what}`);
  const accepted = accept === undefined ? [] : ['Accepted: the present level is the new normal'];
  return [...accepted, ...torn, ...skipped, ...series.notes];
}

/** The default metrics that the result has: without consumers it has no put-to-get, with few records no p99. */
function defaultMetrics({ metrics }: HistoryResult): readonly string[] {
  const there = HISTORY_GATE_DEFAULTS.metrics.filter((name) => metrics[name] !== undefined);
  return there.length === 0 ? HISTORY_GATE_DEFAULTS.metrics : there;
}

function emptyHistory(folder: string): ReportError {
  return reportError('HISTORY_EMPTY', {
    where: folder,
    what: 'the history contains no results',
    fix: 'Add a first result: streamgauge history check RESULT --history DIR.',
  });
}

type AskedOptions = Omit<HistoryGateOptions, 'metrics'> & { readonly metrics: readonly string[] | undefined };

function askedOf({ metrics, minMagnitude, pValue, window }: HistoryCommandOptions): AskedOptions {
  for (const name of metrics ?? []) parseMetric(name);
  const { minMagnitudeRatio, windowResults, pValue: p } = HISTORY_GATE_DEFAULTS;
  return {
    metrics: metrics === undefined || metrics.length === 0 ? undefined : [...new Set(metrics)],
    minMagnitudeRatio: minMagnitude === undefined ? minMagnitudeRatio : parseMagnitude(minMagnitude),
    pValue: pValue === undefined ? p : parseProbability(pValue),
    windowResults: window === undefined ? windowResults : parseWindow(window),
  };
}

function parseMagnitude(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text) ?? [];
  const value = percent === '%' ? Number(`${digits}e-2`) : Number(digits);
  if (digits !== undefined && value <= (percent === '%' ? 10 : 1)) return value;
  const rule = `--min-magnitude must be a change from 0% to 1000%, got "${text}"`;
  throw usage(rule, shareFix(text, 'a relative change, such as 5% or 0.05'));
}

function parseProbability(text: string): number {
  const value = /^\d*\.?\d+(?:e-\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value < 0.5) return value;
  throw usage(`--p must be above 0 and below 0.5, got "${text}"`, 'Write a probability such as 0.001.');
}

const WINDOW_RANGE = [10, 1000] as const;

function parseWindow(text: string): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= WINDOW_RANGE[0] && value <= WINDOW_RANGE[1]) return value;
  const [min, max] = WINDOW_RANGE;
  throw usage(`--window must be a whole number from ${min} to ${max}, got "${text}"`, 'Write a number such as 50.');
}

const usage = (what: string, fix: string): RunnerError => runnerError('RUNNER_USAGE', { what, fix });

/** Results are large: reading a folder of them takes seconds, so the current file is shown. */
function showReading(file: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\x1b[K  reading ${file} ...`);
}

function clearLine(): void {
  if (process.stderr.isTTY === true) process.stderr.write('\r\x1b[K');
}
