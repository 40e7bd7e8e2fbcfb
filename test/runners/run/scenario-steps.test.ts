import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { reshardOf, ScenarioSteps } from '../../../runners/run/scenario-steps.ts';
import type { Reshard, Resharding } from '../../../runners/targets/reshard.ts';
import { setUpTarget } from '../../../runners/targets/targets.ts';
import type { ReshardStep, Scenario, ScenarioStep } from '../../../workloads/scenario.ts';

const scenarioOf = (steps: readonly ScenarioStep[], shards = 2): Scenario => ({
  name: 't',
  seed: 1,
  target: {
    kind: 'engine',
    shards,
    limits: 'none',
    latency: 'none',
    memoryBytes: 64 * 2 ** 20,
    maxRecordBytes: 2 ** 16,
    whenFull: 'trim',
  },
  workloads: [],
  consumers: [],
  thresholds: [],
  drainNs: 1e9,
  steps,
});

describe('the shards of a step', () => {
  const bytes = [10, 500, 30, 20, 25];

  test('hottest is the open shard with the most bytes', () => {
    const step = { kind: 'split', atNs: 0, shard: 'hottest' } as const;
    expect(reshardOf(step, [0, 1, 2], bytes)).toEqual({ kind: 'split', shard: 1 });
    expect(reshardOf(step, [0, 3, 4, 2], bytes)).toEqual({ kind: 'split', shard: 2 });
    expect(reshardOf(step, [6, 5], bytes)).toEqual({ kind: 'split', shard: 6 });
  });

  test('coldest are the two neighbours with the fewest, in the order of their ranges', () => {
    const step = { kind: 'merge', atNs: 0, shards: 'coldest' } as const;
    expect(reshardOf(step, [0, 1, 2, 3, 4], bytes)).toEqual({ kind: 'merge', shards: [3, 4] });
    expect(reshardOf(step, [3, 0, 1, 4, 2], bytes)).toEqual({ kind: 'merge', shards: [3, 0] });
    expect(() => reshardOf(step, [0], bytes)).toThrow('no two to merge');
  });

  test('named shards are used as they are', () => {
    expect(reshardOf({ kind: 'split', atNs: 0, shard: 9 }, [], [])).toEqual({ kind: 'split', shard: 9 });
    expect(reshardOf({ kind: 'merge', atNs: 0, shards: [2, 5] }, [], [])).toEqual({ kind: 'merge', shards: [2, 5] });
    expect(reshardOf({ kind: 'shard-count', atNs: 0, count: 3 }, [], [])).toEqual({ kind: 'shard-count', count: 3 });
  });
});

describe('steps on the engine', () => {
  test('are performed at their times, and a rejected one does not stop the next', async () => {
    const steps: ScenarioStep[] = [
      { kind: 'split', atNs: 1e9, shard: 'hottest' },
      { kind: 'split', atNs: 2e9, shard: 1 },
      { kind: 'merge', atNs: 3e9, shards: 'coldest' },
      { kind: 'shard-count', atNs: 4e9, count: 4 },
      { kind: 'split', atNs: 9e9, shard: 0 },
    ];
    const target = await setUpTarget(scenarioOf(steps));
    let nowNs = 0;
    const run = new ScenarioSteps(steps, target.resharding, { now: () => nowNs, bytesByShard: () => [1, 7] });
    expect(run.live.steps).toEqual({ count: 5, finishedCount: 0, next: { text: 'split hottest', atNs: 1e9 } });
    for (; nowNs <= 5e9; nowNs += 0.5e9) {
      run.look(nowNs);
      await sleep(0);
    }
    await run.end();
    run.look(10e9);
    expect(run.reports([]).map(({ outcome }) => outcome)).toEqual([
      { kind: 'done', askedAtNs: 1e9, doneAtNs: 1e9, closed: [1], opened: [2, 3], recoveryNs: null },
      { kind: 'failed', askedAtNs: 2e9, message: 'shard 1 is not open' },
      { kind: 'done', askedAtNs: 3e9, doneAtNs: 3e9, closed: [2, 3], opened: [4], recoveryNs: null },
      { kind: 'done', askedAtNs: 4e9, doneAtNs: 4e9, closed: [0, 4], opened: [5, 6, 7, 8], recoveryNs: null },
      { kind: 'not-reached' },
    ]);
    expect(await target.resharding!.openShards()).toEqual([5, 6, 7, 8]);
    expect(run.live.steps).toMatchObject({ count: 5, finishedCount: 4, last: 'shards 4: 0, 4 -> 5, 6, 7, 8' });
    await target.tearDown();
  });

  test('have room for all shards that they create, however many', async () => {
    const steps = [7, 1, 5, 8, 3, 64, 1].map((count, i): ReshardStep => ({ kind: 'shard-count', atNs: i, count }));
    const target = await setUpTarget(scenarioOf(steps, 3));
    for (const step of steps) await target.resharding!.reshard(reshardOf(step, [], []));
    expect(await target.resharding!.openShards()).toHaveLength(1);
    await target.tearDown();
  });
});

describe('a target that reshards slowly', () => {
  class Slow implements Resharding {
    readonly asked: Reshard[] = [];
    finish: () => void = () => {};

    async openShards(): Promise<number[]> {
      return [0, 1];
    }

    async reshard(change: Reshard) {
      this.asked.push(change);
      await new Promise<void>((resolve) => {
        this.finish = resolve;
      });
      return { closed: [0], opened: [2] };
    }
  }
  const steps: ScenarioStep[] = [
    { kind: 'split', atNs: 1e9, shard: 0 },
    { kind: 'split', atNs: 1e9, shard: 1 },
  ];

  test('performs one change at a time', async () => {
    const target = new Slow();
    let nowNs = 1e9;
    const run = new ScenarioSteps(steps, target, { now: () => nowNs, bytesByShard: () => [] });
    run.look(nowNs);
    run.look(nowNs);
    expect(target.asked).toHaveLength(1);
    expect(run.live.steps?.last).toBe('split 0: under way');
    nowNs = 4e9;
    target.finish();
    await sleep(0);
    run.look(nowNs);
    target.finish();
    await sleep(0);
    expect(run.reports([]).map(({ outcome }) => outcome)).toMatchObject([
      { kind: 'done', askedAtNs: 1e9, doneAtNs: 4e9 },
      { kind: 'done', askedAtNs: 4e9, doneAtNs: 4e9 },
    ]);
  });

  test('is reported as not finished if the run ends first', async () => {
    const target = new Slow();
    const run = new ScenarioSteps(steps, target, { now: () => 1e9, bytesByShard: () => [] });
    run.look(1e9);
    const ended = run.end();
    expect(run.reports([]).map(({ outcome }) => outcome.kind)).toEqual(['unfinished', 'not-reached']);
    target.finish();
    await ended;
    run.look(2e9);
    expect(target.asked).toHaveLength(1);
  });
});
