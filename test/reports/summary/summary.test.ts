import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import type { ProducerCell } from '../../../reports/result/result.ts';
import { dueRecords, scheduledTime, selectedTime } from '../../../reports/summary/measured-time.ts';
import { measurementsOf, summarise, summariseSpan } from '../../../reports/summary/summary.ts';
import { phaseRateRows, rateText } from '../../../reports/text/rate-text.ts';
import { judge } from '../../../reports/verdict/thresholds.ts';
import { exampleMeasurements, exampleResult, exampleScenario, SECOND_NS } from '../example-result.ts';

describe('a summary', () => {
  test('omits the warm-up', () => {
    const { spans, rate } = summarise(exampleMeasurements({ latencyMs: (second) => (second < 2 ? 5000 : 10) }));
    expect(spans.sendDelay.count).toBe(10_000);
    expect(spans.putToGet.count).toBe(20_000);
    expect(spans.putToGet.maxNs! / 10e6).toBeCloseTo(1, 2);
    expect(rate).toMatchObject({
      intendedPerSecond: 1000,
      achievedPerSecond: 1000,
      ratio: 1,
      scheduledSeconds: 10,
      overtime: 0,
    });
    expect(rate.bytesPerSecond).toBe(100_000);
  });

  test('a summary can be computed again from a result', () => {
    const result = exampleResult({ throttledPerSecond: () => 3, lostByDashboard: 4 });
    expect(summarise(measurementsOf(result))).toEqual(result.summary);
  });

  test('a summary of the series equals that of the totals', () => {
    const measurements = exampleMeasurements({ throttledPerSecond: () => 3, shards: 3 });
    const cells = measurements.series.flatMap((interval) => interval.cells.map((cell) => ({ ...cell, shard: null })));
    expect(summarise({ ...measurements, cells })).toEqual(summarise(measurements));
  });

  test('a summary can cover another part of the run', () => {
    const { spans, rate } = summarise(exampleMeasurements(), { phase: 'warm-up', consumer: 'fraud' });
    expect([spans.putToGet.count, spans.ackLatency.count, rate.scheduledSeconds]).toEqual([2000, 2000, 2]);
  });

  test('counts throttled records and their share', () => {
    const { rate } = summarise(exampleMeasurements({ throttledPerSecond: () => 250 }));
    expect([rate.throttled, rate.retried, rate.throttledRatio]).toEqual([2500, 2500, 0.2]);
  });

  test('counts throttled records once and gives their share of records', () => {
    const { rate } = summarise(exampleMeasurements({ throttledPerSecond: () => 250 }));
    expect([rate.throttledRecords, rate.throttledRecordsRatio]).toEqual([2500, 0.25]);
    const measurements = exampleMeasurements({ throttledPerSecond: () => 250 });
    expect(judge(['throttledRecords.ratio < 25%', 'throttled.ratio < 25%'], measurements)).toMatchObject([
      { holds: false, actual: 0.25 },
      { holds: true, actual: 0.2 },
    ]);
  });

  test('has the spans of each consumer by name and kind, and those of all together', () => {
    const { consumers, spans } = summarise(exampleMeasurements({ lostByDashboard: 7 }));
    expect(consumers.map(({ name, kind }) => [name, kind])).toEqual([
      ['dashboard', 'polling'],
      ['fraud', 'fan-out'],
    ]);
    expect(consumers.map((consumer) => consumer.spans.putToGet.count)).toEqual([9993, 10_000]);
    expect(spans.putToGet.count).toBe(19_993);
  });

  test('has the rate of each recorded phase, and labels the mean over phases that differ', () => {
    const { scenario, ...measurements } = exampleMeasurements();
    const [workload] = scenario.workloads;
    const phases = workload!.phases.map((phase) => ({ ...phase, recorded: true }));
    const slow = { name: 'slow', startNs: 12e9, durationNs: 4e9, fromPerSecond: 50, toPerSecond: 50, recorded: true };
    const changed = { ...scenario, workloads: [{ ...workload!, phases: [...phases, slow] }] };
    const first = measurements.series.at(-1)!;
    const series = [
      ...measurements.series,
      ...[12, 13, 14, 15].map((at) => ({ ...first, startNs: at * 1e9, endNs: (at + 1) * 1e9, cells: [] })),
    ];
    const cell = measurements.cells.find(({ kind }) => kind === 'producer') as ProducerCell;
    const counts = { ...cell.counts, scheduled: 200, acked: 200 };
    const cells = [...measurements.cells, { ...cell, phase: 'slow', counts }];
    const summary = summarise({ ...measurements, scenario: changed, series, cells });
    expect(summary.phases.map(({ phase, intendedPerSecond }) => [phase, intendedPerSecond])).toEqual([
      ['warm-up', 1000],
      ['steady', 1000],
      ['slow', 50],
    ]);
    expect(summary.rate.intendedPerSecond).toBe(12_200 / 16);
    expect(rateText(summary)).toContain('of 763/s intended (100%), mean of the recorded phases');
    expect(phaseRateRows(summary).rows.at(-1)).toEqual(['slow', '50/s', 'of 50/s', '(100%)', 'for 4.00s']);
    expect(rateText(summarise(exampleMeasurements()))).not.toContain('mean');
    expect(phaseRateRows(summarise(exampleMeasurements())).rows).toEqual([]);
  });

  test('hides percentiles that too few records support', () => {
    const histogram = new Histogram();
    expect(summariseSpan(histogram, 0)).toMatchObject({
      count: 0,
      minNs: null,
      meanNs: null,
      p50Ns: null,
      maxNs: null,
    });
    histogram.record(100, 4);
    expect(summariseSpan(histogram, 1)).toMatchObject({ minNs: 100, p50Ns: null, p99Ns: null, maxNs: 100, clamped: 1 });
    histogram.record(100, 3_000);
    expect(summariseSpan(histogram, 0)).toMatchObject({ p50Ns: 100, p99Ns: 100, p999Ns: 100, p9999Ns: null });
  });
});

describe('the time that rates divide by', () => {
  test('the time that rates divide by is that of the recorded phases, even if responses take longer', () => {
    const { scenario, series } = exampleMeasurements();
    expect(scheduledTime(scenario, series)).toBe(10);
    const last = series.at(-1)!;
    const late = { ...last, startNs: 59 * SECOND_NS, endNs: 60 * SECOND_NS };
    expect(scheduledTime(scenario, [...series, late])).toBe(10);
  });

  test('rates omit records that were sent after their phase, and their bytes', () => {
    const measurements = exampleMeasurements();
    const cells = measurements.cells.map((cell) =>
      cell.kind === 'consumer'
        ? cell
        : {
            ...cell,
            counts: { ...cell.counts, overtime: cell.counts.acked / 4, overtimeBytes: cell.counts.bytes / 2 },
          },
    );
    const { rate } = summarise({ ...measurements, cells });
    expect(rate).toMatchObject({ intendedPerSecond: 1000, achievedPerSecond: 750, ratio: 0.75, overtime: 2500 });
    expect(rate.bytesPerSecond).toBe(50_000);
  });

  test('the time that rates divide by ends with an interrupted run', () => {
    const { scenario, series } = exampleMeasurements();
    expect(scheduledTime(scenario, series.slice(0, 5))).toBe(3);
  });

  test('the time that rates divide by joins overlapping phases of workloads', () => {
    const scenario = exampleScenario();
    const [workload] = scenario.workloads;
    const later = { ...workload!, name: 'later', phases: [{ ...workload!.phases[1]!, startNs: 8 * SECOND_NS }] };
    expect(selectedTime({ ...scenario, workloads: [workload!, later] })).toEqual([
      { startNs: 2 * SECOND_NS, endNs: 18 * SECOND_NS },
    ]);
  });

  test('due records of a ramp are the area under it', () => {
    const scenario = exampleScenario();
    const [workload] = scenario.workloads;
    const ramp = { ...workload!.phases[1]!, startNs: 0, fromPerSecond: 0, toPerSecond: 1000 };
    const ramped = { ...scenario, workloads: [{ ...workload!, phases: [ramp] }] };
    expect(dueRecords(ramped, 100 * SECOND_NS)).toBeCloseTo(5000, 6);
    expect(dueRecords(ramped, 5 * SECOND_NS)).toBeCloseTo(1250, 6);
  });
});
