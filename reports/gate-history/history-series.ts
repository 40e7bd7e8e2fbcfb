import { reportError } from '../errors.ts';
import type { HistoryAccept, HistoryResult, Located, Machine } from './history-line.ts';
import { type Outage, outageOf } from './outages.ts';

/** Results of one load on one machine, oldest first, with the decisions about them. */
export interface HistorySeries {
  readonly results: readonly HistoryResult[];
  /** Results with more undelivered records than usual, oldest first; they are not part of `results`. */
  readonly outages: readonly Outage[];
  readonly accepts: readonly HistoryAccept[];
  readonly resetAt: string | undefined;
  /** Results of the history that are not part of the series, as texts with their count and the reason. */
  readonly skipped: readonly string[];
  /** Changes of seed, version, Node and kernel, which may have influenced the numbers, as sentences. */
  readonly notes: readonly string[];
}

const PLACES_MAX = 5;
const GIB = 2 ** 30;

/**
 * Orders lines by their time, not by their place in the file: a merge of two branches may have joined their lines in any order.
 * @param judged the result to judge, by default the newest one. Results after it are skipped.
 * @throws HISTORY_MIXED if the lines contain two loads.
 */
export function historySeries(lines: readonly Located[], judged?: Located<HistoryResult>): HistorySeries {
  const resetAt = lines
    .flatMap(({ line }) => (line.kind === 'reset' ? [line.at] : []))
    .reduce<string | undefined>((last, at) => (last === undefined || timeOf(at) > timeOf(last) ? at : last), undefined);
  const isAfterReset = (at: string) => resetAt === undefined || timeOf(at) > timeOf(resetAt);
  const known = distinct([...resultsIn(lines), ...(judged === undefined ? [] : [judged])]);
  const begun = known.filter(({ line }) => isAfterReset(line.startedAt) || line === judged?.line);
  rejectMixture(begun);
  const newest = judged ?? begun.findLast(({ line }) => line.validity === 'valid') ?? begun.at(-1);
  if (newest === undefined) return { results: [], outages: [], accepts: [], resetAt, skipped: [], notes: [] };
  const { machine } = newest.line;
  const groups = sortOut(begun, newest.line);
  const accepts = lines
    .flatMap(({ line }) =>
      line.kind === 'accept' && isAfterReset(line.at) && isSame(line.machine, machine) ? [line] : [],
    )
    .sort((left, right) => timeOf(left.at) - timeOf(right.at));
  const outages = groups.kept.flatMap((result) => outageOf(result, accepts) ?? []);
  const isOutage = new Set(outages.map(({ line }) => line));
  const results = groups.kept.flatMap(({ line }) => (isOutage.has(line) ? [] : [line]));
  const skipped = [
    count(known.length - begun.length, (n) => `${n} before the reset of ${day(resetAt ?? '')}`),
    count(groups.invalid.length, (n) => `${n} invalid (${places(groups.invalid)})`),
    count(
      groups.elsewhere.length,
      (n) => `${n} from other machines (${places(groups.elsewhere)}); this machine is ${machineText(machine)}`,
    ),
    count(outages.length, (n) => `${n} with more undelivered records than usual (${places(outages)})`),
    count(groups.later.length, (n) => `${n} later than the result (${places(groups.later)})`),
  ].flat();
  return { results, outages, accepts, resetAt, skipped, notes: notesOn(results) };
}

/** Compares processor, cores and memory. Memory is rounded to GiB, because each kernel reserves a different part of it. */
function isSame(left: Machine, right: Machine): boolean {
  return (
    left.cpuModel === right.cpuModel &&
    left.cores === right.cores &&
    Math.round(left.memoryBytes / GIB) === Math.round(right.memoryBytes / GIB)
  );
}

function machineText({ cpuModel, cores, memoryBytes }: Machine): string {
  return `${cores} x ${cpuModel}, ${Math.round(memoryBytes / GIB)} GiB`;
}

export function timeOf(iso: string): number {
  return Date.parse(iso);
}

/** The date of an ISO time. */
function day(iso: string): string {
  return iso.slice(0, 10);
}

/** True if both lines describe the same run. */
export function isSameRun(left: HistoryResult, right: HistoryResult): boolean {
  return runKey(left) === runKey(right);
}

function runKey({ startedAt, scenarioHash, seed, machine }: HistoryResult): string {
  return JSON.stringify([timeOf(startedAt), scenarioHash, seed, machine.cpuModel, machine.cores]);
}

function resultsIn(lines: readonly Located[]): Located<HistoryResult>[] {
  return lines.flatMap(({ line, where }) => (line.kind === 'result' ? [{ line, where }] : []));
}

/** A run may appear twice in the history: as a line and as a result file. The later one in `results` counts. */
function distinct(results: readonly Located<HistoryResult>[]): Located<HistoryResult>[] {
  const byRun = new Map(results.map((result) => [runKey(result.line), result]));
  return [...byRun.values()].sort((left, right) => timeOf(left.line.startedAt) - timeOf(right.line.startedAt));
}

function rejectMixture(results: readonly Located<HistoryResult>[]): void {
  const loads = Map.groupBy(results, ({ line }) => line.loadHash);
  if (loads.size < 2) return;
  const described = [...loads.values()].map((group) => `"${group[0]!.line.scenario}" (${places(group)})`);
  throw reportError('HISTORY_MIXED', {
    what: `the history contains ${loads.size} different loads: ${described.join(' and ')}`,
    fix: 'Keep a separate history for each scenario. After a change of the scenario, run history reset.',
  });
}

function sortOut(results: readonly Located<HistoryResult>[], newest: HistoryResult) {
  const groups = { kept: [], invalid: [], elsewhere: [], later: [] } as Record<
    'kept' | 'invalid' | 'elsewhere' | 'later',
    Located<HistoryResult>[]
  >;
  for (const result of results) {
    const { line } = result;
    if (!isSame(line.machine, newest.machine)) groups.elsewhere.push(result);
    else if (line.validity === 'invalid') groups.invalid.push(result);
    else if (line !== newest && timeOf(line.startedAt) > timeOf(newest.startedAt)) groups.later.push(result);
    else groups.kept.push(result);
  }
  return groups;
}

function notesOn(results: readonly HistoryResult[]): string[] {
  return [
    ...changes(results, 'seed', ({ seed }) => String(seed)),
    ...changes(results, 'streamgauge', ({ toolVersion }) => toolVersion),
    ...changes(results, 'Node', ({ machine }) => machine.nodeVersion),
    ...changes(results, 'kernel', ({ machine }) => machine.kernel),
  ];
}

/** Reports the last change of a property, so that one that changes with every result is reported once. */
function changes(results: readonly HistoryResult[], what: string, read: (result: HistoryResult) => string): string[] {
  const at = results.flatMap((result, index) =>
    index > 0 && read(result) !== read(results[index - 1]!)
      ? [{ index, from: read(results[index - 1]!), to: read(result) }]
      : [],
  );
  const last = at.at(-1);
  if (last === undefined) return [];
  const more = at.length === 1 ? '' : ` (the last of ${at.length} changes)`;
  return [`${what} ${last.to} instead of ${last.from} since result ${last.index + 1}${more}`];
}

function count(n: number, text: (n: number) => string): string[] {
  return n === 0 ? [] : [text(n)];
}

function places(results: readonly Located[]): string {
  const shown = results.slice(0, PLACES_MAX).map(({ where }) => where);
  const more = results.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}
