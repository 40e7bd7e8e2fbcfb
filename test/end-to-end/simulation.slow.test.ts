import { describe, expect, it } from 'vitest';
import { shardSums } from '../../reports/summary/shard-sums.ts';
import { conditionsOfScenario, loadOfScenario } from '../../runners/plan/input/load-of-scenario.ts';
import { runScenario } from '../../runners/run/run.ts';
import { simulate } from '../../runners/simulation/simulate.ts';
import { aScenario } from '../runners/simulation/a-load.ts';

const SHARDS = 5;

describe('a run on the engine and its simulation', () => {
  it('have the same records and bytes on every shard', async () => {
    const scenario = aScenario(
      {
        arrivals: { mmpp: { rates: [5, 1], mean: ['300ms', '500ms'] } },
        phases: [{ name: 'steady', duration: '2s', rate: '3000/s' }],
        keys: { zipf: 1, count: 2000 },
        payload: { size: { lognormal: { p50: '200B', p99: '5KB' } } },
        producers: { count: 2, batch: { lingerMs: 20 } },
      },
      { shards: SHARDS, limits: 'none' },
    );
    const simulated = simulate(loadOfScenario(scenario), SHARDS, conditionsOfScenario(scenario));
    const run = await runScenario(scenario, { ceiling: 'skip' });
    expect(run.outcome.kind).toBe('completed');
    expect(shardSums(run).map(({ acked, bytes }) => ({ records: acked, bytes }))).toEqual(
      simulated.perShard.map(({ records, bytes }) => ({ records, bytes })),
    );
  });

  it('throttle the same number of records without retries, except at the edge of a burst', async () => {
    const scenario = aScenario(
      {
        arrivals: 'constant',
        phases: [{ name: 'steady', duration: '2s', rate: '1500/s' }],
        producers: { retry: { attempts: 1 } },
      },
      { limits: { records: '500/s', bytes: '100MB/s', burst: '1s' } },
    );
    const { counts } = simulate(loadOfScenario(scenario), 1, conditionsOfScenario(scenario));
    const { summary } = await runScenario(scenario, { ceiling: 'skip' });
    // 3,000 due; 500 saved up and 999 accepted by the time of the last one.
    expect(counts.failed).toBe(1501);
    expect(Math.abs(summary.rate.throttled - counts.throttledAttempts)).toBeLessThanOrEqual(15);
  });
});
