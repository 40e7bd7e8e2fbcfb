import { describe, expect, test } from 'vitest';
import { quantileMeanNs } from '../../../engine/twin/latency-profile.ts';
import { fitDraws } from '../../../runners/calibrate/fit-draws.ts';
import { lognormalQuantile } from '../../../workloads/quantiles.ts';

const MS = 1e6;

/** Returns 1,000 quantiles, like a calibration with many records. */
function tableOf(quantile: (p: number) => number) {
  return Array.from({ length: 1001 }, (_, i) => ({
    p: i / 1000,
    ns: quantile(Math.min(0.9995, Math.max(0.0005, i / 1000))),
  }));
}

describe('the draws of a twin', () => {
  test.each([
    [20, 80, 20 * MS],
    [20, 80, 1 * MS],
    [5, 100, 20 * MS],
    [70, 150, 2 * MS],
  ])('deliver a lognormal latency with p50 %d ms and p99 %d ms in the order of each shard', (p50, p99, gapNs) => {
    const fitted = fitDraws(
      tableOf((p) => lognormalQuantile(p50 * MS, p99 * MS, p)),
      { floorNs: 0, gapNs },
    );
    expect(fitted.w1OverMean).toBeLessThan(0.02);
  });

  test("exclude the engine's own time", () => {
    const wanted = tableOf((p) => (10 + 2 * p) * MS);
    const { table, w1OverMean } = fitDraws(wanted, { floorNs: 1 * MS, gapNs: 20 * MS });
    expect(w1OverMean).toBeLessThan(0.02);
    expect(quantileMeanNs(table) / MS).toBeCloseTo(10, 0);
  });

  test('exclude the wait for the next poll', () => {
    // The latency is a service time of 100 ms and a wait of up to 200 ms.
    const wanted = tableOf((p) => (100 + 200 * p) * MS);
    const { table, w1OverMean } = fitDraws(wanted, { floorNs: 0, gapNs: 20 * MS, pollIntervalNs: 200 * MS });
    expect(w1OverMean).toBeLessThan(0.03);
    expect(quantileMeanNs(table) / MS).toBeGreaterThan(90);
    expect(quantileMeanNs(table) / MS).toBeLessThan(110);
  });
});
