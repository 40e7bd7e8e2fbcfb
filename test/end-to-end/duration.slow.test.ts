import { describe, expect, test } from 'vitest';
import type { Result } from '../../reports/result/result.ts';
import { measurementsOf } from '../../reports/summary/summary.ts';
import { judge } from '../../reports/verdict/thresholds.ts';
import type { LiveSnapshot } from '../../runners/live/snapshot.ts';
import { runScenario } from '../../runners/run/run.ts';
import { resolveScenario } from '../../workloads/resolve.ts';

const workload = (phases: readonly object[], more: object = {}) => ({
  name: 'a',
  phases,
  keys: { uniform: true, count: 50 },
  payload: { size: '100B' },
  ...more,
});

function run(scenario: object, options: Parameters<typeof runScenario>[1] = {}): Promise<Result> {
  const consumers = [{ name: 'c', kind: 'fan-out' }];
  return runScenario(resolveScenario({ name: 'test', target: { kind: 'engine', shards: 2 }, consumers, ...scenario }), {
    ceiling: 'skip',
    ...options,
  });
}

const secondsOf = ({ startedAt, finishedAt }: Result) => (Date.parse(finishedAt) - Date.parse(startedAt)) / 1e3;

describe.concurrent('the duration of a run', () => {
  test('lasts 5 s for 5 s at 0.1/s, and divides its rate by 5 s', async () => {
    const snapshots: LiveSnapshot[] = [];
    const result = await run(
      { workloads: [workload([{ name: 'slow', duration: '5s', rate: '0.1/s' }])] },
      { onSnapshot: (snapshot) => snapshots.push(snapshot) },
    );
    expect(secondsOf(result)).toBeGreaterThanOrEqual(4.99);
    expect(secondsOf(result)).toBeLessThan(6);
    const { rate, ledger } = result.summary;
    expect(ledger.sent).toBe(1);
    expect(rate).toMatchObject({ scheduledSeconds: 5, intendedPerSecond: 0.2, achievedPerSecond: 0.2, ratio: 1 });
    expect(result.series.map(({ startNs }) => startNs)).toEqual([0, 1e9, 2e9, 3e9, 4e9]);
    expect(result.series.every(({ gauges }) => gauges.rssBytes > 0)).toBe(true);
    expect(result.series.at(-1)!.gauges.intendedPerSecond).toBeCloseTo(0.1);
    expect(snapshots.at(-1)!.elapsedNs).toBeGreaterThan(4.5e9);
    expect(snapshots.at(-1)!.totalNs).toBe(5e9);
  });

  test('lasts 6 s for 1 s at 200/s and 5 s at 0.2/s, and performs a split at 4 s', async () => {
    const result = await run({
      workloads: [
        workload([
          { name: 'fast', duration: '1s', rate: '200/s' },
          { name: 'slow', duration: '5s', rate: '0.2/s' },
        ]),
      ],
      steps: [{ at: '4s', split: 0 }],
    });
    expect(secondsOf(result)).toBeGreaterThanOrEqual(5.99);
    expect(result.steps!.map(({ outcome }) => outcome.kind)).toEqual(['done']);
    expect(result.summary.rate).toMatchObject({ scheduledSeconds: 6, overtime: 0 });
    expect(result.summary.rate.intendedPerSecond).toBeCloseTo(201 / 6);
    expect(result.validity.reasons.map(({ code }) => code)).not.toContain('STEPS');
  });

  test('includes pauses, which make no record and end with the next phase', async () => {
    const result = await run({
      workloads: [
        workload([
          { name: 'first', duration: '1s', rate: '100/s' },
          { name: 'pause', duration: '2s' },
          { name: 'second', duration: '1s', rate: '100/s' },
          { name: 'end', duration: '1s', rate: 0 },
        ]),
      ],
      thresholds: ['achieved.rate > 50/s over 1s', 'putToGet.p50 < 10s over 1s'],
    });
    expect(secondsOf(result)).toBeGreaterThanOrEqual(4.99);
    const scheduled = result.series.map(({ cells }) =>
      cells.reduce((sum, cell) => sum + (cell.kind === 'producer' ? (cell.counts.scheduled ?? 0) : 0), 0),
    );
    expect(scheduled.reduce((sum, count) => sum + count, 0)).toBe(200);
    expect(scheduled[2]).toBe(0);
    expect(result.series[2]!.gauges.intendedPerSecond).toBe(0);
    // Judged only by the numbers, because the run is INVALID on a busy machine.
    const judged = judge(result.scenario.thresholds, measurementsOf(result));
    expect(judged.map(({ holds }) => holds)).toEqual([true, true]);
  });

  test('lasts as long as the whole scenario when it makes only a part', async () => {
    const phases = [{ name: 'slow', duration: '3s', rate: '0.5/s' }];
    const workloads = [workload(phases, { producers: { count: 2 } })];
    const result = await run({ workloads }, { part: { index: 1, of: 2 } });
    expect(secondsOf(result)).toBeGreaterThanOrEqual(2.99);
    expect(result.summary.ledger.sent).toBe(1);
  });

  test('can be interrupted while it waits for the end of its schedule', async () => {
    const aborter = new AbortController();
    setTimeout(() => aborter.abort('SIGINT'), 1500);
    const phases = [{ name: 'slow', duration: '60s', rate: '0.01/s' }];
    const result = await run({ workloads: [workload(phases)] }, { signal: aborter.signal });
    expect(secondsOf(result)).toBeLessThan(5);
    expect(result).toMatchObject({ outcome: { kind: 'interrupted', signal: 'SIGINT' }, partial: true });
    expect(result.summary.rate.scheduledSeconds).toBeLessThan(5);
    expect(result.series.length).toBeGreaterThan(0);
  });
});
