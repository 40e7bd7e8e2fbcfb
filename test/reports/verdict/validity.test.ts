import { describe, expect, test } from 'vitest';
import type { Ledger, WorkerReport } from '../../../reports/result/result.ts';
import type { Measurements } from '../../../reports/summary/summary.ts';
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

function latenessAt99(lagNs: number, responseNs = 10e6): SelfMeasurements['lateness'] {
  return [{ percentile: 99, lagNs, responseNs, judgedNs: null }];
}

/** Measurements of a late producer. */
const late = (lagNs: number): Partial<SelfMeasurements> => ({ lateness: latenessAt99(lagNs), scheduleLagP99Ns: lagNs });

const good: SelfMeasurements = {
  completed: true,
  lateness: latenessAt99(1e6),
  decidedByLag: [],
  scheduleLagP99Ns: 1e6,
  sendDelayP99Ns: 1e6,
  achievedRatio: 1,
  phaseGraceNs: 10e6,
  targetHeldBack: false,
  inFlightMean: 10,
  inFlightExpected: 10,
  ledger,
  workers: [{ role: 'producer', name: 'producer-0', cpuRatio: 0.5 }],
};

const codes = (changed: Partial<SelfMeasurements>) =>
  judgeValidity({ ...good, ...changed }).reasons.map(({ code }) => code);

describe('a valid run', () => {
  test('a run is valid if it followed its schedule and its counts add up', () => {
    expect(judgeValidity(good)).toMatchObject({ kind: 'valid', reasons: [] });
  });

  test('a run is valid if the target lost records, as long as they are counted', () => {
    const lossy = { ...ledger, received: 190, lost: 10 };
    const consumers = [{ ...ledger.consumers[0]!, received: 90, lost: 10 }, ledger.consumers[1]!];
    expect(codes({ ledger: { ...lossy, consumers } })).toEqual([]);
  });

  test.each<[string, Partial<SelfMeasurements>]>([
    ['rejected records', { targetHeldBack: true }],
    ['had no free slot, which shows as send delay without schedule lag', { sendDelayP99Ns: 5e9 }],
    ['did nothing that the run knows of', {}],
  ])('a run is valid if it missed its rate with producers in time: the target %s', (_, changed) => {
    expect(codes({ achievedRatio: 0.5, ...changed })).toEqual([]);
  });

  test('a run is valid if the target failed half of the records, or almost none', () => {
    const measurements = exampleMeasurements({ acceptedPerSecond: () => 500 });
    const failing = (share: number) => ({
      ...measurements,
      cells: measurements.cells.map((cell) =>
        cell.kind === 'consumer' ? cell : { ...cell, counts: { ...cell.counts, failed: cell.counts.acked * share } },
      ),
    });
    const facts: RunFacts = { outcome: { kind: 'completed' }, workers: [] };
    for (const share of [1, 0.005]) expect(judgeValidity(measureSelf(failing(share), facts)).reasons).toEqual([]);
  });

  test('a run is valid if it was cut with records in flight', () => {
    expect(codes({ completed: false, achievedRatio: 0.9, ledger: { ...ledger, received: 150 } })).toEqual([]);
  });

  test('a run is valid with lags of a tenth of a slow response', () => {
    expect(codes({ scheduleLagP99Ns: 90e6, lateness: latenessAt99(90e6, 1e9) })).toEqual([]);
  });

  test('a run is valid with a busy producer that is on time', () => {
    expect(codes({ workers: [{ role: 'producer', name: 'p', cpuRatio: 1 }] })).toEqual([]);
  });

  test('a run is valid with a producer whose loop was held up while no record was due', () => {
    expect(codes({ workers: [{ role: 'producer', name: 'p', cpuRatio: 0.1, loopDelayP99Ns: 50e6 }] })).toEqual([]);
  });

  test('a run is valid with a consumer that was held up for less than a tenth of its latencies', () => {
    const workers: WorkerReport[] = [
      { role: 'consumer', name: 'c', cpuRatio: 0.1, loopDelayP99Ns: 11e6, maxPauseNs: 0 },
    ];
    expect(codes({ workers, lateness: latenessAt99(1e6, 200e6) })).toEqual([]);
  });

  test('the example is valid by its own cells', () => {
    const facts: RunFacts = { outcome: { kind: 'completed' }, workers: [] };
    const validity = judgeValidity(measureSelf(exampleMeasurements({ lostByDashboard: 3 }), facts));
    expect(validity).toMatchObject({
      kind: 'valid',
      checks: { achievedRatio: 1, inFlightMean: 2, ledgerDifference: 0 },
    });
    expect(validity.checks.inFlightExpected).toBeCloseTo(2, 2);
  });
});

describe('an invalid run', () => {
  test.each<[string, Partial<SelfMeasurements>]>([
    ['SCHEDULE_LAG', late(2.1e6)],
    ['LOOP_DELAY', { workers: [{ role: 'consumer', name: 'c', cpuRatio: 0.1, loopDelayP99Ns: 11e6 }] }],
    ['LITTLES_LAW', { inFlightExpected: 20 }],
    ['LEDGER', { ledger: { ...ledger, received: 199 } }],
  ])('a run is invalid for only %s', (code, changed) => {
    expect(codes(changed)).toEqual([code]);
  });

  test('a run is invalid with a producer without a pause that is late', () => {
    const workers: WorkerReport[] = [{ role: 'producer', name: 'p', cpuRatio: 0.99, maxPauseNs: 0 }];
    expect(codes({ workers, ...late(50e6) })).toEqual(['SCHEDULE_LAG', 'WORKER_CPU']);
  });

  test('a run is invalid if it missed its rate with producers later than the grace after a phase', () => {
    const later = { achievedRatio: 0.98, scheduleLagP99Ns: 11e6, lateness: latenessAt99(11e6, 1e9) };
    expect(codes(later)).toEqual(['GENERATOR_SLOW']);
    expect(codes({ ...later, phaseGraceNs: 12e6 })).toEqual([]);
  });

  test('a run is invalid if a threshold failed only because producers were late', () => {
    const { reasons } = judgeValidity({ ...good, decidedByLag: [{ text: 'putToGet.p99 < 70ms', lagNs: 5e6 }] });
    expect(reasons.map(({ code, what }) => `${code} ${what}`)).toEqual([
      'SCHEDULE_LAG "putToGet.p99 < 70ms" failed only because producers came to records up to 5.00ms late.',
    ]);
  });

  test('a run is invalid with a reason for each consumer whose records do not add up', () => {
    const consumers = ledger.consumers.map((consumer) => ({ ...consumer, received: 99 }));
    const { reasons } = judgeValidity({ ...good, ledger: { ...ledger, received: 198, consumers } });
    expect(reasons.map(({ what }) => what.split(' ')[0])).toEqual(['a', 'b']);
  });

  test('reasons format numbers like the summary', () => {
    const changed: Partial<SelfMeasurements> = {
      ...late(4_689_200_000),
      achievedRatio: 0.3794,
      workers: [{ role: 'producer', name: 'p', cpuRatio: 0.9996, loopDelayP99Ns: 11.26e6 }],
    };
    expect(judgeValidity({ ...good, ...changed }).reasons.map(({ what }) => what)).toEqual([
      'Producers came to a record 4.69s late at p99; 2.00ms is the limit.',
      'The loop of producer p was held up for 11.3ms at p99; 10.0ms is the limit.',
      'Producer p was busy >99.9% of the time and still late.',
      '37.9% of the intended rate was achieved: producers came to a record 4.69s late at p99, and the target did not hold them back.',
    ]);
  });

  test('reasons always include a fix', () => {
    const everything: Partial<SelfMeasurements> = { ...late(1e9), achievedRatio: 0.1, inFlightExpected: 99 };
    const { kind, reasons } = judgeValidity({ ...good, ...everything });
    expect(kind).toBe('invalid');
    expect(reasons.length).toBeGreaterThan(2);
    for (const { what, fix } of reasons) expect([what, fix].every((text) => text.endsWith('.'))).toBe(true);
  });

  test.each<[number | null, string]>([
    [0.38, 'Other programs used 38% of the CPU during the run: close them. `streamgauge doctor` checks this machine.'],
    [0.02, 'Other programs used 2% of the CPU during the run. `streamgauge doctor` checks this machine.'],
    [null, '`streamgauge doctor` checks this machine.'],
  ])('the fix names the CPU share of other programs (%d), and doctor', (otherCpuRatio, hint) => {
    const { reasons, checks } = judgeValidity({ ...good, ...late(1e9), otherCpuRatio });
    expect(reasons[0]!.fix).toContain(hint);
    expect(checks.otherCpuRatio).toBe(otherCpuRatio);
  });

  test('the example is invalid with a late producer', () => {
    const facts: RunFacts = { outcome: { kind: 'completed' }, workers: [] };
    const { reasons } = judgeValidity(measureSelf(exampleMeasurements({ scheduleLagNs: 80e6 }), facts));
    expect(reasons.map(({ code }) => code)).toEqual(['SCHEDULE_LAG']);
  });
});

describe("Little's law", () => {
  const facts: RunFacts = { outcome: { kind: 'completed' }, workers: [] };
  const inFlightOf = (measurements: Measurements, more: Partial<RunFacts> = {}) => {
    const { inFlightMean, inFlightExpected } = measureSelf(measurements, { ...facts, ...more });
    return { inFlightMean, inFlightExpected };
  };

  test("Little's law compares the whole run, so that a stall or a late response does not matter", () => {
    // 2,000 records of the warm-up and 10,000 after it are 2 ms in flight each: 24 s, here all in the last second.
    const { series, ...rest } = exampleMeasurements();
    const stalled = series.map((interval, index) => ({
      ...interval,
      gauges: { ...interval.gauges, inFlight: index === series.length - 1 ? 24 : 0 },
    }));
    const { inFlightMean, inFlightExpected } = inFlightOf({ ...rest, series: stalled });
    expect(inFlightMean).toBeCloseTo(2, 9);
    expect(inFlightExpected).toBeCloseTo(2, 2);
  });

  test.each<[string, Partial<RunFacts>]>([
    ['was interrupted', { outcome: { kind: 'interrupted', signal: 'SIGINT' } }],
    ['was cut by time', { cut: 'time' }],
    ['was cut by phase', { cut: 'phase' }],
  ])("Little's law is not checked for a run that %s", (_, more) => {
    expect(inFlightOf(exampleMeasurements(), more)).toEqual({ inFlightMean: null, inFlightExpected: null });
  });

  test("Little's law is not checked if a record failed, because it was in flight and has no latency", () => {
    const { ledger: whole, ...rest } = exampleMeasurements();
    expect(inFlightOf({ ...rest, ledger: { ...whole, failed: 1 } }).inFlightMean).toBeNull();
  });

  test("Little's law is checked for a run with retries, which are in flight from their first hand-over on", () => {
    expect(inFlightOf(exampleMeasurements({ throttledPerSecond: () => 500 })).inFlightExpected).toBeCloseTo(2, 2);
  });
});
