import { describe, expect, test } from 'vitest';
import { compareSides } from '../../../reports/compare/compare.ts';
import type { Finding } from '../../../reports/compare/comparison.ts';
import type { Result } from '../../../reports/result/result.ts';
import type { Workload } from '../../../workloads/scenario.ts';
import { exampleResult } from '../example-result.ts';

const SMALL = { recordsPerSecond: 50, steadySeconds: 3 };
const BASE = exampleResult(SMALL);
const [WORKLOAD] = BASE.scenario.workloads as [Workload];

function findings(a: Result, b: Result): readonly Finding[] {
  return compare(a, b, true).pairs[0]!.findings;
}

function compare(a: Result, b: Result, force: boolean) {
  return compareSides([[{ path: 'a', result: a }], [{ path: 'b', result: b }]], { force });
}

function withScenario(changes: Partial<Result['scenario']>): Result {
  return { ...BASE, scenario: { ...BASE.scenario, ...changes } };
}

function withEnvironment(changes: Partial<Result['environment']>): Result {
  return { ...BASE, environment: { ...BASE.environment, ...changes } };
}

function fourShards(): Result['scenario']['target'] {
  const { target } = BASE.scenario;
  return target.kind === 'engine' ? { ...target, shards: 4 } : target;
}

const OTHER_PHASES = WORKLOAD.phases.map((phase) => ({ ...phase, fromPerSecond: 60, toPerSecond: 60 }));
const INVALID: Result['validity'] = {
  ...BASE.validity,
  kind: 'invalid',
  reasons: [{ code: 'SCHEDULE_LAG', what: '', fix: '' }],
};

describe('the comparability of two results', () => {
  test.each<[string, Result, Finding]>([
    [
      'another rate',
      withScenario({ workloads: [{ ...WORKLOAD, phases: OTHER_PHASES }] }),
      {
        grade: 'rejected',
        topic: 'scenario',
        what: expect.stringContaining('workloads[0].phases[1].fromPerSecond: 50/s, 60/s'),
      },
    ],
    [
      'another consumer',
      withScenario({ consumers: [BASE.scenario.consumers[1]!] }),
      { grade: 'rejected', topic: 'scenario', what: expect.stringContaining('consumers[1]') },
    ],
    [
      'a fault',
      withScenario({ faults: [{ kind: 'stall', fromNs: 1e9, untilNs: 2e9 }] }),
      { grade: 'rejected', topic: 'scenario', what: expect.stringContaining('faults: none, ') },
    ],
    [
      'a partial run',
      { ...BASE, partial: true, outcome: { kind: 'interrupted', signal: 'SIGINT' } },
      { grade: 'rejected', topic: 'partial', what: expect.stringContaining('B interrupted by SIGINT') },
    ],
    [
      'a part of the load',
      { ...BASE, part: { index: 1, of: 2 } },
      { grade: 'rejected', topic: 'origin', what: 'the whole load, part 1 of 2 of the load' },
    ],
    [
      'a cut',
      { ...BASE, cut: { fromNs: 2e9, toNs: 5e9, phase: 'steady' } },
      { grade: 'rejected', topic: 'origin', what: 'the whole run, cut to phase steady (2.00s to 5.00s)' },
    ],
    [
      'an invalid run',
      { ...BASE, validity: INVALID },
      { grade: 'rejected', topic: 'invalid', what: expect.stringContaining('B is INVALID (SCHEDULE_LAG)') },
    ],
  ])('is rejected unless forced if they differ in %s', (_, other, finding) => {
    expect(findings(BASE, other)).toContainEqual(finding);
    expect(() => compare(BASE, other, false)).toThrow(
      expect.objectContaining({ code: 'RESULT_NOT_COMPARABLE', message: expect.stringContaining('--force') }),
    );
  });

  test.each<[string, Result, Finding]>([
    [
      'another seed',
      { ...BASE, seed: 8 },
      { grade: 'caution', topic: 'seed', what: '7, 8: other draws of the same load' },
    ],
    [
      'another processor',
      withEnvironment({ cpuModel: 'Other CPU', cores: 4 }),
      { grade: 'caution', topic: 'machine', what: 'CPU Example CPU, Other CPU; cores 2, 4' },
    ],
    [
      'another Node',
      withEnvironment({ nodeVersion: '22.22.0' }),
      { grade: 'caution', topic: 'machine', what: 'Node 24.21.0, 22.22.0' },
    ],
    [
      'another version',
      { ...BASE, tool: { name: 'streamgauge', version: '0.2.0' } },
      { grade: 'caution', topic: 'tool', what: 'streamgauge 0.1.0, 0.2.0' },
    ],
    [
      'another package',
      withEnvironment({ packages: { 'hdr-histogram-js': '4.0.0' } }),
      { grade: 'caution', topic: 'tool', what: 'hdr-histogram-js: 3.0.1, 4.0.0' },
    ],
    [
      'a clock that was set',
      { ...BASE, finishedAt: '2026-11-23T09:00:00.000Z' },
      {
        grade: 'caution',
        topic: 'clock',
        what: expect.stringContaining('the wall clock, which was set during the run'),
      },
    ],
  ])('is reported as a caution if they differ in %s', (_, other, finding) => {
    expect(findings(BASE, other)).toEqual([finding]);
    expect(compare(BASE, other, false).pairs).toHaveLength(1);
  });

  test('treats another target or commit as the point of the comparison', () => {
    const target = fourShards();
    expect(findings(BASE, withScenario({ target }))).toEqual([
      { grade: 'point', topic: 'target', what: 'shards: 2, 4' },
    ]);
    expect(findings(BASE, withEnvironment({ gitCommit: 'abcdef0123456789' }))).toEqual([
      { grade: 'point', topic: 'code', what: 'commit unknown, abcdef012345' },
    ]);
  });

  test('warns that merged parts have clocks and generators of their own', () => {
    const part = {
      startedAt: BASE.startedAt,
      finishedAt: BASE.finishedAt,
      outcome: BASE.outcome,
      environment: BASE.environment,
      harnessCeiling: BASE.harnessCeiling,
      reasons: [],
      targetLimited: false,
      otherCpuRatio: null,
    };
    const merged = {
      of: 2,
      parts: [
        { ...part, index: 1 },
        { ...part, index: 2 },
      ],
    };
    expect(findings(BASE, { ...BASE, merged })).toEqual([
      { grade: 'caution', topic: 'origin', what: 'one run, merged from 2 of 2 parts: other load generators' },
      { grade: 'caution', topic: 'clock', what: expect.stringContaining('B has 2 parts, each with its own clock') },
    ]);
    const bothCut = { ...BASE, cut: { fromNs: 2e9, toNs: 5e9 } };
    expect(findings(bothCut, bothCut)).toEqual([]);
  });

  test('ignores name, description and thresholds of scenarios', () => {
    const other = withScenario({ name: 'other', description: 'words', thresholds: ['lost == 0'] });
    expect(findings(BASE, other)).toEqual([]);
  });

  test('accepts a recording in another folder, and rejects another recording', () => {
    const replaying = (path: string, sha256: string) =>
      withScenario({
        workloads: [{ ...WORKLOAD, payload: { kind: 'replay', replay: { path, format: 'ndjson', sha256 } } }],
      });
    expect(findings(replaying('here/x.ndjson', '1'), replaying('there/x.ndjson', '1'))).toEqual([]);
    expect(findings(replaying('x.ndjson', '1'), replaying('x.ndjson', '2'))).toEqual([
      { grade: 'rejected', topic: 'scenario', what: 'workloads[0].payload.replay.sha256: 1, 2' },
    ]);
  });
});

describe('several runs per side', () => {
  const sides = (...results: Result[]) => [
    results.map((result, index) => ({ path: `a${index}`, result })),
    [{ path: 'b', result: BASE }],
  ];

  test('must be runs of one target', () => {
    const other = withScenario({ target: fourShards() });
    expect(() => compareSides(sides(BASE, other))).toThrow(/target: A1 and A2, one side: shards: 2, 4/);
  });

  test('may have different seeds, which is reported', () => {
    const { pairs } = compareSides(sides(BASE, { ...BASE, seed: 9 }));
    expect(pairs[0]!.findings).toEqual([
      { grade: 'caution', topic: 'seed', what: 'A1 and A2, one side: 7, 9: other draws of the same load' },
    ]);
  });

  test('are rejected with all reasons at once if some are not whole', () => {
    const partial: Result = { ...BASE, partial: true, outcome: { kind: 'interrupted', signal: 'SIGTERM' } };
    expect(() => compareSides(sides(BASE, partial, { ...BASE, validity: INVALID }))).toThrow(
      /partial: A2 interrupted by SIGTERM.* invalid: A3 is INVALID/,
    );
  });
});
