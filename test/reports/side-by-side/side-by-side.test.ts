import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeResult } from '../../../reports/result/result-file.ts';
import { readRounds } from '../../../reports/side-by-side/read-rounds.ts';
import { sideBySide } from '../../../reports/side-by-side/side-by-side.ts';
import { BROKER_SIDE, type ExampleSide, exampleSides, KINESIS_SIDE } from './example-sides.ts';

const FLOOR = 0.02;
const compared = (...sides: readonly ExampleSide[]) => {
  const { record, rounds } = exampleSides(sides);
  return sideBySide(record, rounds, FLOOR);
};

describe('the numbers of a comparison of targets', () => {
  test('are medians over rounds, with an interval of the ratio', () => {
    const { latencies, base } = compared(KINESIS_SIDE, BROKER_SIDE);
    expect(base).toBe('kinesis');
    const p50 = latencies.find(({ span, metric, consumer }) => span === 'putToGet' && metric === 'p50' && !consumer);
    const { ratio, interval } = p50!.changes.broker!;
    expect(p50!.values.kinesis!.valueNs / p50!.values.broker!.valueNs).toBeCloseTo(10, 0);
    expect(ratio).toBeCloseTo(0.1, 2);
    expect(interval!.lower).toBeLessThanOrEqual(ratio);
    expect(interval!.upper).toBeGreaterThanOrEqual(ratio);
  });

  test('have a row for each consumer, because they mix ways of reading otherwise', () => {
    const { latencies } = compared(KINESIS_SIDE, BROKER_SIDE);
    expect([...new Set(latencies.map(({ consumer }) => consumer))]).toEqual([undefined, 'dashboard', 'fraud']);
  });

  test('name the targets in the sentences', () => {
    expect(compared(KINESIS_SIDE, BROKER_SIDE).sentences).toEqual([
      expect.stringMatching(/^broker is 90% faster at p99 /u),
    ]);
  });

  test('use valid rounds only', () => {
    const outcomes = [{ kind: 'invalid', why: 'SCHEDULE_LAG' } as const];
    const { sides, latencies } = compared(KINESIS_SIDE, { ...BROKER_SIDE, outcomes });
    expect(sides.map(({ validRounds }) => validRounds)).toEqual([4, 3]);
    expect(latencies[0]!.changes.broker!.interval).not.toBeNull();
  });

  test('leave a target without a valid round out, and keep its guarantees', () => {
    const invalid = { kind: 'invalid', why: 'LOOP_DELAY' } as const;
    const third = { name: 'third', scale: 0.5, facts: undefined };
    const { sides, base, latencies } = compared(
      { ...KINESIS_SIDE, outcomes: [invalid, invalid, invalid, invalid] },
      BROKER_SIDE,
      third,
    );
    expect(base).toBe('broker');
    expect(Object.keys(latencies[0]!.values)).toEqual(['broker', 'third']);
    expect(sides[0]).toMatchObject({ validRounds: 0, facts: { copies: 3 }, cost: { usdPerMillion: null } });
  });

  test('do not exist if fewer than two targets have a valid round', () => {
    const failed = { kind: 'failed', why: 'gone' } as const;
    const comparison = compared(KINESIS_SIDE, { ...BROKER_SIDE, outcomes: [failed, failed, failed, failed] });
    expect(comparison).toMatchObject({ base: null, latencies: [], rates: [], sentences: [], unfair: [] });
  });

  test('have no interval for a target with one round beside one with several', () => {
    const invalid = { kind: 'invalid', why: 'LOOP_DELAY' } as const;
    const { latencies } = compared(KINESIS_SIDE, { ...BROKER_SIDE, outcomes: [invalid, invalid, invalid] });
    const p50 = latencies.find(({ span, metric }) => span === 'putToGet' && metric === 'p50');
    expect(p50!.changes.broker).toMatchObject({ interval: null, effect: 'unknown' });
  });

  test('price a million records at the achieved rate', () => {
    const [kinesis] = compared(KINESIS_SIDE, BROKER_SIDE).sides;
    expect(kinesis!.cost!.usdPerMonth).toBeCloseTo(0.18 * 730);
    expect(kinesis!.cost!.usdPerMillion).toBeCloseTo(0.18 / 0.72);
  });

  test('are rejected if a result has another load', () => {
    const { record, rounds } = exampleSides([KINESIS_SIDE, { ...BROKER_SIDE, options: { recordsPerSecond: 300 } }]);
    expect(() => sideBySide(record, rounds, FLOOR)).toThrow(
      /RESULT_NOT_COMPARABLE rounds of kinesis and broker have different loads/u,
    );
  });

  test('are the same when they are made again from the saved results', async () => {
    const { record, rounds } = exampleSides([KINESIS_SIDE, BROKER_SIDE], 2);
    const folder = mkdtempSync(join(tmpdir(), 'streamgauge-test-'));
    const file = join(folder, 'side-by-side.json');
    writeFileSync(file, JSON.stringify(record));
    for (const { round, result } of rounds) await writeResult(join(folder, round.folder!), result!);
    const read = await readRounds(file);
    expect(read.record).toEqual(record);
    expect(sideBySide(read.record, read.rounds, FLOOR)).toEqual(sideBySide(record, rounds, FLOOR));
  });
});
