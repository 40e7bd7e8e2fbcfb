import type { Binding, HotKey } from '../../reports/plan/plan.ts';
import type { SimulatedRun } from '../simulation/simulated-run.ts';

/** Below this use of its tightest limit, nothing binds. */
const IDLE_RATIO = 0.05;

interface BoundCount {
  readonly run: SimulatedRun;
  /** Thresholds that fail. */
  readonly failed: readonly string[];
}

/**
 * Returns the limit that a stream with this shard count reaches first. If writes fail, that is a write limit, whatever consumers read:
 * the limit that the busiest shard reaches first, or one key that exceeds a shard by itself. Otherwise it is the limit with the highest use.
 */
export function bindingOf({ run, failed }: BoundCount, hotKeys: readonly HotKey[]): Binding {
  const { busiest, consumers } = run;
  const isWriting = failed.some((text) => !text.startsWith('putToGet.'));
  const reads = consumers.flatMap(({ readUtilisationRatio, callUtilisationRatio }): [Binding, number][] => [
    ['read-bytes', readUtilisationRatio],
    ['read-calls', callUtilisationRatio ?? 0],
  ]);
  const uses: readonly (readonly [Binding, number])[] = [
    [busiest.limit, busiest.peakRatio],
    ...(isWriting ? [] : reads),
  ];
  const [binding, ratio] = uses.reduce((most, use) => (use[1] > most[1] ? use : most));
  if (ratio < IDLE_RATIO) return 'none';
  const isOneKey = binding === busiest.limit && hotKeys.some(({ splitOver }) => splitOver > 1);
  return isOneKey ? 'one-key' : binding;
}
