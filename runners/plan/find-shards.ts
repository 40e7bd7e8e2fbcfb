import type { HotKey } from '../../reports/plan/plan.ts';
import type { Load } from '../simulation/load.ts';
import type { SimulatedRun } from '../simulation/simulated-run.ts';
import { minShards } from './arithmetic.ts';
import { busiestPart } from './busiest-part.ts';
import { fluidThrottledRatio } from './fluid.ts';
import { tooHotKeys } from './hot-keys.ts';
import { type SearchEnd, ShardSearch } from './search.ts';
import { judgeCount, type Slo, throttledRecordsAllowed } from './slo.ts';

/** Share of one key's records that may be throttled if the SLO sets no limit of throttled records. */
const HOT_KEY_THROTTLED_MAX = 0.01;
/** The arithmetic bound is exact for a fluid. A count is ruled out without simulation only if the load exceeds the bound by this factor. */
const HOPELESS_FACTOR = 1.25;

export interface FoundShards {
  readonly search: ShardSearch;
  readonly end: SearchEnd | { readonly kind: 'hot-key'; readonly onlyHotKeySuffersFrom: number | null };
}

export interface FindOptions {
  readonly slo: Slo;
  readonly maxShards: number;
  readonly simulate: Simulate;
}

/** @param coarse by counts instead of record by record: faster, and blind to keys that are hot for a moment only. */
export type Simulate = (load: Load, shards: number, coarse?: boolean) => SimulatedRun;

/** Share of all records that one key may have throttled. */
export function hotKeyAllowance(slo: Slo): number {
  const allowed = throttledRecordsAllowed(slo);
  return allowed < 1 ? allowed : HOT_KEY_THROTTLED_MAX;
}

/** The smallest shard count of a load that holds its SLO, or why there is none. */
export function findShards(
  load: Load,
  hotKeys: readonly HotKey[],
  { slo, maxShards, simulate }: FindOptions,
): FoundShards {
  const allowed = throttledRecordsAllowed(slo);
  const common = {
    minShards: firstShards(load, hotKeys, { slo, maxShards, simulate }),
    maxShards,
    simulate: (shards: number) => simulate(load, shards),
  };
  const search = new ShardSearch({
    ...common,
    judge: (run) => judgeCount(slo, load.durationNs, run),
    isHopeless: (shards) => isHopeless(load, shards, allowed),
  });
  const names = tooHotKeys(hotKeys).map(({ name }) => name);
  if (names.length === 0) return { search, end: search.find() };
  const share = hotKeyAllowance(slo);
  const hotShards = (shards: number) => shardsOf(load, names, shards);
  const others = new ShardSearch({
    ...common,
    simulate: (shards) => search.try(shards).run,
    judge: (run) => ({ isHeld: throttledElsewhere(run, hotShards(run.shards)) <= share, failed: [] }),
    isHopeless: (shards) => fluidThrottledRatio(load, shards, hotShards(shards)) > share * HOPELESS_FACTOR,
  });
  const end = others.find();
  return { search, end: { kind: 'hot-key', onlyHotKeySuffersFrom: end.kind === 'found' ? end.shards : null } };
}

/** From this many records on, a coarse search finds the neighbourhood, and only that is simulated record by record. */
const COARSE_FROM_RECORDS = 1_000_000;

/** Such loads take a minute for each count; a minute of them is searched first. */
const HUGE_FROM_RECORDS = 50_000_000;

export const isHuge = ({ records }: Load): boolean => records > HUGE_FROM_RECORDS;

export const isLarge = ({ records }: Load): boolean => records > COARSE_FROM_RECORDS;

/** Where the search begins: by arithmetic, or by a search that simulates counts. */
function firstShards(load: Load, hotKeys: readonly HotKey[], { slo, maxShards, simulate }: FindOptions): number {
  const allowed = throttledRecordsAllowed(slo);
  const least = minShards(load, allowed);
  if (!isLarge(load) || tooHotKeys(hotKeys).length > 0) return least;
  if (!isHuge(load) && load.replay === undefined) return least;
  // A minute does not show what bursts of an hour do: the whole load decides in the end.
  const quick = isHuge(load) ? busiestPart(load) : load;
  const coarse = new ShardSearch({
    minShards: least,
    maxShards,
    simulate: (shards) => simulate(quick, shards, true),
    judge: (run) => judgeCount(slo, quick.durationNs, run),
    isHopeless: (shards) => isHopeless(quick, shards, allowed),
  });
  const end = coarse.find();
  return end.kind === 'found' ? end.shards : least;
}

const isHopeless = (load: Load, shards: number, allowed: number): boolean =>
  allowed < 1 && fluidThrottledRatio(load, shards) > allowed * HOPELESS_FACTOR;

/** Share of the attempts that shards without a hot key throttle. */
function throttledElsewhere({ perShard, counts }: SimulatedRun, hotShards: ReadonlySet<number>): number {
  const throttled = perShard.reduce(
    (sum, shard, index) => (hotShards.has(index) ? sum : sum + shard.throttledAttempts),
    0,
  );
  return counts.attempts > 0 ? throttled / counts.attempts : 0;
}

function shardsOf({ keys }: Load, names: readonly string[], shards: number): Set<number> {
  const hot = keys.heaviest.filter(({ name }) => names.includes(name));
  return new Set(hot.map(({ hashRatio }) => Math.min(shards - 1, Math.floor(hashRatio * shards))));
}
