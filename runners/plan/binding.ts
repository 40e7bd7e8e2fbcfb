import type { Binding, HotKey } from '../../reports/plan/plan.ts';
import type { SimulatedRun } from '../simulation/simulated-run.ts';

/** Below this use of its tightest limit, nothing binds. */
const IDLE_RATIO = 0.05;

/** What is used up first with so many shards: the limit whose use is highest, or the one key that uses most of the busiest shard. */
export function bindingOf({ busiest, consumers }: SimulatedRun, hotKeys: readonly HotKey[]): Binding {
  const uses: readonly (readonly [Binding, number])[] = [
    [busiest.limit, busiest.peakRatio],
    ...consumers.flatMap(({ readUtilisationRatio, callUtilisationRatio }): [Binding, number][] => [
      ['read-bytes', readUtilisationRatio],
      ['read-calls', callUtilisationRatio ?? 0],
    ]),
  ];
  const [binding, ratio] = uses.reduce((most, use) => (use[1] > most[1] ? use : most));
  if (ratio < IDLE_RATIO) return 'none';
  const isOneKey = (binding === 'records' || binding === 'bytes') && hotKeys.some(({ splitOver }) => splitOver > 1);
  return isOneKey ? 'one-key' : binding;
}
