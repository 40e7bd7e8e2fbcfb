import { describe, expect, test } from 'vitest';
import { recordedNs, shortened } from '../../../runners/gate/shorten.ts';
import { resolveScenario } from '../../../workloads/resolve.ts';
import type { Scenario } from '../../../workloads/scenario.ts';

function scenarioOf(phases: readonly object[], extra: object = {}): Scenario {
  return resolveScenario({
    name: 'a',
    target: { kind: 'noop' },
    workloads: [{ name: 'w', phases, keys: { uniform: true, count: 10 }, payload: { size: '10B' } }],
    consumers: [{ name: 'c', kind: 'fan-out' }],
    ...extra,
  });
}

const phases = [
  { name: 'warm-up', duration: '2s', rate: '10/s', recorded: false },
  { name: 'ramp', duration: '5s', rate: { from: '10/s', to: '100/s' } },
  { name: 'steady', duration: '15s', rate: '100/s' },
];

describe('a scenario in the length of a block', () => {
  test('records that long, every phase in its share, at the rates of before', () => {
    const block = shortened(scenarioOf(phases), 2e9);
    expect(recordedNs(block)).toBe(2e9);
    expect(block.workloads[0]!.phases).toEqual([
      { name: 'warm-up', startNs: 0, durationNs: 5e8, fromPerSecond: 10, toPerSecond: 10, recorded: false },
      { name: 'ramp', startNs: 5e8, durationNs: 5e8, fromPerSecond: 10, toPerSecond: 100, recorded: true },
      { name: 'steady', startNs: 1e9, durationNs: 1.5e9, fromPerSecond: 100, toPerSecond: 100, recorded: true },
    ]);
  });

  test('keeps a warm-up that was shorter than half a second', () => {
    const short = [{ ...phases[0], duration: '300ms' }, phases[2]!];
    expect(shortened(scenarioOf(short), 1e9).workloads[0]!.phases[0]!.durationNs).toBe(3e8);
  });

  test('is the scenario itself where that is no longer', () => {
    const scenario = scenarioOf(phases);
    expect(shortened(scenario, 60e9)).toBe(scenario);
  });

  test('has stalls and faults at the corresponding times', () => {
    const target = { kind: 'noop', stalls: [{ at: '11s', for: '1s' }] };
    const block = shortened(scenarioOf([{ name: 'all', duration: '22s', rate: '10/s' }], { target }), 2.2e9);
    expect(block.target).toMatchObject({ stalls: [{ atNs: 1.1e9, forNs: 1e8 }] });
  });
});
