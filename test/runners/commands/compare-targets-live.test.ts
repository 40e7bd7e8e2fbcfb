import { describe, expect, test } from 'vitest';
import { paint } from '../../../reports/text/render-lines.ts';
import { targetsProgressLine, targetsViewLines } from '../../../runners/commands/compare-targets-live.ts';
import { BROKER_SIDE, exampleSides, KINESIS_SIDE } from '../../reports/side-by-side/example-sides.ts';

const invalid = { kind: 'invalid', why: 'SCHEDULE_LAG' } as const;
const { rounds } = exampleSides([KINESIS_SIDE, { ...BROKER_SIDE, outcomes: [invalid] }], 2);
const view = (progress: Parameters<typeof targetsViewLines>[0]) =>
  paint(targetsViewLines(progress, 'orders', 80), { colours: false, width: 80 });

describe('the progress of a comparison of targets', () => {
  test('shows the finished rounds and the present run', () => {
    const text = view({ round: 2, plannedRounds: 4, side: 'broker', done: rounds });
    expect(text).toContain('  round  target      p50     p99  achieved\n      1  kinesis  25.0ms  89.7ms     200/s');
    expect(text).toContain('INVALID: SCHEDULE_LAG');
    expect(text).toMatch(/round 2 of 4, broker: setting up$/u);
  });

  test('names the warm-up', () => {
    expect(view({ round: 0, plannedRounds: 4, side: 'kinesis', done: [] })).toMatch(/warm-up, kinesis: setting up$/u);
  });

  test('begins before the first run', () => {
    expect(view(undefined)).toContain('starting');
  });

  test('is one line for each round without a terminal', () => {
    expect(rounds.slice(0, 2).map(targetsProgressLine)).toEqual([
      '  round 1  kinesis  p50 25.0ms  p99 89.7ms  200/s',
      '  round 1  broker  INVALID: SCHEDULE_LAG',
    ]);
  });
});
