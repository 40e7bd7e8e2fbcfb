import { describe, expect, test } from 'vitest';
import type { Result } from '../../../../reports/result/result.ts';
import { scenarioOfFlags } from '../../../../runners/plan/input/load-of-flags.ts';
import { sloOf } from '../../../../runners/plan/slo.ts';
import { comparePrediction } from '../../../../runners/plan/verify/compare-prediction.ts';
import { runnableScenario } from '../../../../runners/plan/verify/runnable-scenario.ts';
import { exampleResult } from '../../../reports/example-result.ts';
import { fluidRun, madeLoad } from '../hand-made-load.ts';

const predicted = fluidRun(madeLoad({ ratesPerSecond: [100], consumers: [{ name: 'reader', kind: 'fan-out' }] }), 1);

/** A result that measured these values, whatever else is in it. */
function measured(
  throttledRecordsRatio: number,
  p50Ns: number,
  p99Ns: number,
  validity: Result['validity']['kind'] = 'valid',
): Result {
  const result = exampleResult();
  const [consumer] = result.summary.consumers;
  const { spans } = consumer!;
  return {
    ...result,
    outcome: { kind: 'completed' },
    validity: { ...result.validity, kind: validity },
    summary: {
      ...result.summary,
      rate: { ...result.summary.rate, throttledRecordsRatio },
      consumers: [{ ...consumer!, name: 'reader', spans: { ...spans, putToGet: { ...spans.putToGet, p50Ns, p99Ns } } }],
    },
  };
}

const heldOf = (result: Result) => comparePrediction(predicted, true, result).metrics.map(({ isHeld }) => isHeld);

describe('a prediction beside a run', () => {
  // Predicted: nothing throttled, p50 125 ms, p99 250 ms.
  test('holds within 2 points of throttling, 10 % of p50 and 25 % of p99', () => {
    expect(heldOf(measured(0.019, 130e6, 300e6))).toEqual([true, true, true]);
  });

  test('does not hold beyond them', () => {
    expect(heldOf(measured(0.03, 150e6, 350e6))).toEqual([false, false, false]);
  });

  test('is not proven by an invalid run', () => {
    const run = comparePrediction(predicted, true, measured(0, 125e6, 250e6, 'invalid'));
    expect(run).toMatchObject({ outcome: 'invalid', metrics: [], isSloHeld: { predicted: true, measured: null } });
  });
});

test('a scenario is run with the limits of AWS, all phases recorded, and the SLO of the plan', () => {
  const scenario = scenarioOfFlags({ rate: '100/s', size: '100B', consumers: '1 fan-out' });
  const slo = sloOf({ given: ['throttledRecords.ratio < 1%'], scenario: [], consumers: scenario.consumers });
  const warm = {
    ...scenario,
    workloads: scenario.workloads.map((workload) => ({
      ...workload,
      phases: workload.phases.map((phase) => ({ ...phase, recorded: false })),
    })),
  };
  const run = runnableScenario(warm, { shards: 7, seed: 3, slo, consumers: [{ name: 'reader', kind: 'fan-out' }] });
  expect(run.target).toMatchObject({ kind: 'engine', shards: 7, limits: 'aws', latency: 'enhanced-fan-out' });
  expect(run.workloads[0]!.phases[0]!.recorded).toBe(true);
  expect(run.thresholds).toEqual(['throttledRecords.ratio < 1%']);
  expect(run.seed).toBe(3);
});
