import { type ReportError, type ReportErrorCode, reportError } from '../errors.ts';
import { formatDuration } from '../format/numbers.ts';
import type { NamedResult } from '../result/named-result.ts';
import type { MergedPart } from '../result/origin.ts';
import type { Result } from '../result/result.ts';

export interface MergeOptions {
  /** Parts may be missing; the result then lists them and is INVALID. */
  readonly allowMissing?: boolean;
  /** Parts may have run at different times. */
  readonly allowApart?: boolean;
}

/** A result without its series, which a merge reads second by second. */
export type ResultHead = Omit<Result, 'series'>;
export interface NamedHead {
  readonly name: NamedResult['name'];
  readonly result: ResultHead;
}

/** Parts that did not share so much of the shorter one's time were not one load. */
const OVERLAP_RATIO_MIN = 0.5;
const NAMED_MAX = 8;

/**
 * Rejects results that are not parts of one run.
 * @throws RESULT_NOT_A_PART, RESULT_OTHER_SEED, RESULT_OTHER_SCENARIO, RESULT_OTHER_SPLIT, RESULT_PART_TWICE,
 *   RESULT_PART_MISSING, RESULT_APART
 */
export function checkParts(results: readonly NamedHead[], options: MergeOptions = {}): void {
  for (const one of results) checkIsPart(one);
  const [first, ...others] = results;
  if (first === undefined) return;
  for (const other of others) checkSameRun(first, other);
  checkIndexes(results, options);
  if (options.allowApart !== true) checkSameTime(results);
}

/** The parts in a result, one or, where it was merged before, several. */
export function partsOf({ part, merged, ...result }: ResultHead): readonly MergedPart[] {
  if (merged !== undefined) return merged.parts;
  const { startedAt, finishedAt, outcome, environment, harnessCeiling, validity } = result;
  const { reasons, checks } = validity;
  const { targetLimited, otherCpuRatio } = checks;
  const index = part?.index ?? 1;
  return [
    { index, startedAt, finishedAt, outcome, environment, harnessCeiling, reasons, targetLimited, otherCpuRatio },
  ];
}

export const divisionOf = ({ part, merged }: Pick<ResultHead, 'part' | 'merged'>): number | undefined =>
  merged?.of ?? part?.of;

export function missingParts(of: number, parts: readonly Pick<MergedPart, 'index'>[]): number[] {
  const there = new Set(parts.map(({ index }) => index));
  return Array.from({ length: of }, (_, place) => place + 1).filter((index) => !there.has(index));
}

function checkIsPart({ name, result }: NamedHead): void {
  if (result.cut !== undefined) {
    throw rejection('RESULT_NOT_A_PART', name, 'it was cut from a result', 'Merge first, then cut the merged result.');
  }
  if (divisionOf(result) !== undefined) return;
  const fix = 'Run parts with run --part 1/2 and so on. To compare complete runs, use compare.';
  throw rejection('RESULT_NOT_A_PART', name, 'it is a complete run', fix);
}

function checkSameRun(first: NamedHead, other: NamedHead): void {
  const [a, b] = [first.result, other.result];
  const not = `, but ${first.name} has`;
  if (a.seed !== b.seed) {
    const what = `it has seed ${b.seed}${not} ${a.seed}`;
    throw rejection('RESULT_OTHER_SEED', other.name, what, 'Merge parts that were run with the same --seed.');
  }
  if (a.scenarioHash !== b.scenarioHash) {
    const what = `it has scenario "${b.scenario.name}" (${short(b)})${not} "${a.scenario.name}" (${short(a)})`;
    throw rejection('RESULT_OTHER_SCENARIO', other.name, what, 'Merge parts of one unchanged scenario file.');
  }
  if (divisionOf(a) !== divisionOf(b)) {
    const what = `its run has ${divisionOf(b)} parts${not} ${divisionOf(a)}`;
    throw rejection('RESULT_OTHER_SPLIT', other.name, what, 'Merge parts of one run.');
  }
}

function checkIndexes(results: readonly NamedHead[], { allowMissing }: MergeOptions): void {
  const owners = new Map<number, string>();
  const partCount = divisionOf(results[0]!.result) ?? 1;
  for (const { name, result } of results) {
    for (const { index } of partsOf(result)) {
      const owner = owners.get(index);
      if (owner !== undefined) {
        const what = `part ${index} of ${partCount} is also in ${owner}`;
        throw rejection('RESULT_PART_TWICE', name, what, 'Pass each part once.');
      }
      owners.set(index, name);
    }
  }
  const missing = missingParts(
    partCount,
    [...owners.keys()].map((index) => ({ index })),
  );
  if (missing.length === 0 || allowMissing === true) return;
  const named = missing.slice(0, NAMED_MAX).join(', ') + (missing.length > NAMED_MAX ? ' and others' : '');
  const what = `${missing.length === 1 ? 'part' : 'parts'} ${named} of ${partCount} ${missing.length === 1 ? 'is' : 'are'} missing`;
  throw rejection(
    'RESULT_PART_MISSING',
    undefined,
    what,
    'Pass the missing parts too, or --allow-missing to merge without them.',
  );
}

function checkSameTime(results: readonly NamedHead[]): void {
  const times = results
    .flatMap(({ name, result }) => partsOf(result).map((part) => ({ name, part })))
    .map(({ name, part }) => ({ name, fromMs: Date.parse(part.startedAt), toMs: Date.parse(part.finishedAt) }));
  const last = times.reduce((latest, time) => (time.fromMs > latest.fromMs ? time : latest));
  const first = times.reduce((earliest, time) => (time.toMs < earliest.toMs ? time : earliest));
  const shortestMs = Math.min(...times.map(({ fromMs, toMs }) => toMs - fromMs));
  const sharedMs = first.toMs - last.fromMs;
  if (sharedMs >= 0 && sharedMs >= OVERLAP_RATIO_MIN * shortestMs) return;
  const together = sharedMs > 0 ? `only ${formatDuration(sharedMs * 1e6)} before` : 'after';
  const what = `it started ${together} ${first.name} ${sharedMs > 0 ? 'ended' : 'had ended'}: the parts were not one load`;
  const fix = 'Start the parts together with --start-at, or pass --allow-apart if they need not run at the same time.';
  throw rejection('RESULT_APART', last.name, what, fix);
}

const short = ({ scenarioHash }: ResultHead) => scenarioHash.slice(0, 12);

function rejection(code: ReportErrorCode, where: string | undefined, what: string, fix: string): ReportError {
  return reportError(code, { what, fix, where });
}
