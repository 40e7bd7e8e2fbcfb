import { ReportError, type ReportErrorCode } from '../errors.ts';
import { formatDuration } from '../format/numbers.ts';
import type { NamedResult } from '../result/named-result.ts';
import type { MergedPart } from '../result/origin.ts';
import type { Result } from '../result/result.ts';

export interface MergeOptions {
  /** Parts may be missing; the result then says so and is INVALID. */
  readonly allowMissing?: boolean;
  /** Parts may have run at different times. */
  readonly allowApart?: boolean;
}

/** Of a result, all but what a merge goes through second by second. */
export type ResultHead = Omit<Result, 'series'>;
export interface NamedHead {
  readonly name: NamedResult['name'];
  readonly result: ResultHead;
}

/** Parts that did not share so much of the shorter one's time were not one load. */
const OVERLAP_LEAST_RATIO = 0.5;
const MOST_NAMED = 8;

/**
 * Refuses results that are not parts of one run.
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
    throw refusal('RESULT_NOT_A_PART', name, 'It was cut out of a result.', 'Merge first, and cut what comes out.');
  }
  if (divisionOf(result) !== undefined) return;
  const todo = 'Make parts with run --part 1/2 and so on; to set whole runs side by side, use compare.';
  throw refusal('RESULT_NOT_A_PART', name, 'It is of a whole run.', todo);
}

function checkSameRun(first: NamedHead, other: NamedHead): void {
  const [a, b] = [first.result, other.result];
  const not = `, and ${first.name}`;
  if (a.seed !== b.seed) {
    const what = `It has seed ${b.seed}${not} ${a.seed}.`;
    throw refusal('RESULT_OTHER_SEED', other.name, what, 'Merge parts that were run with the same --seed.');
  }
  if (a.scenarioHash !== b.scenarioHash) {
    const what = `It is of scenario "${b.scenario.name}" (${short(b)})${not} of "${a.scenario.name}" (${short(a)}).`;
    throw refusal('RESULT_OTHER_SCENARIO', other.name, what, 'Merge parts of one scenario file, unchanged.');
  }
  if (divisionOf(a) !== divisionOf(b)) {
    const what = `It is of ${divisionOf(b)} parts${not} of ${divisionOf(a)}.`;
    throw refusal('RESULT_OTHER_SPLIT', other.name, what, 'Merge parts of one division.');
  }
}

function checkIndexes(results: readonly NamedHead[], { allowMissing }: MergeOptions): void {
  const owners = new Map<number, string>();
  const of = divisionOf(results[0]!.result) ?? 1;
  for (const { name, result } of results) {
    for (const { index } of partsOf(result)) {
      const owner = owners.get(index);
      if (owner !== undefined) {
        const what = `Part ${index} of ${of} is in ${owner} too.`;
        throw refusal('RESULT_PART_TWICE', name, what, 'Give every part once.');
      }
      owners.set(index, name);
    }
  }
  const missing = missingParts(
    of,
    [...owners.keys()].map((index) => ({ index })),
  );
  if (missing.length === 0 || allowMissing === true) return;
  const named = missing.slice(0, MOST_NAMED).join(', ') + (missing.length > MOST_NAMED ? ' and others' : '');
  const what = `${missing.length === 1 ? 'Part' : 'Parts'} ${named} of ${of} ${missing.length === 1 ? 'is' : 'are'} missing.`;
  throw refusal('RESULT_PART_MISSING', undefined, what, 'Give the rest too, or --allow-missing for what is there.');
}

function checkSameTime(results: readonly NamedHead[]): void {
  const times = results
    .flatMap(({ name, result }) => partsOf(result).map((part) => ({ name, part })))
    .map(({ name, part }) => ({ name, fromMs: Date.parse(part.startedAt), toMs: Date.parse(part.finishedAt) }));
  const last = times.reduce((latest, time) => (time.fromMs > latest.fromMs ? time : latest));
  const first = times.reduce((earliest, time) => (time.toMs < earliest.toMs ? time : earliest));
  const shortestMs = Math.min(...times.map(({ fromMs, toMs }) => toMs - fromMs));
  const sharedMs = first.toMs - last.fromMs;
  if (sharedMs >= 0 && sharedMs >= OVERLAP_LEAST_RATIO * shortestMs) return;
  const together = sharedMs > 0 ? `only ${formatDuration(sharedMs * 1e6)} before` : 'after';
  const what = `It started ${together} ${first.name} ${sharedMs > 0 ? 'ended' : 'had ended'}: the parts were not one load.`;
  const todo = 'Start parts together with --start-at, or say --allow-apart if they need not have run at the same time.';
  throw refusal('RESULT_APART', last.name, what, todo);
}

const short = ({ scenarioHash }: ResultHead) => scenarioHash.slice(0, 12);

function refusal(code: ReportErrorCode, where: string | undefined, what: string, todo: string): ReportError {
  return new ReportError(code, { what, todo, ...(where === undefined ? {} : { where }) });
}
