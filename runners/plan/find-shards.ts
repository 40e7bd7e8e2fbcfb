import type { HotKey } from '../../reports/plan/plan.ts';
import type { Load } from '../simulation/load.ts';
import type { SimulatedRun } from '../simulation/simulated-run.ts';
import { leastShards } from './arithmetic.ts';
import { fluidThrottledRatio } from './fluid.ts';
import { tooHotKeys } from './hot-keys.ts';
import { type SearchEnd, ShardSearch } from './search.ts';
import { judgeCount, type Slo, throttledRecordsAllowed } from './slo.ts';

/** What a plan tolerates of one key if its SLO names no limit of throttled records. */
const HOT_KEY_THROTTLED_MAX = 0.01;
/** The bound of arithmetic is exact for a fluid; so much more is needed to rule out a count without simulating it. */
const HOPELESS_FACTOR = 1.25;

export interface FoundShards {
  readonly search: ShardSearch;
  readonly end: SearchEnd | { readonly kind: 'hot-key'; readonly onlyHotKeySuffersFrom: number | null };
}

export interface FindOptions {
  readonly slo: Slo;
  readonly mostShards: number;
  readonly simulate: (load: Load, shards: number) => SimulatedRun;
}

/** Share of all records that one key may have throttled. */
export function hotKeyAllowance(slo: Slo): number {
  const allowed = throttledRecordsAllowed(slo);
  return allowed < 1 ? allowed : HOT_KEY_THROTTLED_MAX;
}

/** The smallest shard count of a load that holds its SLO, or why there is none. */
export function findShards(
  load: Load,
  hotKeys: readonly HotKey[],
  { slo, mostShards, simulate }: FindOptions,
): FoundShards {
  const allowed = throttledRecordsAllowed(slo);
  const common = {
    leastShards: leastShards(load, allowed),
    mostShards,
    simulate: (shards: number) => simulate(load, shards),
  };
  const search = new ShardSearch({
    ...common,
    judge: (run) => judgeCount(slo, load.durationNs, run),
    isHopeless: (shards) => fluidThrottledRatio(load, shards) > allowed * HOPELESS_FACTOR && allowed < 1,
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
