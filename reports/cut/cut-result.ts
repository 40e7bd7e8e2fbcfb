import type { Phase, Scenario } from '../../workloads/scenario.ts';
import { reportError } from '../errors.ts';
import { formatDuration } from '../format/numbers.ts';
import type { Cut } from '../result/origin.ts';
import type { Cell, Interval, Result, ValidityReason } from '../result/result.ts';
import { selectCells } from '../summary/cells.ts';
import { CellOrder, sumOfSeries } from '../summary/sum-cells.ts';
import { measurementsOf, summarise } from '../summary/summary.ts';
import { judgeRun } from '../verdict/judge-run.ts';
import { judgeValidity, measureSelf } from '../verdict/validity.ts';

/** Time, in which a missing end is the run's, or the records of a phase. */
export type CutWindow =
  | { readonly kind: 'time'; readonly fromNs?: number | undefined; readonly toNs?: number | undefined }
  | { readonly kind: 'phase'; readonly phase: string };

export interface CutOptions {
  /** In place of the scenario's own. */
  readonly thresholds?: readonly string[] | undefined;
}

/**
 * A part of a run as a result, judged again by the same or other thresholds. The ledger, workers, steps and faults stay those
 * of the whole run, which is all that is known of them.
 *
 *   seconds      |--0--|--1--|--2--|--3--|--4--|--5--|      requested: 1.5 s to 5.2 s
 *   cut                      |=====|=====|=====|            whole seconds inside: 2 s to 5 s
 *
 * By time, cells are sums over those seconds and hold what completed in them; a second keeps no histogram of each shard, so
 * their shard is null. By phase, cells are the phase's own, late records and shards included, and the series lasts as long as
 * it has some of them.
 *
 * @throws RESULT_CUT_EMPTY, RESULT_NO_SUCH_PHASE, THRESHOLD_NOT_UNDERSTOOD
 */
export function cutResult(result: Result, asked: CutWindow, options: CutOptions = {}): Result {
  // Names in a scenario are normalised in the same way.
  const window = asked.kind === 'phase' ? { ...asked, phase: asked.phase.normalize('NFC') } : asked;
  const series = window.kind === 'time' ? secondsInside(result, window) : secondsOfPhase(result, window.phase);
  const cut: Cut = {
    fromNs: series[0]!.startNs,
    toNs: series.at(-1)!.endNs,
    ...(window.kind === 'phase' ? { phase: window.phase } : {}),
  };
  const thresholds = options.thresholds ?? result.scenario.thresholds;
  const scenario = { ...cutScenario(result, cut, series), thresholds };
  const cells = window.kind === 'time' ? cellsOf(series, scenario) : ofPhase(result.cells, window.phase);
  const measurements = { ...measurementsOf(result), scenario, cells, series };
  const { outcome, workers, steps = [], validity: before } = result;
  const { targetLimited, otherCpuRatio } = before.checks;
  const facts = { outcome, workers, steps, targetLimited, otherCpuRatio };
  const isWhole = window.kind === 'time' && series.length === result.series.length;
  const validity = judgeValidity(measureSelf(measurements, isWhole ? facts : { ...facts, cut: window.kind }));
  const reasons = [...validity.reasons, ...kept(before.reasons, isWhole ? undefined : window.kind)];
  const judged = { ...validity, kind: reasons.length === 0 ? 'valid' : 'invalid', reasons } as const;
  return {
    ...result,
    scenario,
    validity: judged,
    verdict: judgeRun(thresholds, { measurements, outcome, validity: judged, isCut: true }),
    summary: summarise(measurements),
    cells,
    series,
    cut,
  };
}

function secondsInside(
  { series }: Result,
  { fromNs = 0, toNs = Number.POSITIVE_INFINITY }: CutWindow & { kind: 'time' },
) {
  const inside = series.filter(({ startNs, endNs }) => startNs >= fromNs && endNs <= toNs);
  if (inside.length > 0) return inside;
  const [first, last] = [series[0]?.startNs ?? 0, series.at(-1)?.endNs ?? 0];
  const to = toNs === Number.POSITIVE_INFINITY ? 'the end' : formatDuration(toNs);
  throw reportError('RESULT_CUT_EMPTY', {
    what: `no complete second lies between ${formatDuration(fromNs)} and ${to}`,
    fix: `Choose a range between ${formatDuration(first)} and ${formatDuration(last)}.`,
  });
}

function secondsOfPhase({ series, scenario }: Result, phase: string): Interval[] {
  const phases = phasesNamed(scenario, phase);
  const fromNs = Math.min(...phases.map(({ startNs }) => startNs));
  const toNs = Math.max(...phases.map(({ startNs, durationNs }) => startNs + durationNs));
  const isOfPhase = ({ startNs, endNs, cells }: Interval) =>
    (endNs > fromNs && startNs < toNs) || cells.some((cell) => cell.phase === phase);
  const first = series.findIndex(isOfPhase);
  const last = series.findLastIndex(isOfPhase);
  if (first < 0) {
    const what = `the run ended before phase "${phase}" began`;
    throw reportError('RESULT_CUT_EMPTY', { what, fix: 'Choose a phase that the run reached.' });
  }
  return series.slice(first, last + 1).map((interval) => ({ ...interval, cells: ofPhase(interval.cells, phase) }));
}

function phasesNamed({ workloads }: Scenario, name: string): Phase[] {
  const all = workloads.flatMap(({ phases }) => phases);
  const named = all.filter((phase) => phase.name === name);
  if (named.length > 0) return named;
  const names = [...new Set(all.map((phase) => phase.name))].join(', ');
  throw reportError('RESULT_NO_SUCH_PHASE', {
    what: `there is no phase "${name}"`,
    fix: `Choose one of: ${names}.`,
  });
}

const ofPhase = <C extends { readonly phase: string }>(cells: readonly C[], phase: string): C[] =>
  cells.filter((cell) => cell.phase === phase);

function cellsOf(series: readonly Interval[], scenario: Scenario): Cell[] {
  return sumOfSeries(series, new CellOrder(scenario)).map((cell): Cell => {
    const { kind, workload, phase, ...rest } = cell;
    return { kind, workload, phase, shard: null, ...rest } as Cell;
  });
}

/**
 * The scenario with its phases cut to the time, so that rates divide by what lies inside; those outside last no time. A phase
 * that is selected by name counts, whether it was recorded or not; a time that holds nothing recorded counts as a whole.
 */
function cutScenario({ scenario }: Result, { fromNs, toNs, phase: named }: Cut, series: readonly Interval[]): Scenario {
  const cutWorkloads = scenario.workloads.map((workload) => ({
    ...workload,
    phases: workload.phases.map((phase) => (named === undefined ? cutPhase(phase, fromNs, toNs) : phase)),
  }));
  const hasRecorded =
    cutWorkloads.some(({ phases }) => phases.some((phase) => phase.recorded && phase.durationNs > 0)) ||
    series.some(({ cells }) => selectCells(cells, scenario).length > 0);
  const isRecorded = (phase: Phase) => (named === undefined ? phase.recorded || !hasRecorded : phase.name === named);
  const workloads = cutWorkloads.map((workload) => ({
    ...workload,
    phases: workload.phases.map((phase) => ({ ...phase, recorded: isRecorded(phase) })),
  }));
  return { ...scenario, workloads };
}

function cutPhase(phase: Phase, fromNs: number, toNs: number): Phase {
  const { startNs, durationNs, fromPerSecond, toPerSecond } = phase;
  const start = Math.min(Math.max(startNs, fromNs), toNs);
  const end = Math.max(start, Math.min(startNs + durationNs, toNs));
  const rateAt = (ns: number) => fromPerSecond + ((toPerSecond - fromPerSecond) * (ns - startNs)) / durationNs;
  if (durationNs <= 0 || end === start) return { ...phase, startNs: start, durationNs: 0 };
  return { ...phase, startNs: start, durationNs: end - start, fromPerSecond: rateAt(start), toPerSecond: rateAt(end) };
}

/** Keeps the reasons that a part reported about itself and, in a cut by time, those about the rate, which cannot be judged again. */
function kept(reasons: readonly ValidityReason[], kind: CutWindow['kind'] | undefined): ValidityReason[] {
  return reasons.filter(
    ({ part, code }) => part !== undefined || code === 'PARTS' || (kind === 'time' && code === 'GENERATOR_SLOW'),
  );
}
