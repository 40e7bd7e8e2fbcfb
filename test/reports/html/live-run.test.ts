import { expect, test } from 'vitest';
import { liveSecond, liveStart } from '../../../reports/html/live-data.ts';
import { LiveRun } from '../../../reports/page/live-run.ts';
import { exampleResult, withStall } from '../example-result.ts';

test('a live page marks a stall during it, and keeps the mark when records arrive again', () => {
  const { scenario, series } = withStall(exampleResult(), 5, 8);
  const live = new LiveRun(liveStart(scenario));
  const silencesAfter = series.map((interval) => {
    live.take(liveSecond(interval, true));
    return live.run.silences;
  });
  expect(silencesAfter.slice(4, 10)).toEqual([
    [],
    [{ fromNs: 5e9, toNs: 6e9 }],
    [{ fromNs: 5e9, toNs: 7e9 }],
    [{ fromNs: 5e9, toNs: 8e9 }],
    [{ fromNs: 5e9, toNs: 8e9 }],
    [{ fromNs: 5e9, toNs: 8e9 }],
  ]);
  expect(live.run.silenceWords).toBe('nothing received');
});
