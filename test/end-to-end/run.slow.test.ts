import { describe, expect, test } from 'vitest';
import type { Result } from '../../reports/result/result.ts';
import { producerTotals } from '../../reports/summary/cells.ts';
import { exitCodeOf } from '../../runners/commands/ending.ts';
import { runScenario } from '../../runners/run/run.ts';
import { resolveScenario } from '../../workloads/resolve.ts';

const workload = (name: string, rate: string, more: object = {}) => ({
  name,
  phases: [{ name: 'steady', duration: '1s', rate }],
  keys: { uniform: true, count: 50 },
  payload: { size: '100B' },
  ...more,
});

function run(scenario: object, options: Parameters<typeof runScenario>[1] = {}): Promise<Result> {
  return runScenario(resolveScenario({ name: 'test', ...scenario }, {}), { ceiling: 'skip', ...options });
}

describe('a run on the engine', () => {
  test('accounts for every record of several workloads, producers and consumers', async () => {
    const { summary, cells } = await run({
      target: { kind: 'engine', shards: 3 },
      workloads: [
        workload('a', '3000/s', { producers: { count: 2 } }),
        workload('b', '1000/s', { arrivals: 'poisson', keys: { zipf: 0.99, count: 20 } }),
      ],
      consumers: [
        { name: 'pushed', kind: 'fan-out' },
        { name: 'polling', kind: 'polling', intervalMs: 50 },
      ],
    });
    const sent = producerTotals(cells).acked;
    expect(producerTotals(cells.filter((cell) => cell.workload === 'a')).acked).toBe(3000);
    expect(summary.ledger).toMatchObject({ sent, received: 2 * sent, lost: 0, duplicated: 0, reordered: 0, failed: 0 });
    for (const consumer of summary.ledger.consumers) expect(consumer).toMatchObject({ received: sent, lost: 0 });
    expect(summary.spans.putToGet.count).toBe(2 * sent);
    expect(summary.spans.ackLatency.count).toBe(sent);
  });

  test('makes the same load with one producer as with three', async () => {
    const loadOf = async (count: number) => {
      const { cells } = await run({
        target: { kind: 'engine', shards: 4 },
        workloads: [
          workload('a', '2000/s', { arrivals: 'poisson', keys: { zipf: 1, count: 30 }, producers: { count } }),
        ],
      });
      const byShard = [0, 1, 2, 3].map((shard) => producerTotals(cells.filter((cell) => cell.shard === shard)));
      return byShard.map(({ acked, bytes }) => ({ acked, bytes }));
    };
    expect(await loadOf(3)).toEqual(await loadOf(1));
  });

  test('throttles one shard at its limit, retries, and loses nothing', async () => {
    const { summary } = await run({
      target: { kind: 'engine', shards: 1, limits: { bytes: '10MB/s', records: '2000/s', burst: '100ms' } },
      workloads: [workload('a', '3000/s', { producers: { retry: { attempts: 50, base: '20ms', cap: '100ms' } } })],
      consumers: [{ name: 'c', kind: 'fan-out' }],
    });
    expect(summary.rate.throttled).toBeGreaterThan(0);
    expect(summary.rate.retried).toBe(summary.rate.throttled);
    // A record that was throttled several times counts once.
    expect(summary.rate.throttledRecords).toBeGreaterThan(0);
    expect(summary.rate.throttledRecords).toBeLessThan(summary.rate.throttled);
    expect(summary.rate.throttledRecords).toBeLessThanOrEqual(3000);
    expect(summary.ledger).toMatchObject({ sent: 3000, received: 3000, lost: 0, failed: 0 });
  });

  test('counts records discarded after their last attempt, and never as lost', async () => {
    const { summary, validity } = await run({
      target: { kind: 'engine', shards: 1, limits: { bytes: '10MB/s', records: '500/s', burst: '100ms' } },
      workloads: [workload('a', '2000/s', { producers: { retry: { attempts: 1, base: '1ms', cap: '1ms' } } })],
      consumers: [{ name: 'c', kind: 'fan-out' }],
    });
    const { sent, received, lost, failed } = summary.ledger;
    expect(failed).toBeGreaterThan(500);
    expect(sent + failed).toBe(2000);
    expect({ received, lost }).toEqual({ received: sent, lost: 0 });
    expect(validity.checks.targetLimited).toBe(true);
  });

  test('counts exactly what a slow consumer lost when the ring was reused', async () => {
    const { summary } = await run({
      target: { kind: 'engine', shards: 1, memory: '4200KiB', maxRecordBytes: '16KiB' },
      workloads: [workload('a', '20k/s', { payload: { size: '1KB' } })],
      consumers: [{ name: 'slow', kind: 'polling', intervalMs: 600 }],
      drain: '1s',
    });
    const [slow] = summary.ledger.consumers;
    expect(slow!.lost).toBeGreaterThan(0);
    expect(slow!.lost).toBe(slow!.trimmedRecords);
    expect(slow!.received + slow!.lost).toBe(summary.ledger.sent);
  });

  test('delays records by about 70 ms, as enhanced fan-out does', async () => {
    const { summary } = await run({
      target: { kind: 'engine', latency: 'enhanced-fan-out' },
      workloads: [workload('a', '500/s')],
      consumers: [{ name: 'c', kind: 'fan-out' }],
    });
    expect(summary.spans.residence.minNs).toBeGreaterThan(25e6);
    expect(summary.ledger).toMatchObject({ lost: 0, reordered: 0 });
  });

  test('carries records of 10 MiB unchanged', async () => {
    const { summary } = await run({
      target: { kind: 'engine', shards: 1, memory: '256MiB', maxRecordBytes: '10MiB', whenFull: 'refuse' },
      workloads: [workload('a', '30/s', { keys: { one: 'video' }, payload: { size: '10485755B' } })],
      consumers: [{ name: 'c', kind: 'fan-out' }],
    });
    expect(summary.ledger).toMatchObject({ sent: 30, received: 30, lost: 0, failed: 0 });
    expect(summary.rate.bytesPerSecond * summary.rate.scheduledSeconds).toBeCloseTo(30 * 10 * 2 ** 20, -3);
  });

  test('omits unrecorded phases from the summary and counts them in the ledger', async () => {
    const phases = [
      { name: 'warm-up', duration: '500ms', rate: '1000/s', recorded: false },
      { name: 'steady', duration: '500ms', rate: '2000/s' },
    ];
    const { summary } = await run({
      target: { kind: 'engine' },
      workloads: [workload('a', '', { phases })],
      consumers: [{ name: 'c', kind: 'fan-out' }],
    });
    expect(summary.ledger.sent).toBe(1500);
    expect(summary.spans.putToGet.count).toBe(1000);
  });
});

describe('a producer', () => {
  test('drops records that are due while every slot is in use, if configured so, and counts them', async () => {
    const { summary } = await run({
      target: { kind: 'noop', delay: '200ms' },
      workloads: [workload('a', '1000/s', { producers: { inFlight: 2, whenBusy: 'drop', batch: { records: 1 } } })],
      consumers: [{ name: 'c', kind: 'fan-out' }],
    });
    const { sent, dropped, lost } = summary.ledger;
    expect(dropped).toBeGreaterThan(900);
    expect(sent + dropped).toBe(1000);
    expect(lost).toBe(0);
  });

  test('sends the next record on time after it dropped one', async () => {
    // A call takes 15 ms and a record is due every 10 ms: every other one finds the slot taken.
    const { summary } = await run({
      target: { kind: 'noop', delay: '15ms' },
      workloads: [workload('a', '100/s', { producers: { inFlight: 1, whenBusy: 'drop', batch: { records: 1 } } })],
    });
    const { sent, dropped } = summary.ledger;
    expect(sent + dropped).toBe(100);
    // Some 50, fewer on a busy machine; 10, if it looked again only when it next looks at the clock.
    expect(sent).toBeGreaterThan(15);
  });

  test('holds a batch open for its linger and no record longer', async () => {
    const { summary } = await run({
      target: { kind: 'noop' },
      workloads: [workload('a', '1000/s', { producers: { batch: { lingerMs: 50 } } })],
    });
    expect(summary.spans.sendDelay.p50Ns).toBeGreaterThan(10e6);
    expect(summary.spans.ackLatency.count).toBe(1000);
  });
});

describe('a run that ends early', () => {
  const long = { phases: [{ name: 'steady', duration: '20s', rate: '500/s' }] };

  test('is failed if an aborting threshold ended it', async () => {
    const result = await run({
      target: { kind: 'noop', delay: '20ms' },
      workloads: [workload('a', '', long)],
      consumers: [{ name: 'c', kind: 'fan-out' }],
      thresholds: ['putToGet.p50 < 1ms over 1s abort'],
    });
    expect(result.outcome.kind).toBe('aborted');
    expect(result.partial).toBe(true);
    expect(exitCodeOf(result)).toBe(4);
    expect(result.summary.ledger.sent).toBeLessThan(10_000);
  });

  test('accounts for the sent records when it is interrupted', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort('SIGTERM'), 1500);
    const result = await run(
      {
        target: { kind: 'engine' },
        workloads: [workload('a', '', long)],
        consumers: [{ name: 'c', kind: 'fan-out' }],
      },
      { signal: abort.signal },
    );
    expect(result.outcome).toEqual({ kind: 'interrupted', signal: 'SIGTERM' });
    const { sent, received, lost } = result.summary.ledger;
    expect(sent).toBeGreaterThan(0);
    expect(received + lost).toBe(sent);
    expect(lost).toBe(0);
  });

  test.each(['producer', 'consumer'])('has the cause and a partial result when a %s thread dies', async (role) => {
    const workerUrl = new URL(`./dying-${role}.ts`, import.meta.url);
    const result = await run(
      {
        target: { kind: 'engine' },
        workloads: [workload('a', '', long)],
        consumers: [{ name: 'c', kind: 'fan-out' }],
      },
      { workerUrl },
    );
    expect(result.outcome).toMatchObject({ kind: 'failed', code: 'RUNNER_WORKER_FAILED' });
    expect(result.outcome).toHaveProperty('message', expect.stringContaining('out of cheese'));
    expect(result.partial).toBe(true);
    expect(exitCodeOf(result)).toBe(1);
  });
});
