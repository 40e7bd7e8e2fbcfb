import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseResult } from '../../reports/reading/read-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { resultLines } from '../../reports/result/result-file.ts';
import { producerTotals } from '../../reports/summary/cells.ts';
import { deliveryOf, dueOf } from '../../reports/summary/delivery.ts';
import { renderSummary } from '../../reports/text/render-text.ts';
import { judgeAgain } from '../../reports/verdict/judge-again.ts';
import { runScenario } from '../../runners/run/run.ts';
import { resolveScenario } from '../../workloads/resolve.ts';

interface Choice {
  readonly rate?: string;
  readonly seconds?: number;
  readonly producers?: object;
  readonly consumers?: readonly object[];
  readonly more?: object;
}

const READER = { name: 'reader', kind: 'fan-out' };
const ALL_FAIL = [{ kind: 'error', code: 'InternalFailure', rate: '100%' }];
const FEW_RETRIES = { retry: { attempts: 2, base: '10ms', cap: '20ms' } };

function run({ rate = '100/s', seconds = 1, producers = FEW_RETRIES, consumers = [READER], more = {} }: Choice) {
  const workload = {
    name: 'a',
    phases: [{ name: 'steady', duration: `${seconds}s`, rate }],
    keys: { uniform: true, count: 50 },
    payload: { size: '100B' },
    producers,
  };
  const scenario = {
    name: 'delivery',
    target: { kind: 'engine', shards: 2 },
    workloads: [workload],
    consumers,
    ...more,
  };
  return runScenario(resolveScenario(scenario, {}), { ceiling: 'skip' });
}

/** A busy machine makes a run invalid; what its thresholds give on a quiet one is asked of the same numbers. */
function onQuietMachine(result: Result): Result {
  const validity = { ...result.validity, kind: 'valid', reasons: [] } as const;
  return judgeAgain({ ...result, validity }, result.scenario.thresholds);
}

/** The ledger accounts for every scheduled record, and the result agrees with itself. */
function expectExact(result: Result): void {
  expect(dueOf(result.summary.ledger)).toBe(producerTotals(result.cells).scheduled);
  parseResult([...resultLines(result)].join('\n'), 'result.json');
}

describe('a run in which every record fails', () => {
  test.each([
    ['with a consumer', [READER]],
    ['without consumers', []],
  ])('is FAILED %s, and fails lost == 0', async (_, consumers) => {
    const result = await run({ consumers, more: { faults: ALL_FAIL, thresholds: ['lost == 0'] } });
    expectExact(result);
    expect(result.verdict.kind).not.toBe('passed');
    const { verdict } = onQuietMachine(result);
    expect(verdict).toMatchObject({
      kind: 'failed',
      thresholds: [
        { text: 'lost == 0', holds: null, reason: 'nothing was sent' },
        { text: 'undelivered == 0', actual: 100, holds: false, default: true },
      ],
    });
  });

  test('is MEASURED without thresholds, and its first lines report what did not arrive', async () => {
    const result = await run({ more: { faults: ALL_FAIL } });
    const measured = onQuietMachine(result);
    expect(measured.verdict).toEqual({ kind: 'measured', thresholds: [] });
    const text = renderSummary(measured, { colours: false, width: 80 });
    expect(text.split('\n').slice(1, 4).join('\n')).toBe(
      `MEASURED  Not judged, because there are no thresholds.
  Undelivered: 100 of 100: failed 100.
  Achieved 0% of the intended rate: 0/s of 100/s.`,
    );
  });
});

test('a run on an overloaded target is MEASURED, and reports the share of the rate that it achieved', async () => {
  const result = await run({
    rate: '50000/s',
    more: { target: { kind: 'engine', shards: 4, limits: 'aws' }, drain: '1s' },
    producers: { retry: { attempts: 3, base: '10ms', cap: '20ms' } },
  });
  expectExact(result);
  const measured = onQuietMachine(result);
  expect(measured.verdict.kind).toBe('measured');
  const text = renderSummary(measured, { colours: false, width: 80 });
  expect(text).toMatch(/^ {2}Undelivered: [\d,]+ of 50,000: failed [\d,]+\.$/m);
  expect(text).toMatch(/^ {2}Achieved [\d.]+% of the intended rate: /m);
  expect(text).toMatch(/^ {2}Throttled [\d.]+% of the attempts, [\d.]+% of the records\.$/m);
});

test('fails if records were discarded after their last attempt, although none is lost', async () => {
  const result = await run({
    rate: '1300/s',
    seconds: 4,
    producers: { retry: { attempts: 2, base: '1ms', cap: '2ms' } },
    more: { target: { kind: 'engine', shards: 1, limits: 'aws' }, thresholds: ['lost == 0'] },
  });
  expectExact(result);
  const { verdict, summary } = onQuietMachine(result);
  expect(summary.ledger.failed).toBeGreaterThan(0);
  expect(verdict.thresholds.map(({ text, holds }) => [text, holds])).toEqual([
    ['lost == 0', true],
    ['undelivered == 0', false],
  ]);
  expect(verdict.kind).toBe('failed');
});

test('counts records that were due and had no slot as undelivered when it is aborted', async () => {
  const result = await run({
    rate: '20000/s',
    seconds: 20,
    producers: { inFlight: 1, batch: { records: 10 } },
    more: {
      target: { kind: 'noop', shards: 1, delay: '100ms' },
      thresholds: ['achieved.rate > 10000/s over 2s abort'],
    },
  });
  expect(result.outcome.kind).toBe('aborted');
  expectExact(result);
  const { due, undelivered } = deliveryOf(result.summary.ledger)!;
  expect(due).toBeGreaterThan(20_000);
  expect(undelivered).toBeGreaterThan(due * 0.9);
  expect(onQuietMachine(result).verdict.kind).toBe('failed');
});

test('never passes with an undelivered record that no threshold allows, for any faults, retries and slots', async () => {
  const choice = fc.record({
    rate: fc.integer({ min: 0, max: 60 }),
    attempts: fc.integer({ min: 1, max: 3 }),
    inFlight: fc.integer({ min: 1, max: 3 }),
    whenBusy: fc.constantFrom('wait', 'drop'),
    consumers: fc.integer({ min: 0, max: 2 }),
    allowed: fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(choice, async ({ rate, attempts, inFlight, whenBusy, consumers, allowed }) => {
      const result = await run({
        rate: '2000/s',
        seconds: 0.3,
        producers: {
          inFlight,
          whenBusy,
          batch: { records: 20 },
          retry: { attempts, base: '1ms', cap: '5ms' },
        },
        consumers: [READER, { name: 'other', kind: 'fan-out' }].slice(0, consumers),
        more: {
          drain: '1s',
          ...(rate === 0 ? {} : { faults: [{ kind: 'error', code: 'InternalFailure', rate: `${rate}%` }] }),
          thresholds: allowed === undefined ? ['duplicated == 0'] : [`undelivered <= ${allowed}`],
        },
      });
      expectExact(result);
      const { undelivered } = deliveryOf(result.summary.ledger)!;
      const { kind } = onQuietMachine(result).verdict;
      expect(kind).toBe(undelivered > (allowed ?? 0) ? 'failed' : 'passed');
    }),
    { numRuns: 6 },
  );
}, 60_000);
