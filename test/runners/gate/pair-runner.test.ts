import { describe, expect, test } from 'vitest';
import type { BlockOutcome, BlockTask } from '../../../runners/gate/block.ts';
import { type PairOutcome, PairRunner } from '../../../runners/gate/pair-runner.ts';
import type { GateSide } from '../../../runners/gate/side.ts';
import { resolveScenario } from '../../../workloads/resolve.ts';
import { blockOf } from '../../reports/gate/example-pairs.ts';

const scenario = resolveScenario({
  name: 'a',
  seed: 100,
  target: { kind: 'noop' },
  workloads: [
    {
      name: 'w',
      phases: [{ name: 'all', duration: '1s', rate: '10/s' }],
      keys: { uniform: true, count: 10 },
      payload: { size: '10B' },
    },
  ],
  consumers: [{ name: 'c', kind: 'fan-out' }],
});

const side = (name: string): GateSide => ({ kind: 'target', name, target: scenario.target });
const measured: BlockOutcome = { kind: 'measured', block: blockOf({ 'putToGet.p50': 1 }) };
const invalid: BlockOutcome = { kind: 'invalid', why: 'SCHEDULE_LAG' };

/** Runs blocks that end as `outcome` defines, and records them. */
function runnerOf(outcome: (task: BlockTask) => BlockOutcome, isOver = () => false) {
  const tasks: BlockTask[] = [];
  const sides = { baseline: side('A'), candidate: side('B') };
  const options = { scenario, ...sides, metrics: ['putToGet.p50'], costAgreed: true, isOver };
  const runner = new PairRunner(options, async (task) => {
    tasks.push(task);
    return outcome(task);
  });
  const pairs = async (count: number): Promise<PairOutcome[]> => {
    const outcomes: PairOutcome[] = [];
    for (let i = 0; i < count; i++) outcomes.push(await runner.next());
    return outcomes;
  };
  const blocksRun = () => tasks.map((task) => `${task.side.name}${task.seed}`).join(' ');
  return { runner, pairs, blocksRun };
}

describe('pairs of blocks', () => {
  test('run in the order ABBA BAAB, both blocks of a pair with one seed, each pair with another', async () => {
    const { pairs, blocksRun } = runnerOf(() => measured);
    await pairs(4);
    expect(blocksRun()).toBe('A100 B100 B101 A101 B102 A102 A103 B103');
  });

  test('repeat an invalid block with its seed', async () => {
    let block = 0;
    const { pairs, blocksRun, runner } = runnerOf(() => (++block === 2 ? invalid : measured));
    expect((await pairs(2)).map(({ kind }) => kind)).toEqual(['measured', 'measured']);
    expect(blocksRun()).toBe('A100 B100 B100 B101 A101');
    expect(runner.invalidBlocks).toEqual([{ side: 'candidate', seed: 100, why: 'SCHEDULE_LAG' }]);
  });

  test('abandon a pair whose block is never valid, and keep its place in the order for the next', async () => {
    const { pairs } = runnerOf(({ seed }) => (seed === 101 ? invalid : measured));
    const outcomes = await pairs(3);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['measured', 'abandoned', 'measured']);
    expect(outcomes[2]).toMatchObject({ pair: { seed: 102, order: 'candidate-first' } });
  });

  test('repeat nothing when the time is up', async () => {
    const { pairs, blocksRun } = runnerOf(
      () => invalid,
      () => true,
    );
    expect(await pairs(1)).toEqual([{ kind: 'abandoned' }]);
    expect(blocksRun()).toBe('A100');
  });

  test('end when most blocks are invalid', { timeout: 60_000 }, async () => {
    const { runner } = runnerOf(() => invalid);
    let outcome = await runner.next();
    while (outcome.kind === 'abandoned') outcome = await runner.next();
    expect(outcome.kind).toBe('blocks-invalid');
    expect(runner.invalidBlocks).toHaveLength(24);
  });

  test('end at an interruption', async () => {
    const { pairs } = runnerOf(() => ({ kind: 'interrupted' }));
    expect(await pairs(1)).toEqual([{ kind: 'interrupted' }]);
  });
});
