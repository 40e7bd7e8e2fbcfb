import { describe, expect, test } from 'vitest';
import { parseResult } from '../../reports/reading/read-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { resultLines } from '../../reports/result/result-file.ts';
import { producerTotals } from '../../reports/summary/cells.ts';
import { renderSummary } from '../../reports/text/render-text.ts';
import type { LiveSnapshot } from '../../runners/live/snapshot.ts';
import { runScenario } from '../../runners/run/run.ts';
import { resolveScenario } from '../../workloads/resolve.ts';

const load = (seconds: number, more: object = {}) => ({
  workloads: [
    {
      name: 'a',
      phases: [{ name: 'steady', duration: `${seconds}s`, rate: '4000/s' }],
      keys: { zipf: 0.9, count: 200 },
      payload: { size: '100B' },
      producers: { count: 2, batch: { lingerMs: 5 }, retry: { attempts: 100, base: '5ms', cap: '50ms' } },
      ...more,
    },
  ],
  consumers: [
    { name: 'pushed', kind: 'fan-out' },
    { name: 'polling', kind: 'polling', intervalMs: 50 },
  ],
});

function run(scenario: object, options: Parameters<typeof runScenario>[1] = {}): Promise<Result> {
  return runScenario(resolveScenario({ name: 'test', ...scenario }, {}), { ceiling: 'skip', ...options });
}

describe('a run whose shards change under load', () => {
  test('loses nothing, keeps the order of every key, and reports each step with its time', async () => {
    const snapshots: LiveSnapshot[] = [];
    const result = await run(
      {
        target: { kind: 'engine', shards: 2 },
        ...load(4),
        steps: [
          { at: '500ms', split: 'hottest' },
          { at: '1s', shards: 6 },
          { at: '1500ms', merge: 'coldest' },
          { at: '2s', shards: 1 },
          { at: '2500ms', split: 'hottest' },
        ],
      },
      { onSnapshot: (snapshot) => snapshots.push(snapshot) },
    );
    const { sent } = result.summary.ledger;
    expect(result.summary.ledger).toMatchObject({
      sent: 16_000,
      received: 2 * sent,
      lost: 0,
      duplicated: 0,
      reordered: 0,
    });
    const steps = result.steps!;
    expect(steps.map(({ outcome }) => outcome.kind)).toEqual(new Array(5).fill('done'));
    for (const { step, outcome } of steps) {
      if (outcome.kind !== 'done') continue;
      expect(outcome.askedAtNs).toBeGreaterThanOrEqual(step.atNs);
      expect(outcome.doneAtNs).toBeGreaterThanOrEqual(outcome.askedAtNs);
      expect(outcome.opened.length).toBeGreaterThan(0);
    }
    const [split, ...later] = steps.map(({ outcome }) => (outcome.kind === 'done' ? outcome : undefined));
    expect(split).toMatchObject({ opened: [2, 3] });
    expect(later.map((outcome) => outcome!.opened.length)).toEqual([expect.any(Number), 1, 1, 2]);
    // Records were written to shards of every generation, and none to one that was closed before the run was over.
    const busy = new Set(result.cells.filter((cell) => producerTotals([cell]).acked > 0).map(({ shard }) => shard));
    for (const shard of later.at(-1)!.opened) expect(busy).toContain(shard);
    expect(busy.size).toBeGreaterThan(8);
    expect(snapshots.at(-1)!.steps).toMatchObject({ count: 5 });
    expect(renderSummary(result, { colours: false, width: 100 })).toContain('split hottest');
    const read = parseResult([...resultLines(result)].join('\n'), 'here');
    expect(read.steps).toEqual(result.steps);
  });

  test('continues when a step fails, and is invalid for that reason', async () => {
    const result = await run({
      target: { kind: 'engine', shards: 2 },
      ...load(1),
      steps: [
        { at: '200ms', merge: [0, 1] },
        { at: '400ms', split: 0 },
      ],
    });
    expect(result.steps!.map(({ outcome }) => outcome)).toMatchObject([
      { kind: 'done', closed: [0, 1], opened: [2] },
      { kind: 'failed', message: 'shard 0 is not open' },
    ]);
    expect(result.summary.ledger).toMatchObject({ sent: 4000, lost: 0, duplicated: 0, reordered: 0 });
    expect(result.validity.reasons.map(({ code }) => code)).toContain('STEPS');
  });
});

describe('a run with faults', () => {
  test('loses nothing by errors, throttling, latency and stalls, and counts them', async () => {
    const result = await run({
      target: { kind: 'engine', shards: 3 },
      ...load(3),
      faults: [
        { kind: 'error', from: '200ms', until: '700ms', operation: 'PutRecords', code: 'InternalFailure', rate: '30%' },
        { kind: 'throttle', from: '700ms', until: '1200ms', operation: 'PutRecords', rate: '10%' },
        { kind: 'latency', from: '1200ms', until: '1600ms', operation: 'PutRecords', ms: 30 },
        { kind: 'stall', from: '1600ms', until: '2s', operation: 'PutRecords' },
        { kind: 'stall', from: '2s', until: '2400ms', operation: 'SubscribeToShard' },
        { kind: 'error', from: '2400ms', operation: 'GetRecords', code: 'InternalFailure', rate: '20%' },
      ],
    });
    const { ledger, rate, spans } = result.summary;
    expect(ledger).toMatchObject({ sent: 12_000, received: 24_000, lost: 0, duplicated: 0, failed: 0 });
    expect(result.faults!.map(({ fault }) => fault.kind)).toEqual([
      'error',
      'throttle',
      'latency',
      'stall',
      'stall',
      'error',
    ]);
    for (const { injected } of result.faults!) expect(injected).toBeGreaterThan(0);
    expect(rate.throttled).toBe(result.faults![1]!.injected);
    expect(rate.retried).toBeGreaterThan(rate.throttled);
    expect(spans.ackLatency.maxNs).toBeGreaterThan(350e6);
    expect(spans.putToGet.maxNs).toBeGreaterThan(350e6);
    expect(renderSummary(result, { colours: false, width: 100 })).toContain('error InternalFailure 30% PutRecords');
  });

  test('duplicates records whose response was lost, the same for every consumer, while shards change', async () => {
    const result = await run({
      target: { kind: 'engine', shards: 2 },
      ...load(2),
      faults: [{ kind: 'lose-response', operation: 'PutRecords', rate: '20%' }],
      steps: [
        { at: '500ms', split: 'hottest' },
        { at: '1s', merge: 'coldest' },
      ],
    });
    const { ledger } = result.summary;
    expect(ledger).toMatchObject({ sent: 8000, received: 16_000, lost: 0, failed: 0, unacknowledged: 0 });
    const [pushed, polling] = ledger.consumers;
    expect(pushed!.duplicated).toBeGreaterThan(100);
    expect(polling!.duplicated).toBe(pushed!.duplicated);
    expect(result.faults![0]!.injected).toBeGreaterThan(5);
  });

  test('does not start when the target supports no faults', async () => {
    const scenario = resolveScenario({ name: 't', target: { kind: 'noop' }, ...load(1) }, {});
    const faults = [{ kind: 'lose-response', fromNs: 0, rateRatio: 1 }] as const;
    await expect(runScenario({ ...scenario, faults }, { ceiling: 'skip' })).rejects.toThrow('takes no faults');
    const steps = [{ kind: 'split', atNs: 0, shard: 0 }] as const;
    await expect(runScenario({ ...scenario, steps }, { ceiling: 'skip' })).rejects.toThrow('cannot be changed');
  });
});
