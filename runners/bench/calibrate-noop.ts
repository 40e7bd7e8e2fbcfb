import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Histogram } from '../../reports/histogram/histogram.ts';
import { wassersteinOf } from '../../reports/statistics/wasserstein.ts';
import { lognormalQuantile } from '../../workloads/quantiles.ts';
import { calibrate, measure } from '../calibrate/calibrate.ts';
import { latencyScenario } from '../calibrate/calibration-scenario.ts';
import { delaySampleOf, PUT } from '../calibrate/measured-delay.ts';
import { type Benchmark, holds, rowOf } from './benchmark.ts';

const P50_NS = 20e6;
const P99_NS = 80e6;
const TARGET = { kind: 'noop', delay: { lognormal: { p50: '20ms', p99: '80ms' } } };
const CONDITIONS = { ratePerSecond: 200, recordBytes: 1000, pollIntervalMs: 200, durationMs: 30_000, seed: 1 };
const TRUTH_POINTS = 100_000;

/**
 *   noop target with lognormal delays -> calibrate -> profile -> engine with the profile -> its latencies against the known distribution
 *
 * The twin keeps the order of each shard, which the noop target does not.
 */
export const calibrateNoop: Benchmark = {
  name: 'calibrate-noop',
  title:
    'the twin of a noop target with lognormal delays (p50 20 ms, p99 80 ms): W1 distance to that distribution over its mean',
  onlyByName: true,
  run: async () => {
    const options = { onLeftBehind: () => {}, onStage: () => {} };
    const common = { target: TARGET, targetName: 'noop', conditions: CONDITIONS, probes: undefined };
    const { profile } = await calibrate({ ...common, ...options });
    const file = join(mkdtempSync(join(tmpdir(), 'streamgauge-bench-')), 'profile.json');
    writeFileSync(file, JSON.stringify(profile));
    const twin = latencyScenario({ kind: 'engine', profile: file }, { ...CONDITIONS, seed: 2 });
    const result = await measure(twin, options);
    const { lost, reordered } = result.summary.ledger;
    holds(lost + reordered === 0, `lost ${lost}, reordered ${reordered}`);
    const truth = new Histogram();
    for (let i = 0; i < TRUTH_POINTS; i++) truth.record(lognormalQuantile(P50_NS, P99_NS, (i + 0.5) / TRUTH_POINTS));
    const ratio = (kind: string) =>
      wassersteinOf(truth, delaySampleOf(result, kind).whole)?.overMeanRatio ?? Number.NaN;
    return [
      rowOf('calibrate-noop-put', 'W1/mean', [ratio(PUT)]),
      rowOf('calibrate-noop-put-to-get', 'W1/mean', [ratio('fan-out')]),
    ];
  },
};
