import { formatByteRate, formatCount, formatDuration, formatRate } from '../format/numbers.ts';
import type { Plan, PlannedCount } from '../plan/plan.ts';
import { differing, type InputDifference } from './input-differences.ts';

/** Two saved plans side by side. */
export interface PlanComparison {
  readonly kind: 'plans';
  readonly sides: readonly [ComparedPlan, ComparedPlan];
  /** Shard counts that both plans predict, ascending. */
  readonly counts: readonly ComparedCount[];
  readonly differences: readonly InputDifference[];
}

export interface ComparedPlan {
  readonly path: string;
  readonly name: string;
  readonly createdAt: string;
  readonly recommended: Plan['recommended'];
  /** Price of the recommended count; null without a recommendation. */
  readonly monthlyUsd: number | null;
  readonly onDemandMonthlyUsd: number;
  readonly advantageMonthlyUsd: number | null;
}

interface ComparedCount {
  readonly shards: number;
  readonly before: PredictedCount;
  readonly after: PredictedCount;
}

export interface PredictedCount {
  readonly isHeld: boolean;
  readonly throttledRecordsRatio: number;
  /** p99 of the slowest consumer; null without consumers. */
  readonly putToGetP99Ns: number | null;
  readonly monthlyUsd: number;
}

export interface NamedPlan {
  readonly path: string;
  readonly plan: Plan;
}

export function comparePlans(before: NamedPlan, after: NamedPlan): PlanComparison {
  const counts = before.plan.counts.flatMap((own): ComparedCount[] => {
    const other = after.plan.counts.find(({ shards }) => shards === own.shards);
    return other === undefined ? [] : [{ shards: own.shards, before: predicted(own), after: predicted(other) }];
  });
  return {
    kind: 'plans',
    sides: [sideOf(before), sideOf(after)],
    counts,
    differences: differencesOf(before.plan, after.plan),
  };
}

function sideOf({ path, plan }: NamedPlan): ComparedPlan {
  const { recommended, onDemand, load, createdAt } = plan;
  const chosen = plan.counts.find(({ shards }) => shards === recommended.shards);
  return {
    path,
    name: load.name,
    createdAt,
    recommended,
    monthlyUsd: chosen?.monthlyUsd ?? null,
    onDemandMonthlyUsd: onDemand.standard.monthlyUsd,
    advantageMonthlyUsd: onDemand.advantage?.monthlyUsd ?? null,
  };
}

function predicted({ isHeld, throttledRecordsRatio, consumers, monthlyUsd }: PlannedCount): PredictedCount {
  const p99s = consumers.map(({ putToGet }) => putToGet.p99Ns);
  const putToGetP99Ns = p99s.length === 0 ? null : Math.max(...p99s);
  return { isHeld, throttledRecordsRatio, putToGetP99Ns, monthlyUsd };
}

function differencesOf(a: Plan, b: Plan): InputDifference[] {
  const consumersOf = ({ load }: Plan) => load.consumers.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  return differing([
    ['load', a.load.name, b.load.name],
    ['source', a.load.source, b.load.source],
    ['duration', formatDuration(a.load.durationNs), formatDuration(b.load.durationNs)],
    ['mean rate', formatRate(a.load.meanRecordsPerSecond), formatRate(b.load.meanRecordsPerSecond)],
    ['mean bytes', formatByteRate(a.load.meanBytesPerSecond), formatByteRate(b.load.meanBytesPerSecond)],
    ['peak rate', formatRate(a.load.peakRecordsPerSecond), formatRate(b.load.peakRecordsPerSecond)],
    ['peak bytes', formatByteRate(a.load.peakBytesPerSecond), formatByteRate(b.load.peakBytesPerSecond)],
    ['keys', keysText(a), keysText(b)],
    ['consumers', consumersOf(a), consumersOf(b)],
    ['scaled by', String(a.load.scaleRatio), String(b.load.scaleRatio)],
    ['SLO', a.slo.thresholds.join('; '), b.slo.thresholds.join('; ')],
    ['prices', `${a.prices.region}, ${a.prices.asOf}`, `${b.prices.region}, ${b.prices.asOf}`],
    ['seed', String(a.seed), String(b.seed)],
    ['streamgauge', a.toolVersion, b.toolVersion],
  ]);
}

const keysText = ({ load: { distinctKeys } }: Plan): string =>
  distinctKeys === null ? 'unknown' : formatCount(distinctKeys);
