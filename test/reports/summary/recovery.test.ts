import { describe, expect, test } from 'vitest';
import type { Interval } from '../../../reports/result/result.ts';
import { recoveryNs } from '../../../reports/summary/recovery.ts';
import { type ExampleOptions, exampleMeasurements, SECOND_NS } from '../example-result.ts';

/** Twenty seconds of steady load. The options change some of them. */
const seriesOf = (options: ExampleOptions = {}): readonly Interval[] =>
  exampleMeasurements({ steadySeconds: 18, ...options }).series;

const slowIn = (...seconds: number[]) =>
  seriesOf({ latencyMs: (second, index) => (seconds.includes(second) ? 500 : 20 + (index % 50)) });
const throttledIn = (records: number, ...seconds: number[]) =>
  seriesOf({ throttledPerSecond: (second) => (seconds.includes(second) ? records : 0) });

const at = (seconds: number, doneAtSeconds = seconds, untilSeconds?: number) => ({
  askedAtNs: seconds * SECOND_NS,
  doneAtNs: doneAtSeconds * SECOND_NS,
  ...(untilSeconds === undefined ? {} : { untilNs: untilSeconds * SECOND_NS }),
});
const secondsOf = (ns: number | null) => (ns === null ? null : ns / SECOND_NS);

describe('the time to recover', () => {
  test('recovery takes no time if no second was disturbed', () => {
    expect(recoveryNs(seriesOf(), at(10))).toBe(0);
  });

  test('recovery ends with the last slow second', () => {
    expect(secondsOf(recoveryNs(slowIn(10, 11, 12), at(10.25)))).toBe(2.75);
  });

  test('recovery ends with the last throttled second', () => {
    expect(secondsOf(recoveryNs(throttledIn(100, 10, 11), at(10)))).toBe(2);
  });

  test('recovery continues if a second is disturbed again before three normal ones', () => {
    expect(secondsOf(recoveryNs(slowIn(10, 13, 16), at(10)))).toBe(7);
    expect(secondsOf(recoveryNs(slowIn(10, 14, 16), at(10)))).toBe(1);
  });

  test('a second that is slightly slower or more throttled counts as normal', () => {
    const slower = seriesOf({ latencyMs: (second, index) => (20 + (index % 50)) * (second === 11 ? 1.2 : 1) });
    expect(recoveryNs(slower, at(10))).toBe(0);
    expect(recoveryNs(throttledIn(9, 11), at(10))).toBe(0);
    expect(secondsOf(recoveryNs(throttledIn(20, 11), at(10)))).toBe(2);
  });

  test('recovery of a stream that was throttled before does not need seconds without throttling', () => {
    expect(recoveryNs(throttledIn(300, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16), at(10))).toBe(0);
  });

  test('recovery does not end before the step is carried out', () => {
    // The disturbance begins when the step is carried out, six seconds after its request.
    expect(secondsOf(recoveryNs(slowIn(14), at(8, 14.5)))).toBe(7);
    expect(recoveryNs(seriesOf(), at(8, 14.5))).toBe(0);
    expect(recoveryNs(seriesOf(), at(8, 19.5))).toBeNull();
  });

  test('recovery is unknown if it did not happen, or the next step came first', () => {
    expect(recoveryNs(slowIn(10, 11, 12, 13, 14, 15, 16, 17, 18, 19), at(10))).toBeNull();
    expect(recoveryNs(slowIn(10, 18), at(10, 10, 13))).toBeNull();
    expect(secondsOf(recoveryNs(slowIn(10, 18), at(10, 10, 14)))).toBe(1);
  });

  test('recovery is unknown with fewer than three whole seconds before the step', () => {
    expect(recoveryNs(seriesOf(), at(2.9))).toBeNull();
    expect(recoveryNs(seriesOf(), at(3))).toBe(0);
    expect(recoveryNs([], at(3))).toBeNull();
  });

  test('a second in which nothing arrived counts as disturbed', () => {
    const series = seriesOf({ acceptedPerSecond: (second) => (second === 11 ? 0 : 1000) });
    expect(secondsOf(recoveryNs(series, at(10)))).toBe(2);
  });

  test('recovery ignores the seconds after the load', () => {
    const series = slowIn(18, 19).map((interval, second) =>
      second < 18 ? interval : { ...interval, gauges: { ...interval.gauges, intendedPerSecond: 0 } },
    );
    expect(recoveryNs(series, at(14))).toBe(0);
    expect(recoveryNs(series, at(16))).toBeNull();
  });

  test('recovery depends only on throttling if nothing is consumed', () => {
    const series = throttledIn(100, 10).map((interval) => ({
      ...interval,
      cells: interval.cells.filter(({ kind }) => kind === 'producer'),
    }));
    expect(secondsOf(recoveryNs(series, at(10)))).toBe(1);
  });
});
