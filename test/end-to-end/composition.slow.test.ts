import { describe, expect, test } from 'vitest';
import { cutResult } from '../../reports/cut/cut-result.ts';
import { parseResult } from '../../reports/reading/read-result.ts';
import type { CompositionSummary } from '../../reports/result/composition.ts';
import type { Result } from '../../reports/result/result.ts';
import { resultLines } from '../../reports/result/result-file.ts';
import { mergedHistogram, selectCells } from '../../reports/summary/cells.ts';
import { runScenario } from '../../runners/run/run.ts';
import { resolveScenario } from '../../workloads/resolve.ts';

const MS = 1e6;

async function run(target: object, phases: readonly object[], producers: object = {}): Promise<Result> {
  const workload = { name: 'w', phases, keys: { uniform: true, count: 50 }, payload: { size: '100B' }, producers };
  const scenario = { name: 'test', target, workloads: [workload], consumers: [{ name: 'c', kind: 'fan-out' }] };
  return runScenario(resolveScenario(scenario, {}), { ceiling: 'skip' });
}

const saved = (result: Result) => parseResult([...resultLines(result)].join('\n'), 'saved');

/** Expects the composition to cover every record, in every cell and in the whole, and to match the percentiles. */
function expectWhole(result: Result): CompositionSummary {
  const { composition, spans } = saved(result).summary;
  expect(composition).toEqual(result.summary.composition);
  expect(composition!.all.count).toBe(spans.putToGet.count);
  const uncorrected = mergedHistogram(selectCells(result.cells, result.scenario), 'uncorrected');
  expect(composition!.all.afterNs / uncorrected.meanNs).toBeCloseTo(1, 2);
  for (const [percentile, records] of [
    [spans.putToGet.p50Ns!, composition!.p50!],
    [spans.putToGet.p99Ns!, composition!.p99!],
  ] as const) {
    expect(records.fromNs).toBeLessThanOrEqual(percentile);
    expect(records.toNs).toBeGreaterThanOrEqual(percentile);
    expect(records.beforeNs + records.afterNs).toBeCloseTo(records.putToGetNs, -1);
  }
  return composition!;
}

describe('the composition of put-to-get', () => {
  test('puts the delay of a slow target after the hand-over', async () => {
    const result = await run({ kind: 'noop', delay: '100ms' }, [{ name: 'steady', duration: '1s', rate: '1000/s' }], {
      inFlight: 1000,
    });
    const { p50, p99 } = expectWhole(result);
    expect(p50!.afterNs).toBeGreaterThanOrEqual(100 * MS);
    expect(p99!.afterNs).toBeGreaterThanOrEqual(100 * MS);
  });

  test('puts the linger of batches before the hand-over', async () => {
    // A batch goes 500 ms after its first record was due: the others are due evenly over that time.
    const result = await run({ kind: 'noop' }, [{ name: 'steady', duration: '2s', rate: '1000/s' }], {
      batch: { lingerMs: 500 },
    });
    const { p50, p99 } = expectWhole(result);
    expect(p50!.beforeNs).toBeGreaterThan(150 * MS);
    expect(p99!.beforeNs).toBeGreaterThan(400 * MS);
  });

  test('puts the retries of a throttling target before the last hand-over, where latency from sending misses them', async () => {
    // 1,000 records are due in a second and 100 are taken at once, 500 a second from there: the last ones wait for 0.8 s.
    const phases = [
      { name: 'warm-up', duration: '500ms', rate: '100/s', recorded: false },
      { name: 'steady', duration: '1s', rate: '1000/s' },
    ];
    const limits = { bytes: '10MB/s', records: '500/s', burst: '200ms' };
    const retry = { attempts: 1000, base: '20ms', cap: '100ms' };
    const result = await run({ kind: 'engine', shards: 1, limits }, phases, { retry });
    const { p99 } = expectWhole(result);
    expect(result.summary.rate.retried).toBeGreaterThan(100);
    expect(p99!.beforeNs).toBeGreaterThan(500 * MS);
    expect(p99!.beforeNs).toBeGreaterThan(p99!.afterNs);
    const steady = cutResult(saved(result), { kind: 'phase', phase: 'steady' });
    expect(saved(steady).summary.composition).toEqual(result.summary.composition);
    const warmUp = cutResult(saved(result), { kind: 'phase', phase: 'warm-up' });
    expect(saved(warmUp).summary.composition!.all.count).toBe(50);
    const seconds = cutResult(saved(result), { kind: 'time', fromNs: 0, toNs: 1000 * MS });
    expect(saved(seconds).summary.composition).toBeUndefined();
  });
});
