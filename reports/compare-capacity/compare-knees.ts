import { formatDuration, formatRatio } from '../format/numbers.ts';
import type { Knee } from '../knee/knee.ts';
import type { KneeResult } from '../knee/knee-result.ts';
import type { KneeLimit } from '../knee/limit.ts';
import { differing, type InputDifference } from './input-differences.ts';

/** Two saved knees side by side. Ratios are the second side over the first: 1.1 is 10% more. */
export interface KneeComparison {
  readonly kind: 'knees';
  readonly sides: readonly [ComparedSide, ComparedSide];
  /** One row for each shard count of a side, ascending. */
  readonly rows: readonly ComparedKnees[];
  readonly differences: readonly InputDifference[];
}

interface ComparedSide {
  readonly path: string;
  readonly name: string;
  readonly startedAt: string;
}

export interface ComparedKnees {
  readonly shards: number | null;
  readonly before: ComparedKnee | null;
  readonly after: ComparedKnee | null;
  readonly outcome: KneeOutcome;
  /** Smallest ratio that both intervals allow; null if unknown. */
  readonly lowRatio: number | null;
  readonly highRatio: number | null;
}

type KneeOutcome =
  | 'higher'
  | 'lower'
  /** The intervals overlap: the knees may be the same. */
  | 'overlap'
  /** A side has no interval. */
  | 'unknown';

export interface ComparedKnee {
  readonly kind: Knee['kind'];
  readonly sustainablePerSecond: number | null;
  readonly unsustainablePerSecond: number | null;
  readonly limit: KneeLimit;
}

export interface NamedKnee {
  readonly path: string;
  readonly result: KneeResult;
}

export function compareKnees(before: NamedKnee, after: NamedKnee): KneeComparison {
  const counts = [before, after].flatMap(({ result }) => result.searches.map(({ shards }) => shards));
  // Single searches are comparable even with different shard counts, which count as an input that differs.
  const isSingle = [before, after].every(({ result }) => result.searches.length === 1);
  const rows = isSingle
    ? [rowOf(counts[0] === counts[1] ? (counts[0] ?? null) : null, kneeIn(before), kneeIn(after))]
    : [...new Set(counts)]
        .sort((a, b) => (a ?? 0) - (b ?? 0))
        .map((shards) => rowOf(shards, kneeIn(before, shards), kneeIn(after, shards)));
  return {
    kind: 'knees',
    sides: [sideOf(before), sideOf(after)],
    rows,
    differences: differencesOf(before.result, after.result),
  };
}

const sideOf = ({ path, result }: NamedKnee): ComparedSide => ({
  path,
  name: result.scenario.name,
  startedAt: result.startedAt,
});

function kneeIn({ result: { searches } }: NamedKnee, shards?: number | null): ComparedKnee | null {
  const found = shards === undefined ? searches[0] : searches.find((search) => search.shards === shards);
  if (found === undefined) return null;
  const { kind, sustainablePerSecond, unsustainablePerSecond, limit } = found.knee;
  return { kind, sustainablePerSecond, unsustainablePerSecond, limit };
}

function rowOf(shards: number | null, before: ComparedKnee | null, after: ComparedKnee | null): ComparedKnees {
  const [from, to] = [intervalOf(before), intervalOf(after)];
  if (from === undefined || to === undefined) {
    return { shards, before, after, outcome: 'unknown', lowRatio: null, highRatio: null };
  }
  const outcome = to.low > from.high ? 'higher' : to.high < from.low ? 'lower' : 'overlap';
  const lowRatio = Number.isFinite(from.high) ? to.low / from.high : null;
  const highRatio = Number.isFinite(to.high) && from.low > 0 ? to.high / from.low : null;
  return { shards, before, after, outcome, lowRatio, highRatio };
}

/** Returns the interval of the knee, without an upper end if the target was not the limit. */
function intervalOf(knee: ComparedKnee | null): { readonly low: number; readonly high: number } | undefined {
  if (knee === null || knee.kind === 'unfinished') return undefined;
  const isBounded = knee.unsustainablePerSecond !== null && knee.limit !== 'generator';
  return {
    low: knee.sustainablePerSecond ?? 0,
    high: isBounded ? knee.unsustainablePerSecond : Number.POSITIVE_INFINITY,
  };
}

function differencesOf(a: KneeResult, b: KneeResult): InputDifference[] {
  const rulesOf = ({ searches }: KneeResult) => searches[0]?.rules;
  const [from, to] = [rulesOf(a), rulesOf(b)];
  const shardsOf = ({ searches }: KneeResult) => searches.map(({ shards }) => shards ?? '?').join(', ');
  const machineOf = ({ environment }: KneeResult) => `${environment.cores} x ${environment.cpuModel}`;
  return differing([
    ['scenario', a.scenario.name, b.scenario.name],
    ['scenario hash', a.scenario.hash.slice(0, 12), b.scenario.hash.slice(0, 12)],
    ['target', a.scenario.target, b.scenario.target],
    ['shards', shardsOf(a), shardsOf(b)],
    ['objectives', a.objectives.join('; '), b.objectives.join('; ')],
    ['trial', formatDuration(from?.trialNs ?? 0), formatDuration(to?.trialNs ?? 0)],
    ['warm-up', formatDuration(a.warmUpNs), formatDuration(b.warmUpNs)],
    ['resolution', formatRatio(from?.resolutionRatio ?? 0), formatRatio(to?.resolutionRatio ?? 0)],
    ['confirmations', String(from?.confirmations), String(to?.confirmations)],
    ['burst', formatDuration(from?.burstNs ?? 0), formatDuration(to?.burstNs ?? 0)],
    ['seed', String(a.scenario.seed), String(b.scenario.seed)],
    ['ending', a.ending, b.ending],
    ['machine', machineOf(a), machineOf(b)],
    ['node', a.environment.nodeVersion, b.environment.nodeVersion],
    ['streamgauge', a.toolVersion, b.toolVersion],
  ]);
}
