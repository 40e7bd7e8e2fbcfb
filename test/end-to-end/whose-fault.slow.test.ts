import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../reports/result/result.ts';
import { runScenario } from '../../runners/run/run.ts';
import { resolveScenario } from '../../workloads/resolve.ts';

/** Reasons that blame the generator, or the measurement. */
const BLAME = new Set(['SCHEDULE_LAG', 'WORKER_CPU', 'GENERATOR_SLOW', 'LITTLES_LAW', 'LEDGER', 'LOOP_DELAY']);

interface Load {
  readonly rate?: string;
  readonly duration?: string;
  readonly producers?: object;
}

function run(target: object, { rate = '500/s', duration = '1s', producers = {} }: Load = {}): Promise<Result> {
  const workload = {
    name: 'w',
    phases: [{ name: 'steady', duration, rate }],
    keys: { uniform: true, count: 20 },
    payload: { size: '100B' },
    producers,
  };
  const consumers = [{ name: 'c', kind: 'polling', intervalMs: 20 }];
  return runScenario(resolveScenario({ name: 'fault', target, workloads: [workload], consumers }, {}), {
    ceiling: 'skip',
  });
}

/** A slot for each record. */
const ROOMY: Load = { producers: { inFlight: 600, batch: { records: 1 } } };

/** Codes of blame, unless the producers of this run really came late to their records, as on a busy machine. */
function blameOf({ validity, scenario }: Result): string[] {
  const { scheduleLagP99Ns } = validity.checks;
  const wasLate = (scheduleLagP99Ns ?? 0) > 2e6;
  const isMachine = (code: string) => ['SCHEDULE_LAG', 'WORKER_CPU', 'LOOP_DELAY', 'GENERATOR_SLOW'].includes(code);
  expect(scenario.name).toBe('fault');
  return validity.reasons.map(({ code }) => code).filter((code) => BLAME.has(code) && !(wasLate && isMachine(code)));
}

describe('a run whose target is slow', () => {
  test.each<[string, object, Load, number]>([
    ['responds after the end of the schedule', { kind: 'noop', delay: '2s' }, ROOMY, 1],
    [
      'responds after the end of a short schedule with few slots',
      { kind: 'noop', delay: '400ms' },
      { producers: { inFlight: 2 } },
      0,
    ],
    ['stalls for longer than the run', { kind: 'noop', stalls: [{ at: '500ms', for: '2s' }] }, {}, 0],
    [
      'stalls with room for everything',
      { kind: 'noop', stalls: [{ at: '300ms', for: '2s' }] },
      { producers: { inFlight: 600, batch: { records: 1 } } },
      1,
    ],
    [
      'is slower than the rate',
      { kind: 'noop', delay: '50ms' },
      { producers: { inFlight: 1, batch: { records: 5 } } },
      0,
    ],
    [
      'rejects most records',
      { kind: 'engine', shards: 1, limits: { bytes: '10MB/s', records: '100/s', burst: '100ms' } },
      { producers: { retry: { attempts: 1, base: '1ms', cap: '1ms' } } },
      0,
    ],
    [
      'throttles, and takes everything later',
      { kind: 'engine', shards: 1, limits: { bytes: '10MB/s', records: '200/s', burst: '100ms' } },
      { producers: { retry: { attempts: 100, base: '20ms', cap: '50ms' } } },
      0,
    ],
    [
      'fails every record',
      { kind: 'engine', shards: 1, limits: { bytes: '10MB/s', records: '1/s', burst: '1ms' } },
      { producers: { retry: { attempts: 1, base: '1ms', cap: '1ms' } } },
      0,
    ],
  ])('is valid if its target %s', async (_, target, load, keptRate) => {
    const result = await run(target, load);
    expect(blameOf(result)).toEqual([]);
    const { ratio } = result.summary.rate;
    if (keptRate === 1) expect(ratio).toBeGreaterThan(0.98);
    else expect(ratio).toBeLessThan(0.95);
  });
});

test('an overloaded target is not overestimated: records accepted after the schedule are overtime', async () => {
  const limits = { bytes: '10MB/s', records: '1000/s', burst: '100ms' };
  const producers = { retry: { attempts: 100, base: '20ms', cap: '100ms' } };
  const { summary } = await run({ kind: 'engine', shards: 1, limits }, { rate: '4000/s', producers });
  const { rate, ledger } = summary;
  expect(ledger.sent).toBe(4000);
  expect(rate.scheduledSeconds).toBe(1);
  expect(rate.intendedPerSecond).toBe(4000);
  // A second's worth, a burst of a tenth, and the grace.
  expect(rate.achievedPerSecond).toBeGreaterThan(700);
  expect(rate.achievedPerSecond).toBeLessThan(1150);
  expect(rate.overtime).toBe(4000 - rate.achievedPerSecond);
});

test('a generator that kept its schedule is never blamed, whatever the target does', async () => {
  const milliseconds = (max: number) => fc.integer({ min: 0, max }).map((ms) => `${ms}ms`);
  const stall = fc.record({ at: milliseconds(400), for: fc.integer({ min: 1, max: 800 }).map((ms) => `${ms}ms`) });
  const target = fc.record({
    kind: fc.constant('noop'),
    delay: milliseconds(600),
    stalls: fc.array(stall, { maxLength: 1 }),
  });
  const producers = fc.record({
    inFlight: fc.integer({ min: 1, max: 40 }),
    batch: fc.record({ records: fc.integer({ min: 1, max: 50 }) }),
    whenBusy: fc.constantFrom('wait', 'drop'),
  });
  await fc.assert(
    fc.asyncProperty(target, producers, fc.integer({ min: 50, max: 400 }), async (spec, how, rate) => {
      // Few enough in all that a slot at a time is through in some seconds.
      const result = await run(spec, {
        rate: `${rate}/s`,
        duration: '300ms',
        producers: { ...how, inFlight: Math.max(how.inFlight, 4) },
      });
      expect(blameOf(result)).toEqual([]);
    }),
    { numRuns: 8 },
  );
});
