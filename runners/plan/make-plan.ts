import {
  type AggregationPlan,
  type HotKey,
  type LoadSource,
  type OnDemandPlan,
  PLAN_SCHEMA_VERSION,
  type Plan,
  type PlannedCount,
  type PlannedLoad,
  type Recommendation,
  type ShardSkew,
} from '../../reports/plan/plan.ts';
import type { PriceList } from '../prices/price-list.ts';
import {
  advantageHourUsd,
  MONTH_HOURS,
  onDemandHourUsd,
  provisionedHourUsd,
  type Readers,
} from '../prices/price-month.ts';
import type { Load } from '../simulation/load.ts';
import { aggregateLoad } from './aggregate-load.ts';
import { demandOf, formulaShards } from './arithmetic.ts';
import { assumptionsOf, certaintyOf } from './assumptions.ts';
import { billedLoad } from './billed-load.ts';
import { bindingOf } from './binding.ts';
import { busiestPart } from './busiest-part.ts';
import { type FoundShards, findShards, hotKeyAllowance, isHuge, isLarge, type Simulate } from './find-shards.ts';
import { peakOf } from './fluid.ts';
import { growthPlan } from './growth.ts';
import { type Headroom, headroomOf } from './headroom.ts';
import { hotKeysOf } from './hot-keys.ts';
import { rampOf } from './on-demand.ts';
import { aggregationReason, reasonOf, sloNotes } from './reasons.ts';
import { scaleLoad } from './scale-load.ts';
import type { TriedCount } from './search.ts';
import { judgeCount, type Slo } from './slo.ts';

export interface PlanRequest {
  /** Already scaled by `scaleRatio`. */
  readonly load: Load;
  readonly source: LoadSource;
  readonly scaleRatio: number;
  readonly slo: Slo;
  readonly prices: PriceList;
  readonly seed: number;
  readonly maxShards: number;
  readonly growthMonthlyRatio?: number | undefined;
  /** Shards that the scenario's own target has, for its skew. */
  readonly scenarioShards?: number | undefined;
  readonly toolVersion: string;
  readonly createdAt: string;
  readonly simulate: Simulate;
}

/** Plans a load. Pure, except for `simulate`. */
export function makePlan(request: PlanRequest): Plan {
  const { load, slo, prices, simulate } = request;
  const hotKeys = hotKeysOf(load, hotKeyAllowance(slo));
  // If simulating one count takes a minute, the many scales of the headroom are simulated with the busiest minute only.
  const part = isHuge(load) ? busiestPart(load) : load;
  const found = findShards(load, hotKeys, request);
  const { search, end } = found;
  const shards = end.kind === 'found' ? end.shards : null;
  const around = shards ?? (end.kind === 'hot-key' ? end.onlyHotKeySuffersFrom : null);
  const formula = Math.ceil(formulaShards(demandOf(load)));
  for (const count of countsAround(around, formula, request)) search.try(count);
  const counts = shownOf(search.tried, around).map((tried) => plannedCount(tried, hotKeys, monthOf(load, prices)));
  const headroom: Headroom =
    shards === null
      ? { headroomRatio: null, headroomEnds: null }
      : headroomOf(search.try(shards).run, isLarge(load), (ratio) => {
          return judgeCount(slo, part.durationNs, simulate(scaleLoad(part, ratio, request.seed), shards)).isHeld;
        });
  const recommended = recommendation(found, counts, { hotKeys, bursts: load.bursts }, headroom, Math.max(1, formula));
  return {
    schemaVersion: PLAN_SCHEMA_VERSION,
    kind: 'plan',
    toolVersion: request.toolVersion,
    createdAt: request.createdAt,
    seed: request.seed,
    load: plannedLoad(request),
    slo: {
      thresholds: slo.thresholds.map(({ text }) => text),
      isDefault: slo.isDefault,
      skipped: slo.skipped,
      notes: sloNotes(end, counts),
    },
    recommended,
    counts,
    hotKeys,
    skews: skewsOf(load, [around ?? counts.at(-1)?.shards ?? 1, request.scenarioShards]),
    onDemand: onDemandPlan(load, hotKeys, prices),
    aggregation: shards === null ? null : aggregationPlan({ ...request, load: part }, shards),
    growth:
      request.growthMonthlyRatio === undefined || shards === null
        ? null
        : growthPlan(request.growthMonthlyRatio, shards, headroom.headroomRatio ?? 0),
    verification: null,
    prices: { region: prices.region, asOf: prices.asOf, sources: prices.sources },
    assumptions: assumptionsOf(load, counts, prices),
  };
}

/** Neighbours, some more, and what AWS's formula gives; fewer of a load that takes long to simulate. */
function countsAround(shards: number | null, formula: number, { load, maxShards }: PlanRequest): number[] {
  const near = shards === null ? [] : [shards - 1, shards, shards + 1, ...(isHuge(load) ? [] : [shards * 2])];
  const more = shards === null || isLarge(load) ? [] : [shards - 2, shards + 2, Math.ceil(shards * 1.5)];
  return [...new Set([...near, ...more, ...(isHuge(load) ? [] : [formula])])].filter(
    (count) => count >= 1 && count <= maxShards,
  );
}

/** Without the counts far above, which the search tried to see whether any number helps. */
function shownOf(tried: readonly TriedCount[], shards: number | null): readonly TriedCount[] {
  return shards === null ? tried : tried.filter(({ run }) => run.shards <= Math.max(shards * 2, shards + 2));
}

/** USD a month for a number of shards. */
type MonthUsd = (shards: number) => number;

function monthOf(load: Load, prices: PriceList): MonthUsd {
  const rates = billedLoad(load, prices);
  return (shards) => MONTH_HOURS * provisionedHourUsd(shards, rates, readersOf(load), prices);
}

function readersOf({ consumers }: Load): Readers {
  const fanOut = consumers.filter(({ kind }) => kind === 'fan-out').length;
  return { polling: consumers.length - fanOut, fanOut };
}

function plannedCount({ run, isHeld, failed }: TriedCount, hotKeys: readonly HotKey[], usd: MonthUsd): PlannedCount {
  return {
    shards: run.shards,
    method: run.method,
    isHeld,
    failed,
    throttledRatio: run.throttledRatio,
    throttledRecordsRatio: run.throttledRecordsRatio,
    failedRecords: run.counts.failed,
    unsentRecords: run.counts.unsent,
    ackLatency: { p50Ns: run.ackLatency.p50, p99Ns: run.ackLatency.p99 },
    consumers: run.consumers.map(({ name, kind, putToGet, ...consumer }) => ({
      name,
      kind,
      putToGet: { p50Ns: putToGet.p50, p99Ns: putToGet.p99 },
      iteratorAgeMaxNs: consumer.iteratorAgeMaxNs,
      readHeadroomRatio: 1 - consumer.readUtilisationRatio,
      callHeadroomRatio: consumer.callUtilisationRatio === null ? null : 1 - consumer.callUtilisationRatio,
    })),
    binding: bindingOf({ run, failed }, hotKeys),
    busiestPeakRatio: run.busiest.peakRatio,
    busiestMeanRatio: run.busiest.meanRatio,
    monthlyUsd: usd(run.shards),
  };
}

const KINDS = {
  found: 'meets-slo',
  'hot-key': 'hot-key',
  burst: 'hot-key',
  floor: 'floor',
  'too-large': 'too-large',
} as const satisfies Record<FoundShards['end']['kind'], Recommendation['kind']>;

function recommendation(
  { end }: FoundShards,
  counts: readonly PlannedCount[],
  keys: { readonly hotKeys: readonly HotKey[]; readonly bursts?: Load['bursts'] | undefined },
  headroom: Headroom,
  formula: number,
): Recommendation {
  const shards = end.kind === 'found' ? end.shards : null;
  const at = counts.findIndex((planned) => planned.shards === shards);
  // The thresholds that fail with one count below are the reason for this count.
  const below = counts[at - 1];
  const deciding = below?.isHeld === false ? below : (counts[at] ?? counts.at(-1));
  return {
    kind: KINDS[end.kind],
    shards,
    onlyHotKeySuffersFrom: end.kind === 'hot-key' ? end.onlyHotKeySuffersFrom : null,
    ...headroom,
    reason: reasonOf(end, counts, keys),
    certainty: certaintyOf(counts, shards),
    binding: end.kind === 'hot-key' || end.kind === 'burst' ? 'one-key' : (deciding?.binding ?? 'none'),
    isNextHeld: end.kind === 'found' ? end.isNextHeld : null,
    formulaShards: formula,
  };
}

function plannedLoad({ load, source, scaleRatio }: PlanRequest): PlannedLoad {
  const seconds = load.durationNs / 1e9;
  const peak = peakOf(load.rates);
  return {
    name: load.name,
    source,
    durationNs: load.durationNs,
    records: load.records,
    bytes: load.bytes,
    meanRecordsPerSecond: load.records / seconds,
    meanBytesPerSecond: load.bytes / seconds,
    peakRecordsPerSecond: peak.recordsPerSecond,
    peakBytesPerSecond: peak.bytesPerSecond,
    stepNs: load.rates.stepNs,
    distinctKeys: Number.isFinite(load.keys.distinctKeys) ? load.keys.distinctKeys : null,
    consumers: load.consumers.map(({ name, kind }) => ({ name, kind })),
    scaleRatio,
  };
}

function skewsOf({ keys }: Load, counts: readonly (number | undefined)[]): ShardSkew[] {
  const shown = [...new Set(counts)].filter((shards) => shards !== undefined);
  return shown.map((shards) => ({
    shards,
    recordShares: [...keys.recordShares(shards)],
    byteShares: [...keys.byteShares(shards)],
  }));
}

function onDemandPlan(load: Load, hotKeys: readonly HotKey[], prices: PriceList): OnDemandPlan {
  const rates = billedLoad(load, prices);
  const readers = readersOf(load);
  const advantage = advantageHourUsd(rates, readers, prices);
  return {
    standard: { monthlyUsd: MONTH_HOURS * onDemandHourUsd(rates, readers, prices) },
    advantage: advantage && { monthlyUsd: MONTH_HOURS * advantage.usd, isMinimum: advantage.isMinimum },
    ramp: rampOf(load.rates, prices.region),
    isOneKeyTooHot: hotKeys.some(({ splitOver }) => splitOver > 1),
  };
}

/** The load with records packed as the producer library packs them; null if packing changes next to nothing. */
function aggregationPlan(request: PlanRequest, shards: number): AggregationPlan | null {
  const { load, prices, slo } = request;
  const { load: packed, recordsPerAggregate } = aggregateLoad(load, shards);
  if (recordsPerAggregate < 2) return null;
  const { end } = findShards(packed, hotKeysOf(packed, hotKeyAllowance(slo)), request);
  const packedShards = end.kind === 'found' ? end.shards : null;
  const monthlyUsd = packedShards === null ? null : monthOf(packed, prices)(packedShards);
  const reason = aggregationReason(
    { shards, monthlyUsd: monthOf(load, prices)(shards) },
    { recordsPerAggregate, packedShards, monthlyUsd },
  );
  return { recordsPerAggregate, shards: packedShards, monthlyUsd, reason };
}
