import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseLatencyProfile } from '../../engine/twin/latency-profile.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import { scenarioHash } from '../../workloads/scenario-hash.ts';
import { emptyFolder } from '../runners/commands/cli-command.ts';
import { brief, problemsOf, scenario } from './a-scenario.ts';

const folder = emptyFolder();
const file = join(folder, 'scenario.yaml');

const withLatency = (latency: unknown) => ({ ...scenario, target: { kind: 'engine', latency } });

/** A scenario whose profile file holds this. */
function withProfile(content: unknown): object {
  writeFileSync(join(folder, 'profile.json'), typeof content === 'string' ? content : JSON.stringify(content));
  return withLatency('profile.json');
}

const quantiles = [
  { p: 0, ms: 8 },
  { p: 0.5, ms: 20.5 },
  { p: 1, ms: 900 },
];

describe('the latency of the engine', () => {
  test('is a word or the content of a file, relative to the scenario’s folder', () => {
    expect(resolveScenario(withLatency('polling')).target).toMatchObject({ latency: 'polling' });
    const { target } = resolveScenario(withProfile({ name: 'home', slotMs: 100, quantiles }), { file });
    expect(target).toMatchObject({
      latency: {
        name: 'home',
        slotMs: 100,
        quantiles: [
          { p: 0, ns: 8e6 },
          { p: 0.5, ns: 20.5e6 },
          { p: 1, ns: 900e6 },
        ],
      },
    });
  });

  test('changes the hash with what the file holds, and not with where it lies', () => {
    const hashOf = (content: object) => scenarioHash(resolveScenario(withProfile(content), { file }));
    const first = hashOf({ quantiles });
    expect(hashOf({ quantiles: quantiles.slice(1) })).not.toBe(first);
    writeFileSync(join(folder, 'other.json'), JSON.stringify({ quantiles }));
    expect(scenarioHash(resolveScenario(withLatency(join(folder, 'other.json'))))).toBe(first);
  });

  test.each<[string, unknown, string]>([
    ['a misspelt word', 'enhanced-fanout', "Did you mean 'enhanced-fan-out'?"],
    ['a number', 70, 'Write none'],
    ['a file of another kind', 'profile.yaml', 'Write none'],
  ])('reports the problem: %s', (_, latency, fix) => {
    const [problem, ...others] = problemsOf(withLatency(latency));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'NOT_A_CHOICE', path: 'target.latency' });
    expect(problem!.fix).toContain(fix);
  });

  test('reports a file that does not exist', () => {
    expect(brief(withLatency('nowhere.json'), { file })).toEqual(['LATENCY_FILE_MISSING target.latency']);
    expect(problemsOf(withLatency('nowhere.json'), { file })[0]!.what).toContain('there is no such file');
  });

  test('reports every problem of a file with its place', () => {
    const wrong = { names: 'x', quantiles: [{ p: 0.5, ms: 5 }, { p: 0.4, ms: 3 }, { p: 2 }] };
    const problems = problemsOf(withProfile(wrong), { file });
    expect(new Set(problems.map(({ code, path }) => `${code} ${path}`))).toEqual(
      new Set(['LATENCY_FILE_MALFORMED target.latency']),
    );
    const texts = problems.map(({ what }) => what).join('\n');
    for (const place of ['names', 'quantiles[2].p', 'quantiles[2].ms']) expect(texts).toContain(place);
  });
});

/** The scenario's reader and the engine's know the same files. */
describe.each<[string, unknown, boolean]>([
  ['two rows', { quantiles: quantiles.slice(0, 2) }, true],
  ['every key', { name: 'n', source: 's', recordedAt: '2026-11-01T00:00:00Z', slotMs: 1, quantiles }, true],
  [
    'equal delays',
    {
      quantiles: [
        { p: 0, ms: 5 },
        { p: 1, ms: 5 },
      ],
    },
    true,
  ],
  [
    'a delay of 0 to one hour',
    {
      quantiles: [
        { p: 0, ms: 0 },
        { p: 1, ms: 3_600_000 },
      ],
    },
    true,
  ],
  ['one row', { quantiles: quantiles.slice(0, 1) }, false],
  ['no rows', {}, false],
  ['an unknown key', { quantiles, unit: 'ms' }, false],
  [
    'an unknown key in a row',
    {
      quantiles: [
        { p: 0, ms: 1, n: 5 },
        { p: 1, ms: 2 },
      ],
    },
    false,
  ],
  [
    'shares that fall',
    {
      quantiles: [
        { p: 0.5, ms: 1 },
        { p: 0.4, ms: 2 },
      ],
    },
    false,
  ],
  [
    'equal shares',
    {
      quantiles: [
        { p: 0.5, ms: 1 },
        { p: 0.5, ms: 2 },
      ],
    },
    false,
  ],
  [
    'delays that fall',
    {
      quantiles: [
        { p: 0.5, ms: 2 },
        { p: 0.6, ms: 1 },
      ],
    },
    false,
  ],
  [
    'a share above 1',
    {
      quantiles: [
        { p: 0, ms: 1 },
        { p: 1.5, ms: 2 },
      ],
    },
    false,
  ],
  [
    'a negative delay',
    {
      quantiles: [
        { p: 0, ms: -1 },
        { p: 1, ms: 2 },
      ],
    },
    false,
  ],
  [
    'a delay over an hour',
    {
      quantiles: [
        { p: 0, ms: 1 },
        { p: 1, ms: 3_600_001 },
      ],
    },
    false,
  ],
  ['a draw that holds for no time', { quantiles, slotMs: 0 }, false],
  [
    'a text for a number',
    {
      quantiles: [
        { p: '0', ms: 1 },
        { p: 1, ms: 2 },
      ],
    },
    false,
  ],
  ['a list', [], false],
])('a profile with %s', (_, content, isRight) => {
  test(isRight ? 'is read alike' : 'is refused alike', () => {
    expect(brief(withProfile(content), { file }).length === 0).toBe(isRight);
    if (!isRight) expect(() => parseLatencyProfile(content)).toThrow();
    else {
      const { target } = resolveScenario(withProfile(content), { file });
      const latency = target.kind === 'engine' ? target.latency : undefined;
      // The key is missing here, and undefined there.
      expect(JSON.parse(JSON.stringify(parseLatencyProfile(content)))).toEqual(latency);
    }
  });
});

test('reports a file that is not JSON', () => {
  expect(brief(withProfile('{ quantiles'), { file })).toEqual(['LATENCY_FILE_MALFORMED target.latency']);
});

test('accepts limits with the reading rate of a shard', () => {
  const limits = { bytes: '1MB/s', records: '1000/s', readBytes: '2MB/s', readCalls: '5/s' };
  expect(resolveScenario({ ...scenario, target: { kind: 'engine', limits } }).target).toMatchObject({
    limits: { readBytesPerSecond: 2e6, readCallsPerSecond: 5 },
  });
  expect(brief({ ...scenario, target: { kind: 'engine', limits: { ...limits, readCalls: 5 } } })).toEqual([
    'BAD_UNIT target.limits.readCalls',
  ]);
});
