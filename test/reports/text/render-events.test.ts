import { describe, expect, test } from 'vitest';
import { parseResult } from '../../../reports/reading/read-result.ts';
import type { FaultReport, StepReport } from '../../../reports/result/result.ts';
import { resultLines } from '../../../reports/result/result-file.ts';
import { renderEvents } from '../../../reports/text/render-events.ts';
import { paint } from '../../../reports/text/render-lines.ts';
import { judgeValidity, measureSelf } from '../../../reports/verdict/validity.ts';
import { exampleMeasurements, exampleResult } from '../example-result.ts';

const STEPS: readonly StepReport[] = [
  {
    step: { kind: 'split', atNs: 5e9, shard: 'hottest' },
    outcome: { kind: 'done', askedAtNs: 5.02e9, doneAtNs: 5.021e9, closed: [1], opened: [2, 3], recoveryNs: 2.98e9 },
  },
  {
    step: { kind: 'shard-count', atNs: 9e9, count: 12 },
    outcome: {
      kind: 'done',
      askedAtNs: 9e9,
      doneAtNs: 10e9,
      closed: [0],
      opened: [4, 5, 6, 7, 8, 9, 10, 11, 12],
      recoveryNs: null,
    },
  },
  {
    step: { kind: 'merge', atNs: 10e9, shards: [0, 7] },
    outcome: { kind: 'failed', askedAtNs: 10e9, message: 'shard 0 is not open' },
  },
  { step: { kind: 'merge', atNs: 11e9, shards: 'coldest' }, outcome: { kind: 'unfinished', askedAtNs: 11e9 } },
  { step: { kind: 'split', atNs: 60e9, shard: 3 }, outcome: { kind: 'not-reached' } },
];
const FAULTS: readonly FaultReport[] = [
  {
    fault: {
      kind: 'error',
      fromNs: 2e9,
      untilNs: 4e9,
      operation: 'PutRecords',
      code: 'InternalFailure',
      rateRatio: 0.05,
    },
    injected: 1234,
  },
  { fault: { kind: 'latency', fromNs: 0, delayNs: 200e6, rateRatio: 1 }, injected: 0 },
  { fault: { kind: 'throttle', fromNs: 1e9, shard: 2, rateRatio: 0.5 }, injected: null },
];

const painted = (events: Parameters<typeof renderEvents>[0]) =>
  renderEvents(events)
    .map((lines) => paint(lines, { colours: false, width: 80 }))
    .filter((text) => text !== '');

describe('steps and faults', () => {
  test('are shown with their outcomes', () => {
    expect(painted({ steps: STEPS, faults: FAULTS }).join('\n\n')).toMatchInlineSnapshot(`
      "Steps
           at  step             took  recovered in  change
        5.02s  split hottest  1.00ms         2.98s  1 -> 2, 3
        9.00s  shards 12       1.00s      not seen  0 -> 4, 5, 6, 7, 8, 9 and 3 more
        10.0s  merge 0, 7                           failed
               shard 0 is not open
        11.0s  merge coldest                        not finished
        60.0s  split 3                              not reached

      Faults  injected on purpose
        2.00s to 4.00s        error InternalFailure 5% PutRecords           1,234
        the start to the end  latency 200ms                        never injected
        1.00s to the end      throttle 50% shard 2                    not counted"
    `);
  });

  test('are absent if the scenario has none', () => {
    expect(painted(exampleResult())).toEqual([]);
  });

  test('survive writing and reading the result file', () => {
    const result = { ...exampleResult(), steps: STEPS, faults: FAULTS };
    const read = parseResult([...resultLines(result)].join('\n'), 'here');
    expect(read.steps).toEqual(STEPS);
    expect(read.faults).toEqual(FAULTS);
  });

  test('make a completed run invalid only if a step was not carried out', () => {
    const measurements = exampleMeasurements();
    const reasonsOf = (steps: readonly StepReport[], kind: 'completed' | 'interrupted' = 'completed') => {
      const outcome = kind === 'completed' ? { kind } : { kind, signal: 'SIGINT' };
      return judgeValidity(measureSelf(measurements, { outcome, workers: [], steps })).reasons;
    };
    expect(reasonsOf(STEPS.slice(0, 2))).toEqual([]);
    expect(reasonsOf(STEPS).map(({ code }) => code)).toEqual(['STEPS', 'STEPS', 'STEPS']);
    expect(reasonsOf(STEPS)[0]!.what).toBe('The target did not carry out the step merge 0, 7: shard 0 is not open.');
    expect(reasonsOf(STEPS, 'interrupted')).toEqual([]);
  });
});
