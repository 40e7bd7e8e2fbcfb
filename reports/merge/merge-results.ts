import type { NamedResult } from '../result/named-result.ts';
import type { Merged, MergedPart } from '../result/origin.ts';
import type {
  Cell,
  ConsumerLedger,
  HarnessCeiling,
  Interval,
  Ledger,
  Outcome,
  Result,
  Validity,
  ValidityReason,
} from '../result/result.ts';
import { CellOrder, sumCells } from '../summary/sum-cells.ts';
import { type Measurements, summarise } from '../summary/summary.ts';
import { judgeRun } from '../verdict/judge-run.ts';
import { judgeValidity, measureSelf } from '../verdict/validity.ts';
import { checkParts, divisionOf, type MergeOptions, missingParts, type NamedHead, partsOf } from './merge-check.ts';
import { mergeSeries } from './merge-series.ts';

/** No harness ran all parts, so that there is no ceiling of it; each part's own is kept beside it. */
const NO_CEILING: HarnessCeiling = { recordsPerSecond: null, cached: false };

/**
 * Puts the parts of a run together: the result is what one process would have left, had it made all of the load. Counts,
 * histograms and the ledger are sums; summary, validity and thresholds are computed again from them. Validity
 * failures of a part count against the whole. Merged results with parts missing can be merged further; the order and grouping of the
 * parts do not matter, except for the last bits of means of records in flight.
 *
 *   part 1 of 3 ---+
 *   part 2 of 3 ---+--> cells, series, ledger: sums --> summary, validity, verdict
 *   part 3 of 3 ---+
 *
 * @throws as checkParts.
 */
export function mergeResults(results: readonly NamedResult[], options: MergeOptions = {}): Result {
  checkParts(results, options);
  const order = new CellOrder(results[0]!.result.scenario);
  const sorted = inOrder(results);
  return assemble(
    sorted,
    mergeSeries(
      sorted.map(({ result }) => result.series),
      order,
    ),
  );
}

/** By their lowest part, so that the order in which they were given does not show. */
export function inOrder<N extends NamedHead>(results: readonly N[]): N[] {
  return results.toSorted((a, b) => lowestPart(a) - lowestPart(b));
}

/** By itself, as it can be done before the series is merged. */
export function sumOfCells(results: readonly NamedHead[]): Cell[] {
  const order = new CellOrder(results[0]!.result.scenario);
  return sumCells(
    results.flatMap(({ result }) => result.cells),
    order,
    'compact',
  );
}

/**
 * All but the second-by-second work of a merge.
 * @param results as checkParts passed them, in order. @param series theirs, merged. @param cells theirs, added up.
 */
export function assemble(
  results: readonly NamedHead[],
  series: readonly Interval[],
  cells: readonly Cell[] = sumOfCells(results),
): Result {
  const heads = results.map(({ result }) => result);
  const [first] = heads as [(typeof heads)[number]];
  const { scenario } = first;
  const parts = heads.flatMap(partsOf).toSorted((a, b) => a.index - b.index);
  const merged: Merged = { of: divisionOf(first) ?? 1, parts };
  const measurements: Measurements = {
    scenario,
    cells,
    series,
    ledger: sumOfLedgers(heads.map(({ summary }) => summary.ledger)),
  };
  const outcome = worstOutcome(parts);
  const workers = withPart(heads, ({ workers }) => workers);
  const steps = withPart(heads, ({ steps = [] }) => steps);
  const faults = withPart(heads, ({ faults = [] }) => faults);
  const notes = [...new Set(heads.flatMap(({ notes: own = [] }) => own))];
  const targetLimited = parts.some((part) => part.targetLimited);
  const otherCpuRatio = greatest(parts.flatMap((part) => part.otherCpuRatio ?? []));
  const self = measureSelf(measurements, { outcome, workers, targetLimited, steps, otherCpuRatio });
  const validity = validityOf(judgeValidity(self), merged);
  return {
    schemaVersion: first.schemaVersion,
    tool: first.tool,
    startedAt: parts.map(({ startedAt }) => startedAt).reduce(earlier),
    finishedAt: parts.map(({ finishedAt }) => finishedAt).reduce((a, b) => (earlier(a, b) === a ? b : a)),
    outcome,
    partial: outcome.kind !== 'completed' || missingParts(merged.of, parts).length > 0,
    scenario,
    scenarioHash: first.scenarioHash,
    ...(first.target === undefined ? {} : { target: first.target }),
    seed: first.seed,
    environment: first.environment,
    harnessCeiling: NO_CEILING,
    validity,
    verdict: judgeRun(scenario.thresholds, { measurements, outcome, validity }),
    summary: summarise(measurements),
    cells: measurements.cells,
    series,
    workers,
    ...(steps.length === 0 ? {} : { steps }),
    ...(faults.length === 0 ? {} : { faults }),
    ...(notes.length === 0 ? {} : { notes }),
    ...(first.expectedCost === undefined ? {} : { expectedCost: first.expectedCost }),
    merged,
  };
}

/** Joins the reasons of the parts and those of the whole that no part has reported about itself. */
function validityOf(whole: Validity, { of, parts }: Merged): Validity {
  const ofParts = parts.flatMap(({ index, reasons }) => reasons.map((reason) => ({ ...reason, part: index })));
  const reported = new Set(ofParts.map(({ code }) => code));
  const reasons = [
    ...whole.reasons.filter(({ code }) => !reported.has(code)),
    ...ofParts,
    ...missingReasons(of, parts),
  ];
  return { ...whole, kind: reasons.length === 0 ? 'valid' : 'invalid', reasons };
}

function missingReasons(of: number, parts: readonly MergedPart[]): ValidityReason[] {
  const missing = missingParts(of, parts);
  if (missing.length === 0) return [];
  const what = `${missing.length} of ${of} parts of the load are not in the result: ${missing.join(', ')}.`;
  return [{ code: 'PARTS', what, fix: 'Merge it with the rest.' }];
}

/** A failed part outranks a stopped one; of equals, the first part counts. */
function worstOutcome(parts: readonly MergedPart[]): Outcome {
  const kinds: readonly Outcome['kind'][] = ['failed', 'died', 'aborted', 'interrupted', 'completed'];
  const outcomes = parts.map(({ outcome }) => outcome);
  return outcomes.reduce((worst, one) => (kinds.indexOf(one.kind) < kinds.indexOf(worst.kind) ? one : worst));
}

function withPart<T extends { readonly part?: number }>(
  heads: readonly NamedHead['result'][],
  of: (result: NamedHead['result']) => readonly T[],
): T[] {
  const all = heads.flatMap((head) => of(head).map((one) => ({ ...one, part: one.part ?? head.part?.index ?? 1 })));
  return all.sort((a, b) => a.part - b.part);
}

function sumOfLedgers(ledgers: readonly Ledger[]): Ledger {
  const sum = (count: (ledger: Ledger) => number) => ledgers.reduce((total, ledger) => total + count(ledger), 0);
  const consumers = new Map<string, ConsumerLedger>();
  for (const one of ledgers.flatMap((ledger) => ledger.consumers)) {
    const before = consumers.get(one.name);
    consumers.set(one.name, before === undefined ? one : addConsumer(before, one));
  }
  return {
    sent: sum(({ sent }) => sent),
    received: sum(({ received }) => received),
    lost: sum(({ lost }) => lost),
    duplicated: sum(({ duplicated }) => duplicated),
    reordered: sum(({ reordered }) => reordered),
    unacknowledged: sum(({ unacknowledged }) => unacknowledged),
    failed: sum(({ failed }) => failed),
    dropped: sum(({ dropped }) => dropped),
    consumers: [...consumers.values()],
  };
}

function addConsumer(a: ConsumerLedger, b: ConsumerLedger): ConsumerLedger {
  return {
    name: a.name,
    received: a.received + b.received,
    lost: a.lost + b.lost,
    duplicated: a.duplicated + b.duplicated,
    reordered: a.reordered + b.reordered,
    trimmedRecords: a.trimmedRecords + b.trimmedRecords,
  };
}

function lowestPart({ result }: NamedHead): number {
  return Math.min(...partsOf(result).map(({ index }) => index));
}

const greatest = (values: readonly number[]): number | null => (values.length === 0 ? null : Math.max(...values));

const earlier = (a: string, b: string): string => (Date.parse(b) < Date.parse(a) ? b : a);
