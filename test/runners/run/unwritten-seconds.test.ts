import { describe, expect, test } from 'vitest';
import { seriesProblem } from '../../../reports/reading/result-sums.ts';
import { unfinishedSecondLine } from '../../../reports/result/unfinished-format.ts';
import { UnwrittenSeconds } from '../../../runners/run/unwritten-seconds.ts';
import { exampleResult } from '../../reports/example-result.ts';

const result = exampleResult({ recordsPerSecond: 50, steadySeconds: 60 });
const lines = result.series.map(unfinishedSecondLine);
const total = lines.reduce((sum, { length }) => sum + length, 0);

describe('seconds that the disk does not take', () => {
  test('are unchanged while they are few', () => {
    const unwritten = new UnwrittenSeconds(result.scenario);
    for (const line of lines) unwritten.add(line);
    expect(unwritten.seconds().map(unfinishedSecondLine)).toEqual(lines);
    expect(unwritten.notes()).toEqual([]);
  });

  test('are added up beyond the limit, without a gap and with the same sums', () => {
    const unwritten = new UnwrittenSeconds(result.scenario, total / 8);
    for (const line of lines) unwritten.add(line);
    const series = unwritten.seconds();
    expect(series.length).toBeLessThan(lines.length / 4);
    expect(series.slice(1).map(({ startNs }) => startNs)).toEqual(series.slice(0, -1).map(({ endNs }) => endNs));
    expect([series[0]!.startNs, series.at(-1)!.endNs]).toEqual([0, result.series.at(-1)!.endNs]);
    expect(seriesProblem({ ...result, series })).toBeUndefined();
    const added = lines.length - series.length;
    expect(unwritten.notes()).toEqual([expect.stringContaining(`${added} seconds were added to the seconds before`)]);
  });

  test('are taken in order, also while others are put back and added up', () => {
    const unwritten = new UnwrittenSeconds(result.scenario, total / 8);
    const taken: string[] = [];
    for (const [index, line] of lines.entries()) {
      unwritten.add(line);
      const first = unwritten.take()!;
      if (index % 4 === 0) taken.push(first);
      else unwritten.putBack(first);
    }
    for (let line = unwritten.take(); line !== undefined; line = unwritten.take()) taken.push(line);
    const starts = taken.map((line) => (JSON.parse(line) as { startNs: number }).startNs);
    const ends = taken.map((line) => (JSON.parse(line) as { endNs: number }).endNs);
    expect(starts.slice(1)).toEqual(ends.slice(0, -1));
    expect(unwritten.take()).toBeUndefined();
  });
});
