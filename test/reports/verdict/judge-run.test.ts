import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConsumerLedger, Ledger, Verdict } from '../../../reports/result/result.ts';
import { deliveryOf } from '../../../reports/summary/delivery.ts';
import type { Measurements } from '../../../reports/summary/summary.ts';
import { judgeRun } from '../../../reports/verdict/judge-run.ts';
import { exampleMeasurements } from '../example-result.ts';

const EXAMPLE = exampleMeasurements({ recordsPerSecond: 20, steadySeconds: 2 });
const RUN = { outcome: { kind: 'completed' }, validity: { kind: 'valid' } } as const;

interface Counts {
  readonly sent: number;
  readonly failed?: number;
  readonly dropped?: number;
  readonly unacknowledged?: number;
  /** Lost records of each consumer. */
  readonly lost?: readonly number[];
}

function ledgerOf({ sent, failed = 0, dropped = 0, unacknowledged = 0, lost = [0, 0] }: Counts): Ledger {
  const names = ['dashboard', 'fraud'];
  const none = { duplicated: 0, reordered: 0, trimmedRecords: 0 };
  const consumers = lost.map((count, i): ConsumerLedger => {
    return { name: names[i]!, received: sent - count, lost: count, ...none };
  });
  const sum = (count: 'received' | 'lost') => consumers.reduce((total, consumer) => total + consumer[count], 0);
  const totals = { received: sum('received'), lost: sum('lost'), duplicated: 0, reordered: 0 };
  return { sent, ...totals, unacknowledged, failed, dropped, consumers };
}

const withLedger = (counts: Counts): Measurements => ({ ...EXAMPLE, ledger: ledgerOf(counts) });
const judged = (thresholds: readonly string[], counts: Counts, isCut = false): Verdict =>
  judgeRun(thresholds, { measurements: withLedger(counts), ...RUN, isCut });
const shown = ({ thresholds }: Verdict) => thresholds.map(({ text, actual, holds }) => [text, actual, holds]);

describe('a run is expected to deliver every record', () => {
  test.each<[string, Counts, number]>([
    ['failed', { sent: 7, failed: 3 }, 6],
    ['dropped', { sent: 7, dropped: 3 }, 6],
    ['unacknowledged', { sent: 7, unacknowledged: 3 }, 6],
    ['lost', { sent: 10, lost: [3, 0] }, 3],
    ['failed without consumers', { sent: 7, failed: 3, lost: [] }, 3],
  ])('fails a run with records that were %s', (_, counts, undelivered) => {
    const verdict = judged(['putToGet.max < 10s'], counts);
    expect(verdict.kind).toBe('failed');
    expect(verdict.thresholds.at(-1)).toEqual({
      text: 'undelivered == 0',
      actual: undelivered,
      holds: false,
      default: true,
    });
  });

  test('does not let lost == 0 hold if nothing was sent', () => {
    const verdict = judged(['lost == 0', 'duplicated == 0'], { sent: 0, failed: 300, lost: [0] });
    expect(verdict.kind).toBe('failed');
    expect(shown(verdict)).toEqual([
      ['lost == 0', null, null],
      ['duplicated == 0', null, null],
      ['undelivered == 0', 300, false],
    ]);
    expect(verdict.thresholds[0]!.reason).toBe('nothing was sent');
  });

  test('is replaced by a threshold of the scenario on delivery', () => {
    const counts = { sent: 99, failed: 1 };
    expect(judged(['delivered.ratio >= 99%'], counts)).toEqual({
      kind: 'passed',
      thresholds: [{ text: 'delivered.ratio >= 99%', actual: 0.99, holds: true }],
    });
    expect(judged(['undelivered <= 2'], counts).kind).toBe('passed');
    expect(judged(['undelivered <= 1'], counts).kind).toBe('failed');
  });

  test('stays in effect for consumers that the scenario does not name', () => {
    const verdict = judged(['undelivered <= 5 by consumer dashboard'], { sent: 10, lost: [4, 1] });
    expect(shown(verdict)).toEqual([
      ['undelivered <= 5 by consumer dashboard', 4, true],
      ['undelivered == 0 by consumer fraud', 1, false],
    ]);
  });

  test('is not judged for a cut, because its ledger covers the whole run', () => {
    expect(judged(['putToGet.max < 10s'], { sent: 1, failed: 9 }, true).thresholds).toHaveLength(1);
    const cells = EXAMPLE.cells.filter(({ kind }) => kind === 'producer');
    const measurements = { ...withLedger({ sent: 1 }), cells };
    const verdict = judgeRun(['throttled.ratio < 5%'], { measurements, ...RUN, isCut: true });
    expect(verdict.kind).toBe('invalid');
    expect(verdict.thresholds.at(-1)!.reason).toContain('known for the whole run only');
  });

  test('leaves a run without thresholds MEASURED', () => {
    expect(judged([], { sent: 0, failed: 10 })).toEqual({ kind: 'measured', thresholds: [] });
  });

  test('cannot be judged if nothing was due, so that the run is invalid', () => {
    const verdict = judged(['throttled.ratio < 5%'], { sent: 0 });
    expect(verdict.kind).toBe('invalid');
    expect(verdict.thresholds.at(-1)!.reason).toBe('nothing was due');
  });

  test('marks no threshold of an invalid run as held or failed', () => {
    const run = {
      measurements: withLedger({ sent: 10 }),
      outcome: RUN.outcome,
      validity: { kind: 'invalid' },
    } as const;
    const { thresholds } = judgeRun(['lost == 0', 'achieved.rate > 1000/s'], run);
    expect(thresholds.map(({ holds }) => holds)).toEqual([null, null, null]);
  });
});

describe('any fate of records', () => {
  const small = fc.integer({ min: 0, max: 20 });
  const counts = fc
    .record({
      sent: small,
      failed: small,
      dropped: small,
      unacknowledged: small,
      losses: fc.array(small, { maxLength: 2 }),
    })
    .map(({ losses, ...rest }): Counts => ({ ...rest, lost: losses.map((count) => Math.min(count, rest.sent)) }));
  const other = fc.constantFrom('lost == 0', 'duplicated == 0', 'throttled.ratio < 5%', 'putToGet.max < 10s');

  test('a run never passes with an undelivered record that its scenario did not allow', () => {
    const allowed = fc.option(small, { nil: undefined });
    fc.assert(
      fc.property(counts, fc.array(other, { maxLength: 3 }), allowed, (chosen, texts, most) => {
        const own = most === undefined ? texts : [...texts, `undelivered <= ${most}`];
        const verdict = judged(own, chosen);
        const { due, owed, undelivered } = deliveryOf(ledgerOf(chosen))!;
        if (own.length === 0) expect(verdict.kind).toBe('measured');
        if (undelivered > (most ?? 0)) expect(verdict.kind).not.toBe('passed');
        if (due === 0 || undelivered === owed) expect(verdict.kind).not.toBe('passed');
      }),
      { numRuns: 500 },
    );
  });

  test('undelivered is the sum over consumers, and the ratio its share of the owed records', () => {
    fc.assert(
      fc.property(counts, (chosen) => {
        const ledger = ledgerOf(chosen);
        const { owed, undelivered, ratio } = deliveryOf(ledger)!;
        const each = ledger.consumers.map(({ name }) => deliveryOf(ledger, name)!.undelivered);
        if (each.length > 0) expect(undelivered).toBe(each.reduce((sum, count) => sum + count, 0));
        expect(ratio).toBe(owed === 0 ? null : 1 - undelivered / owed);
      }),
    );
  });
});
