import { describe, expect, test } from 'vitest';
import type { Ledger, WorkerReport } from '../../../reports/result/result.ts';
import { judgeValidity, measureSelf, type RunFacts, type SelfMeasurements } from '../../../reports/verdict/validity.ts';
import { exampleMeasurements } from '../example-result.ts';

const ledger: Ledger = {
  sent: 100,
  received: 200,
  lost: 0,
  duplicated: 0,
  reordered: 0,
  unacknowledged: 0,
  failed: 0,
  dropped: 0,
  consumers: ['a', 'b'].map((name) => ({
    name,
    received: 100,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    trimmedRecords: 0,
  })),
};

const good: SelfMeasurements = {
  completed: true,
  scheduleLagP99Ns: 1e6,
  sendDelayP99Ns: 1e6,
  responseP50Ns: 10e6,
  achievedRatio: 1,
  targetHeldBack: false,
  inFlightSamples: [10, 10, 10, 10, 10],
  inFlightExpected: 10,
  ledger,
  workers: [{ role: 'producer', name: 'producer-0', cpuRatio: 0.5 }],
};

const codes = (changed: Partial<SelfMeasurements>) =>
  judgeValidity({ ...good, ...changed }).reasons.map(({ code }) => code);

describe('a run is valid', () => {
  test('when it kept to its schedule and everything adds up', () => {
    expect(judgeValidity(good)).toMatchObject({ kind: 'valid', reasons: [] });
  });

  test('when the target lost records, as long as they are counted', () => {
    const lossy = { ...ledger, received: 190, lost: 10 };
    const consumers = [{ ...ledger.consumers[0]!, received: 90, lost: 10 }, ledger.consumers[1]!];
    expect(codes({ ledger: { ...lossy, consumers } })).toEqual([]);
  });

  test('when it fell short because the target refused', () => {
    expect(codes({ achievedRatio: 0.5, targetHeldBack: true })).toEqual([]);
  });

  test('when it fell short because the target failed records, and not where it failed next to none', () => {
    const measurements = exampleMeasurements({ acceptedPerSecond: () => 500 });
    const failing = (share: number) => ({
      ...measurements,
      cells: measurements.cells.map((cell) =>
        cell.kind === 'consumer' ? cell : { ...cell, counts: { ...cell.counts, failed: cell.counts.acked * share } },
      ),
    });
    const facts: RunFacts = { outcome: { kind: 'completed' }, workers: [] };
    const codesOf = (share: number) =>
      judgeValidity(measureSelf(failing(share), facts)).reasons.map(({ code }) => code);
    expect(codesOf(1)).not.toContain('GENERATOR_SLOW');
    expect(codesOf(0.005)).toContain('GENERATOR_SLOW');
  });

  test('when it fell short because records waited for the target, seen by a send delay without schedule lag', () => {
    expect(codes({ achievedRatio: 0.5, sendDelayP99Ns: 5e9 })).toEqual([]);
  });

  test('when it was cut with records under way', () => {
    expect(codes({ completed: false, achievedRatio: 0.9, ledger: { ...ledger, received: 150 } })).toEqual([]);
  });

  test('with lags of a tenth of a slow response', () => {
    expect(codes({ scheduleLagP99Ns: 90e6, responseP50Ns: 1e9 })).toEqual([]);
  });

  test('with a busy producer that is on time', () => {
    expect(codes({ workers: [{ role: 'producer', name: 'p', cpuRatio: 1 }] })).toEqual([]);
  });

  test('as the example, from its own cells', () => {
    const facts: RunFacts = { outcome: { kind: 'completed' }, workers: [] };
    const validity = judgeValidity(measureSelf(exampleMeasurements({ lostByDashboard: 3 }), facts));
    expect(validity).toMatchObject({
      kind: 'valid',
      checks: { achievedRatio: 1, inFlightMean: 2, ledgerDifference: 0 },
    });
    expect(validity.checks.inFlightExpected).toBeCloseTo(2, 2);
  });
});

describe('a run is invalid', () => {
  test.each<[string, Partial<SelfMeasurements>]>([
    ['SCHEDULE_LAG', { scheduleLagP99Ns: 2.1e6 }],
    ['LOOP_DELAY', { workers: [{ role: 'consumer', name: 'c', cpuRatio: 0.1, loopDelayP99Ns: 11e6 }] }],
    ['GENERATOR_SLOW', { achievedRatio: 0.98 }],
    ['LITTLES_LAW', { inFlightExpected: 20 }],
    ['LEDGER', { ledger: { ...ledger, received: 199 } }],
  ])('by %s alone', (code, changed) => {
    expect(codes(changed)).toEqual([code]);
  });

  test('by a producer without a pause that is late', () => {
    const workers: WorkerReport[] = [{ role: 'producer', name: 'p', cpuRatio: 0.99, maxPauseNs: 0 }];
    expect(codes({ workers, scheduleLagP99Ns: 50e6 })).toEqual(['SCHEDULE_LAG', 'WORKER_CPU']);
  });

  test('with a reason for each consumer whose records do not add up', () => {
    const consumers = ledger.consumers.map((consumer) => ({ ...consumer, received: 99 }));
    const { reasons } = judgeValidity({ ...good, ledger: { ...ledger, received: 198, consumers } });
    expect(reasons.map(({ what }) => what.split(' ')[0])).toEqual(['a', 'b']);
  });

  test('in the notation of the summary', () => {
    const changed: Partial<SelfMeasurements> = {
      scheduleLagP99Ns: 4_689_200_000,
      achievedRatio: 0.3794,
      workers: [{ role: 'producer', name: 'p', cpuRatio: 0.9996, loopDelayP99Ns: 11.26e6 }],
    };
    expect(judgeValidity({ ...good, ...changed }).reasons.map(({ what }) => what)).toEqual([
      'Producers came to a record 4.69s late at p99; 2.00ms is the limit.',
      'The loop of producer p was held up for 11.3ms at p99; 10.0ms is the limit.',
      'Producer p was busy >99.9% of the time and still late.',
      '37.9% of the intended rate was reached, and the target did not hold it back.',
    ]);
  });

  test('always with what to change', () => {
    const everything: Partial<SelfMeasurements> = { scheduleLagP99Ns: 1e9, achievedRatio: 0.1, inFlightExpected: 99 };
    const { kind, reasons } = judgeValidity({ ...good, ...everything });
    expect(kind).toBe('invalid');
    expect(reasons.length).toBeGreaterThan(2);
    for (const { what, fix } of reasons) expect([what, fix].every((text) => text.endsWith('.'))).toBe(true);
  });

  test('as the example is with a late producer', () => {
    const facts: RunFacts = { outcome: { kind: 'completed' }, workers: [] };
    const { reasons } = judgeValidity(measureSelf(exampleMeasurements({ scheduleLagNs: 80e6 }), facts));
    expect(reasons.map(({ code }) => code)).toEqual(['SCHEDULE_LAG']);
  });
});

describe("Little's law", () => {
  test('is not held against a run by the noise of its seconds', () => {
    expect(codes({ inFlightSamples: [0, 40, 5, 30, 0, 35], inFlightExpected: 14 })).toEqual([]);
  });

  test('is not asked of an interrupted second or two', () => {
    expect(codes({ inFlightSamples: [10, 10], inFlightExpected: 50 })).toEqual([]);
  });

  test('is not asked where records were sent again', () => {
    const facts: RunFacts = { outcome: { kind: 'completed' }, workers: [] };
    expect(measureSelf(exampleMeasurements({ throttledPerSecond: () => 500 }), facts).inFlightExpected).toBeNull();
  });
});
