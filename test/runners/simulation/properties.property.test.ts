import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionsOfScenario, loadOfScenario } from '../../../runners/plan/input/load-of-scenario.ts';
import { simulate } from '../../../runners/simulation/simulate.ts';
import { aScenario, simulateScenario } from './a-load.ts';

const workloads = fc.record({
  rate: fc.integer({ min: 1, max: 3000 }),
  arrivals: fc.constantFrom('constant', 'uniform', 'poisson'),
  producers: fc.integer({ min: 1, max: 5 }),
  lingerMs: fc.constantFrom(0, 1, 50, 700),
  batch: fc.constantFrom(1, 7, 500),
  attempts: fc.integer({ min: 1, max: 5 }),
  bytes: fc.constantFrom(20, 900, 20_000),
  seed: fc.nat(),
});

const scenarioOf = ({ rate, arrivals, producers, lingerMs, batch, attempts, bytes, seed }: Drawn) =>
  aScenario(
    {
      arrivals,
      phases: [{ name: 'steady', duration: '3s', rate: `${rate}/s` }],
      payload: { size: `${bytes}B` },
      producers: { count: producers, batch: { records: batch, lingerMs }, retry: { attempts, base: '100ms' } },
    },
    { latency: 'polling' },
    {
      seed,
      consumers: [
        { name: 'pushed', kind: 'fan-out' },
        { name: 'poller', kind: 'polling', intervalMs: 300 },
      ],
    },
  );

type Drawn = typeof workloads extends fc.Arbitrary<infer T> ? T : never;

describe('any simulated run', () => {
  it.each(['records', 'rates'] as const)('conserves its records by the method %s', (method) => {
    fc.assert(
      fc.property(workloads, fc.integer({ min: 1, max: 6 }), (drawn, shards) => {
        const { counts, consumers, perShard } = simulateScenario(scenarioOf(drawn), shards, { method });
        expect(counts.accepted + counts.failed + counts.unsent).toBe(counts.due);
        expect(counts.attempts).toBe(counts.accepted + counts.throttledAttempts);
        expect(counts.throttledRecords).toBeLessThanOrEqual(counts.throttledAttempts);
        for (const { putToGet } of consumers) expect(putToGet.count).toBe(counts.accepted);
        expect(perShard.reduce((sum, { records }) => sum + records, 0)).toBe(counts.due);
        expect(perShard.reduce((sum, { throttledAttempts }) => sum + throttledAttempts, 0)).toBe(
          counts.throttledAttempts,
        );
      }),
      { numRuns: 40 },
    );
  });

  it('conserves its records with few calls in flight', () => {
    const calls = fc.record({
      callNs: fc.integer({ min: 1, max: 300e6 }),
      inFlight: fc.integer({ min: 1, max: 9 }),
      whenBusy: fc.constantFrom('wait', 'drop'),
    });
    fc.assert(
      fc.property(workloads, calls, (drawn, calls) => {
        const scenario = scenarioOf(drawn);
        const load = loadOfScenario(scenario);
        const producers = { ...load.producers, ...calls };
        const { counts, consumers } = simulate({ ...load, producers }, 2, conditionsOfScenario(scenario));
        expect(counts.accepted + counts.failed + counts.unsent).toBe(counts.due);
        expect(counts.attempts).toBe(counts.accepted + counts.throttledAttempts);
        if (calls.whenBusy === 'wait') expect(counts.unsent).toBe(0);
        for (const { putToGet } of consumers) expect(putToGet.count).toBe(counts.accepted);
      }),
      { numRuns: 40 },
    );
  });

  it('throttles no more records with twice the shards if nothing is retried', () => {
    fc.assert(
      fc.property(workloads, fc.integer({ min: 1, max: 4 }), (drawn, shards) => {
        const scenario = scenarioOf({ ...drawn, attempts: 1 });
        const [few, many] = [shards, 2 * shards].map((count) => simulateScenario(scenario, count));
        // Every shard is split in two, and each half accepts as much as the whole did.
        expect(many!.counts.throttledRecords).toBeLessThanOrEqual(few!.counts.throttledRecords);
      }),
      { numRuns: 40 },
    );
  });
});
