import { describe, expect, test, vi } from 'vitest';
import type { RoundOutcome, SideBySideRecord } from '../../../reports/side-by-side/record.ts';
import { runnerError } from '../../../runners/errors.ts';
import {
  type ComparedSide,
  type CompareTargetsOptions,
  compareTargets,
} from '../../../runners/side-by-side/compare-targets.ts';
import type { RoundRun, RoundTask, runRound } from '../../../runners/side-by-side/run-round.ts';
import { resolveScenario } from '../../../workloads/resolve.ts';
import { exampleRun } from '../../reports/compare/example-runs.ts';

const scenario = resolveScenario({
  name: 'orders',
  target: { kind: 'noop' },
  workloads: [
    {
      name: 'orders',
      phases: [{ name: 'steady', duration: '10s', rate: '100/s' }],
      keys: { uniform: true, count: 10 },
      payload: { size: '100B' },
    },
  ],
});

const side = (name: string): ComparedSide => ({ name, given: `${name}.yaml`, title: name, price: null, scenario });
const valid: RoundOutcome = { kind: 'valid' };

interface Made {
  readonly tasks: RoundTask[];
  readonly records: SideBySideRecord[];
  readonly options: CompareTargetsOptions;
  readonly run: typeof runRound;
}

/** @param outcomeOf by name of the side and number of its run, of which 0 is the warm-up. */
function made(
  outcomeOf: (name: string, count: number) => RoundOutcome,
  more: Partial<CompareTargetsOptions> = {},
  names: readonly string[] = ['a', 'b'],
): Made {
  const tasks: RoundTask[] = [];
  const records: SideBySideRecord[] = [];
  const counts = new Map<string, number>();
  let running = '';
  const run = async (task: RoundTask): Promise<RoundRun> => {
    tasks.push(task);
    const count = counts.get(running) ?? 0;
    counts.set(running, count + 1);
    const outcome = outcomeOf(running, count);
    return { outcome, result: outcome.kind === 'failed' ? undefined : exampleRun(count) };
  };
  const options: CompareTargetsOptions = {
    sides: names.map(side),
    rounds: 4,
    outDir: 'out',
    roundsFolder: 'rounds',
    onRecord: async (record) => {
      records.push(record);
    },
    onProgress: (progress) => {
      running = progress.side;
    },
    onLeftBehind: () => {},
    ...more,
  };
  return { tasks, records, options, run };
}

const orderOf = ({ rounds }: SideBySideRecord): string => rounds.map(({ side: name }) => name).join('');

describe('a comparison of targets', () => {
  test('runs a short warm-up of each target, and then the rounds in turn', async () => {
    const { tasks, options, run } = made(() => valid);
    const { record, rounds } = await compareTargets(options, run);
    expect(orderOf(record)).toBe('abbabaab');
    expect(record.ending).toBe('completed');
    expect(rounds.every(({ result }) => result !== undefined)).toBe(true);
    expect(
      tasks.slice(0, 2).map(({ outDir, scenario: { workloads } }) => [outDir, workloads[0]!.phases[0]!.durationNs]),
    ).toEqual([
      [undefined, 1e9],
      [undefined, 1e9],
    ]);
    expect(tasks[2]?.outDir).toBe('out/rounds/1-a');
  });

  test('gives both targets of a round the same seed, and each round its own', async () => {
    const { options, run } = made(() => valid);
    const { record } = await compareTargets(options, run);
    expect(record.rounds.map(({ seed }) => seed)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  test('numbers every run, so that created streams have names of their own', async () => {
    const { tasks, options, run } = made(() => valid);
    await compareTargets(options, run);
    expect(tasks.map(({ runNumber }) => runNumber)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('measures nothing if targets cannot be used, and names all of them', async () => {
    const { tasks, options, run } = made((name) => (name === 'b' ? valid : { kind: 'failed', why: `no ${name}` }), {}, [
      'a',
      'b',
      'c',
    ]);
    const comparing = compareTargets(options, run);
    await expect(comparing).rejects.toMatchObject({ code: 'RUNNER_TARGET_FAILED', exitCode: 3 });
    await expect(comparing).rejects.toThrow(/2 of 3 targets cannot be used[\s\S]* a: .*no a\.[\s\S]* c: .*no c\./u);
    expect(tasks).toHaveLength(3);
  });

  test('continues with the other targets if one fails later, and does not run it a third time', async () => {
    const { tasks, options, run } = made((name, count) =>
      name === 'b' && count > 1 ? { kind: 'failed', why: 'it is gone' } : valid,
    );
    const { record } = await compareTargets(options, run);
    const outcomes = record.rounds.filter(({ side: name }) => name === 'b').map(({ outcome }) => outcome);
    const failed = { kind: 'failed', why: 'it is gone' };
    const why = 'not run, because it failed 2 times in a row';
    expect(outcomes).toEqual([valid, failed, failed, { kind: 'failed', why }]);
    expect(record.rounds.filter(({ side: name }) => name === 'a')).toHaveLength(4);
    expect(tasks).toHaveLength(2 + 4 + 3);
  });

  test('runs a target again that failed once', async () => {
    const { options, run } = made((name, count) =>
      name === 'b' && count % 2 === 0 && count > 0 ? { kind: 'failed', why: 'now and then' } : valid,
    );
    const { record } = await compareTargets(options, run);
    expect(record.rounds.filter(({ outcome }) => outcome.kind === 'valid')).toHaveLength(6);
  });

  test('keeps an invalid round and its result', async () => {
    const { options, run } = made((_, count) => (count === 1 ? { kind: 'invalid', why: 'SCHEDULE_LAG' } : valid));
    const { record } = await compareTargets(options, run);
    expect(record.rounds[0]).toMatchObject({ outcome: { kind: 'invalid' }, folder: 'rounds/1-a' });
  });

  test('ends with what was done if it is interrupted in a round', async () => {
    const { records, options, run } = made((name, count) =>
      name === 'b' && count === 2 ? { kind: 'interrupted' } : valid,
    );
    const { record } = await compareTargets(options, run);
    expect(record.ending).toBe('interrupted');
    expect(orderOf(record)).toBe('abb');
    expect(records.at(-1)).toEqual(record);
  });

  test('has no result if it is interrupted in the warm-up', async () => {
    const { options, run } = made(() => ({ kind: 'interrupted' }));
    await expect(compareTargets(options, run)).rejects.toMatchObject({ code: 'RUNNER_INTERRUPTED', exitCode: 130 });
  });

  test('starts no run after an interruption between two of them', async () => {
    const controller = new AbortController();
    const { tasks, options, run } = made(
      (name, count) => {
        if (name === 'b' && count === 1) controller.abort('SIGINT');
        return valid;
      },
      { signal: controller.signal },
    );
    const { record } = await compareTargets(options, run);
    expect(record.ending).toBe('interrupted');
    expect(tasks).toHaveLength(4);
  });

  test('passes an error of the disk on', async () => {
    const { options } = made(() => valid);
    const broken = async (): Promise<RoundRun> => {
      throw runnerError('RUNNER_FILE_NOT_WRITABLE', { what: 'no space left' });
    };
    await expect(compareTargets(options, broken)).rejects.toMatchObject({ code: 'RUNNER_FILE_NOT_WRITABLE' });
  });

  test('saves the record after every run, so that a killed comparison keeps its rounds', async () => {
    const { records, options, run } = made(() => valid, { rounds: 2 });
    await compareTargets(options, run);
    expect(records.map(({ rounds, ending }) => [rounds.length, ending])).toEqual([
      [1, 'interrupted'],
      [2, 'interrupted'],
      [3, 'interrupted'],
      [4, 'interrupted'],
      [4, 'completed'],
    ]);
  });

  test('begins no round that would end after the time limit', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const { options, run } = made(
        () => {
          vi.advanceTimersByTime(12_000);
          return valid;
        },
        { maxDurationNs: 80e9 },
      );
      const { record } = await compareTargets(options, run);
      expect(record.ending).toBe('out-of-time');
      expect(record.rounds).toHaveLength(4);
    } finally {
      vi.useRealTimers();
    }
  });

  test('rejects a time limit that is shorter than one round', async () => {
    const { tasks, options, run } = made(() => valid, { maxDurationNs: 20e9 });
    await expect(compareTargets(options, run)).rejects.toThrow(/--max-duration 20\.0s is shorter than one round/u);
    expect(tasks).toHaveLength(0);
  });

  test('shortens the rounds on request', async () => {
    const { tasks, options, run } = made(() => valid, { roundNs: 2e9, rounds: 1 });
    const { record } = await compareTargets(options, run);
    expect(record.roundNs).toBe(2e9);
    expect(tasks.at(-1)!.scenario.workloads[0]!.phases[0]!.durationNs).toBe(2e9);
  });
});
