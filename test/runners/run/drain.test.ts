import { expect, test } from 'vitest';
import type { Collector } from '../../../runners/recorder/collector.ts';
import type { RunPlan } from '../../../runners/run/run-plan.ts';
import { RunWatch } from '../../../runners/run/run-watch.ts';
import type { SecondsStore } from '../../../runners/run/seconds-store.ts';
import { STATS } from '../../../runners/threads/worker-stats.ts';
import { exampleScenario } from '../../reports/example-result.ts';

type Counts = Partial<Record<keyof typeof STATS, number>>;

/** Returns a watch over the memory that workers wrote these counts into. */
function watchOf(producers: readonly Counts[], consumers: readonly Counts[]): RunWatch {
  const worker = (counts: Counts) => {
    const stats = new Float64Array(new SharedArrayBuffer(8 * Object.keys(STATS).length));
    for (const [name, count] of Object.entries(counts)) stats[STATS[name as keyof typeof STATS]] = count;
    return { stats: stats.buffer };
  };
  const plan = { scenario: exampleScenario(), producers: producers.map(worker), consumers: consumers.map(worker) };
  return new RunWatch(plan as unknown as RunPlan, {} as Collector, {} as SecondsStore);
}

test('reports that everything arrived once each consumer has every acknowledged record that was not trimmed', () => {
  expect(watchOf([{ acked: 6 }, { acked: 4 }], [{ received: 10 }, { received: 7, trimmed: 3 }]).allArrived()).toBe(
    true,
  );
  expect(watchOf([{ acked: 6 }, { acked: 4 }], [{ received: 10 }, { received: 9 }]).allArrived()).toBe(false);
  expect(watchOf([{ acked: 6 }], []).allArrived()).toBe(true);
});

test('waits for records whose response was lost if another consumer has them', () => {
  expect(watchOf([{ acked: 6, failed: 4 }], [{ received: 10 }, { received: 8 }]).allArrived()).toBe(false);
  expect(watchOf([{ acked: 6, failed: 4 }], [{ received: 8 }, { received: 8 }]).allArrived()).toBe(true);
});
