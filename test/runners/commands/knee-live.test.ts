import { describe, expect, test } from 'vitest';
import { paint } from '../../../reports/text/render-lines.ts';
import { kneeProgressLine, kneeViewLines } from '../../../runners/commands/knee-live.ts';
import { parseShardCounts } from '../../../runners/commands/knee-options.ts';
import type { KneeProgress } from '../../../runners/knee/run-knee.ts';
import { exampleSearch } from '../../reports/knee/example-knee.ts';

const done = exampleSearch({ capacityPerSecond: 42_000 }, 1);
const progress: KneeProgress = {
  searches: [done],
  shards: 2,
  trials: done.trials.slice(0, 8),
  trialNs: done.rules.trialNs,
  knee: { ...done.knee, kind: 'unfinished' },
  request: { ratePerSecond: 41_234, purpose: 'bisect' },
  elapsedNs: 95e9,
  maxDurationNs: 900e9,
};

describe('the live view of a search', () => {
  test('shows earlier searches, the last trials, the running one, the knee so far and the time', () => {
    const text = paint(kneeViewLines(progress, 'checkout: putToGet.p99 < 70ms', 79), { colours: false, width: 79 });
    expect(text).toContain('1 shard: 41,940/s sustainable, 42,090/s not');
    expect(text).toContain('2 shards, trial 9: bisect 41,200/s');
    expect(text).toMatch(/between 41,940\/s and 42,090\/s so far/);
    expect(text).toContain('1:35 of at most 15:00');
    expect(text.split('\n').filter((line) => /^ +\d+ +[\d,]+\/s/.test(line))).toHaveLength(6);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(79);
  });

  test('prints one line for each trial without a terminal', () => {
    expect(kneeProgressLine(progress)).toBe(
      '  1:35 of 15:00  2 shards, trial 9: bisect 41,200/s; between 41,940/s and 42,090/s so far',
    );
  });
});

describe('--shards', () => {
  test.each([
    ['1..8', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['1,2,4,8', [1, 2, 4, 8]],
    ['8, 1..3,2', [1, 2, 3, 8]],
  ])('accepts %s', (text, counts) => {
    expect(parseShardCounts(text)).toEqual(counts);
  });

  test.each(['', '0', '4..1', '1..9999', '1;2', '1..'])('rejects "%s"', (text) => {
    expect(() => parseShardCounts(text)).toThrow(/RUNNER_USAGE --shards must be numbers from 1 to 4096/);
  });

  test('rejects more than 64 numbers', () => {
    expect(() => parseShardCounts('1..100')).toThrow(/--shards must be at most 64 numbers/);
  });
});
