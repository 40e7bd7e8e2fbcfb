import { describe, expect, test } from 'vitest';
import type { Result } from '../../../reports/result/result.ts';
import type { TargetFacts } from '../../../reports/result/target-facts.ts';
import { fairnessOf } from '../../../reports/side-by-side/fairness.ts';
import { sidesWithNumbers } from '../../../reports/side-by-side/side-by-side.ts';
import type { FairnessLine } from '../../../reports/side-by-side/side-data.ts';
import { BROKER_SIDE, type ExampleSide, exampleSides, KINESIS_FACTS, KINESIS_SIDE } from './example-sides.ts';

function linesOf(...sides: readonly ExampleSide[]): FairnessLine[] {
  const { record, rounds } = exampleSides(sides);
  return fairnessOf(sidesWithNumbers(record, rounds));
}

const topicsOf = (...sides: readonly ExampleSide[]): string[] => linesOf(...sides).map(({ topic }) => topic);

/** A side like KINESIS_SIDE with other values of these facts. */
const other = (facts: Partial<TargetFacts>, more: Partial<ExampleSide> = {}): ExampleSide => ({
  name: 'other',
  facts: { ...KINESIS_FACTS, ...facts },
  ...more,
});

const changed = (change: (result: Result) => Result): ExampleSide => other({}, { change });

describe('the list of what makes a comparison unfair', () => {
  test('is empty for two targets of the same settings', () => {
    expect(linesOf(KINESIS_SIDE, other({}))).toEqual([]);
  });

  test('names every difference of a service and a broker on this machine', () => {
    expect(topicsOf(KINESIS_SIDE, BROKER_SIDE)).toEqual([
      'durability',
      'distance',
      'shared cores',
      'limits',
      'batching',
      'client',
      'reading',
    ]);
  });

  test.each<[topic: string, facts: Partial<TargetFacts>]>([
    ['durability', { copies: 1 }],
    ['durability', { copies: null }],
    ['simulation', { model: 'the latencies of aws-documented, from documentation' }],
    ['limits', { limits: null }],
    ['batching', { batching: 'one record a call' }],
    ['client', { client: 'another client' }],
    ['reading', { polling: 'waits' }],
    ['compression', { compression: 'zstd' }],
  ])('has only %s for %j', (topic, facts) => {
    expect(topicsOf(KINESIS_SIDE, other(facts))).toEqual([topic]);
  });

  test('has the advice of the weaker target, and not that of the stronger one', () => {
    const fixes = { durability: 'Use acks: all.' };
    const [line] = linesOf(KINESIS_SIDE, other({ copies: 1, fixes }));
    expect(line).toEqual({
      topic: 'durability',
      found:
        'An acknowledgement waits for different copies of a record. kinesis: 3 machines or zones; other: one machine.',
      fix: 'Use acks: all.',
    });
  });

  test('names targets with the same fact together', () => {
    const [line] = linesOf(KINESIS_SIDE, other({ copies: 1 }), { ...other({ copies: 1 }), name: 'third' });
    expect(line?.found).toContain('kinesis: 3 machines or zones; other and third: one machine.');
  });

  test('does not guess the facts of a target that states none', () => {
    const [line] = linesOf(KINESIS_SIDE, { name: 'module', facts: undefined });
    expect(line).toMatchObject({ topic: 'durability' });
    expect(line?.found).toContain('module: not stated');
  });

  test('does not list polls without a polling consumer', () => {
    const fanOut = (result: Result): Result => ({
      ...result,
      scenario: {
        ...result.scenario,
        consumers: result.scenario.consumers.filter(({ kind }) => kind === 'fan-out'),
      },
    });
    const sides = [{ ...KINESIS_SIDE, change: fanOut }, other({ polling: 'waits' }, { change: fanOut })];
    expect(topicsOf(...sides)).not.toContain('reading');
  });

  test('has the clocks if residence starts at different times', () => {
    expect(topicsOf(KINESIS_SIDE, other({}, { residenceStart: 'target-time' }))).toEqual(['clocks']);
  });

  test('has the other load of the machine if it differs between targets', () => {
    const busy = changed((result) => ({
      ...result,
      validity: { ...result.validity, checks: { ...result.validity.checks, otherCpuRatio: 0.5 } },
    }));
    const local = { ...KINESIS_SIDE, facts: { ...KINESIS_FACTS, place: 'machine' as const } };
    const lines = linesOf(local, { ...busy, facts: { ...KINESIS_FACTS, place: 'machine' } });
    expect(lines.map(({ topic }) => topic)).toEqual(['shared cores']);
    expect(lines[0]?.found).toMatch(/kinesis: .*used 0% of them; other: .*used 50% of them/u);
  });

  test('has the sizes of records if they differ by more than a hundredth', () => {
    const larger = changed((result) => ({
      ...result,
      summary: { ...result.summary, rate: { ...result.summary.rate, bytesPerSecond: 27_200 } },
    }));
    expect(linesOf(KINESIS_SIDE, larger)).toMatchObject([
      { topic: 'record size', found: expect.stringContaining('kinesis: 100B on average; other: 136B on average') },
    ]);
  });

  test('has the number of shards, and then not the shares of shards', () => {
    const sides = [KINESIS_SIDE, other({ routing: 'murmur2' }, { options: { shards: 3 } })];
    expect(topicsOf(...sides)).toContain('shards');
    expect(topicsOf(...sides)).not.toContain('keys');
  });

  test('has an overload if a target does not achieve the rate', () => {
    const slow = other({}, { options: { acceptedPerSecond: () => 120 } });
    expect(linesOf(KINESIS_SIDE, slow).find(({ topic }) => topic === 'overload')?.found).toMatch(
      /kinesis: achieved 100% of the intended rate; other: achieved 60% of the intended rate/u,
    );
  });

  test('has throttling only if a target throttled and they throttle in different ways', () => {
    const options = { throttledPerSecond: () => 20 };
    expect(topicsOf(KINESIS_SIDE, other({ throttling: 'delays' }))).not.toContain('throttling');
    expect(topicsOf({ ...KINESIS_SIDE, options }, other({}, { options }))).not.toContain('throttling');
    expect(topicsOf({ ...KINESIS_SIDE, options }, other({ throttling: 'delays' }))).toContain('throttling');
  });

  test('has a warm-up if the rounds record from their first record', () => {
    const cold = (result: Result): Result => ({
      ...result,
      scenario: {
        ...result.scenario,
        workloads: result.scenario.workloads.map((workload) => ({ ...workload, phases: workload.phases.slice(1) })),
      },
    });
    expect(topicsOf({ ...KINESIS_SIDE, change: cold }, changed(cold))).toContain('warm-up');
  });

  test('has a drift only if every round moves in the same direction', () => {
    const shifted = (factors: readonly number[]) => (result: Result, round: number) => ({
      ...result,
      summary: {
        ...result.summary,
        spans: {
          ...result.summary.spans,
          putToGet: { ...result.summary.spans.putToGet, p50Ns: 1e6 * factors[round]! },
        },
      },
    });
    expect(topicsOf(KINESIS_SIDE, other({}, { change: shifted([1, 1.1, 1.2, 1.3]) }))).toEqual(['drift']);
    expect(topicsOf(KINESIS_SIDE, other({}, { change: shifted([1, 1.2, 1.1, 1.3]) }))).toEqual([]);
    expect(topicsOf(KINESIS_SIDE, other({}, { change: shifted([1, 1.001, 1.002, 1.003]) }))).toEqual([]);
  });

  test('is empty for a single target', () => {
    expect(linesOf(KINESIS_SIDE)).toEqual([]);
  });
});
