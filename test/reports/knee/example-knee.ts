import { kneeOf } from '../../../reports/knee/knee.ts';
import { KNEE_SCHEMA_VERSION, type KneeResult, type KneeSearch } from '../../../reports/knee/knee-result.ts';
import type { SearchRules } from '../../../reports/knee/search.ts';
import { RULES, type SimulatedTarget, searchOn } from './simulated-target.ts';

export function exampleSearch(
  target: SimulatedTarget,
  shards: number | null = 4,
  rules: SearchRules = RULES,
): KneeSearch {
  const { trials } = searchOn(target, rules);
  return { shards, rules, trials, knee: kneeOf(rules, trials) };
}

/** A saved search of a simulated target with a capacity of 42,000/s, unless other searches are given. */
export function exampleKnee(
  searches: readonly KneeSearch[] = [exampleSearch({ capacityPerSecond: 42_000 })],
): KneeResult {
  return {
    schemaVersion: KNEE_SCHEMA_VERSION,
    kind: 'knee',
    toolVersion: '0.1.0',
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:09:05.000Z',
    environment: {
      cpuModel: 'Example CPU',
      cores: 2,
      memoryBytes: 8e9,
      kernel: 'Linux 6.1',
      nodeVersion: 'v24.21.0',
      packages: { streamgauge: '0.1.0' },
    },
    scenario: { name: 'checkout', hash: 'abc123', seed: 1, target: 'engine, no limits' },
    objectives: ['putToGet.p99 < 70ms'],
    warmUpNs: 2e9,
    ending: 'completed',
    notes: [],
    searches,
  };
}
