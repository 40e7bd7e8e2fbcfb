import { noiseOfMetric, pairsIn } from '../../reports/gate/calibration.ts';
import { type GateCalibration, parseCalibration } from '../../reports/gate/gate-result.ts';
import { floorFor, rulesFor } from '../../reports/gate/plan.ts';
import { noiseOf, simulateGates } from '../../reports/gate/simulate.ts';
import { shareUpperBound } from '../../reports/statistics/clopper-pearson.ts';
import { type Benchmark, type BenchmarkRow, holds } from './benchmark.ts';
import recorded from './gate-noise/gate-calibration.json' with { type: 'json' };

const RUNS = 500;
const TOLERANCE_RATIO = 0.05;
const DURATION_NS_MAX = 600e9;

/** The gate's promise: at most this share of false alarms, and at least this share of detected slowdowns. */
const FALSE_ALARMS_PERCENT_MAX = 1;
const POWER_PERCENT_MIN = 90;

/**
 * 500 comparisons of equals by the gate's own code, over blocks that were recorded on a real machine (gate-noise/orders.yaml describes
 * how), for every latency that was recorded.
 */
export const gateFalseAlarms: Benchmark = {
  name: 'gate-false-alarms',
  title: `the paired gate of ${TOLERANCE_RATIO * 100}% over recorded noise: alarms between equals`,
  run: async () => {
    const calibration = readRecorded();
    return calibration.metrics.map(({ name }) => {
      const { failed, runs, meanPairs } = simulated(calibration, name, 0);
      holds((100 * failed) / runs <= FALSE_ALARMS_PERCENT_MAX, `${failed} of ${runs} alarms on ${name} between equals`);
      const bound = (100 * shareUpperBound(failed, runs)).toFixed(2);
      return percentRow(
        `gate-false-alarms ${name}`,
        failed,
        runs,
        `95% bound ${bound} %, ${minutes(calibration, meanPairs)}`,
      );
    });
  },
};

/** The same with a true slowdown of 5 % put into the candidate's blocks: found within ten minutes of blocks. */
export const gatePower: Benchmark = {
  name: 'gate-power',
  title: `the paired gate of ${TOLERANCE_RATIO * 100}% over recorded noise: slowdowns of 5% found in 10 minutes`,
  run: async () => {
    const calibration = readRecorded();
    const { failed, runs, meanPairs } = simulated(calibration, 'putToGet.p50', TOLERANCE_RATIO);
    holds((100 * failed) / runs >= POWER_PERCENT_MIN, `${failed} of ${runs} slowdowns of 5 % found at p50`);
    const plannedPairs = pairsIn(DURATION_NS_MAX, calibration);
    const noise = noiseOfMetric(calibration, { name: 'putToGet.p50', isBetterHigher: false }, plannedPairs);
    const detectable = noise.detectableRatio === null ? Number.NaN : 100 * noise.detectableRatio;
    return [
      percentRow('gate-power putToGet.p50', failed, runs, minutes(calibration, meanPairs)),
      row('gate-detectable putToGet.p50', '%', detectable, 'nine times in ten, by a gate of this tolerance'),
    ];
  },
};

function simulated(calibration: GateCalibration, name: string, effectRatio: number) {
  const metric = calibration.metrics.find((recordedMetric) => recordedMetric.name === name);
  if (metric === undefined) throw new Error(`${name} was not recorded`);
  const plannedPairs = pairsIn(DURATION_NS_MAX, calibration);
  const floorRatio = floorFor(TOLERANCE_RATIO);
  const rules = rulesFor({ metric, toleranceRatio: TOLERANCE_RATIO, floorRatio, plannedPairs });
  return simulateGates(noiseOf(calibration, metric), rules, { effectRatio, runs: RUNS });
}

const readRecorded = () => parseCalibration(JSON.stringify(recorded), 'gate-noise/gate-calibration.json');

function minutes({ pairs, blockNs }: GateCalibration, meanPairs: number): string {
  const pairNs =
    pairs.reduce((sum, { baseline, candidate }) => sum + baseline.tookNs + candidate.tookNs, 0) / pairs.length;
  return `${meanPairs.toFixed(1)} pairs of ${blockNs / 1e9} s blocks, ${((meanPairs * pairNs) / 60e9).toFixed(1)} min; from ${pairs.length} recorded`;
}

function percentRow(name: string, hits: number, runs: number, note: string): BenchmarkRow {
  return row(name, `% of ${runs}`, (100 * hits) / runs, note);
}

function row(name: string, unit: string, value: number, note: string): BenchmarkRow {
  return { name, unit, median: value, min: value, max: value, note };
}
