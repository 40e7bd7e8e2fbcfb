import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shippedProfiles } from '../../workloads/profile-file.ts';
import type { ProfileDocument } from '../../workloads/profile-schema.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import { emptyFolder } from '../runners/commands/cli-command.ts';
import { problemsOf, scenario } from './a-scenario.ts';

const folder = emptyFolder();
const file = join(folder, 'scenario.yaml');

const quantiles = [
  { p: 0, ms: 8 },
  { p: 0.5, ms: 20 },
  { p: 1, ms: 900 },
];
const delay = { count: 1000, meanMs: 30, lag1: 0.02, quantiles };
const document: ProfileDocument = {
  format: 'streamgauge-profile',
  version: 1,
  name: 'home',
  basis: 'measurement',
  source: 'a test',
  recordedAt: '2026-11-29T00:00:00Z',
  conditions: { target: 'kinesis', region: 'eu-west-1', recordBytes: 1000, ratePerSecond: 200 },
  put: delay,
  fanOut: {
    ...delay,
    draws: { slotMs: 50, quantiles: quantiles.map(({ p, ms }) => ({ p, ms: ms - 1 })), w1OverMean: 0.01 },
  },
  polling: null,
  limits: {
    kind: 'bucket',
    windowMs: null,
    records: { perSecond: 1000, depth: 800 },
    bytes: null,
  },
};

const withTarget = (target: object) => ({ ...scenario, target: { kind: 'engine', ...target } });
const resolvedWith = (target: object) => resolveScenario(withTarget(target), { file }).target;

function write(content: unknown): string {
  writeFileSync(join(folder, 'profile.json'), typeof content === 'string' ? content : JSON.stringify(content));
  return 'profile.json';
}

describe('the profile of an engine target', () => {
  test('sets put latency, put-to-get and limits', () => {
    expect(resolvedWith({ profile: write(document) })).toMatchObject({
      limits: { recordsPerSecond: 1000, burstRecords: 800 },
      latency: 'none',
      profile: {
        name: 'home',
        put: {
          quantiles: [
            { p: 0, ns: 8e6 },
            { p: 0.5, ns: 20e6 },
            { p: 1, ns: 900e6 },
          ],
        },
        fanOut: {
          slotMs: 50,
          evenDraws: true,
          quantiles: [
            { p: 0, ns: 7e6 },
            { p: 0.5, ns: 19e6 },
            { p: 1, ns: 899e6 },
          ],
        },
      },
    });
    expect(resolvedWith({ profile: 'profile.json' })).not.toHaveProperty('profile.polling');
  });

  test('sets fixed windows if the calibration found them', () => {
    const limits = { kind: 'window', windowMs: 1000, records: { perSecond: 500, depth: null }, bytes: null } as const;
    expect(resolvedWith({ profile: write({ ...document, limits }) })).toMatchObject({
      limits: { recordsPerSecond: 500, windowSeconds: 1 },
    });
  });

  test('keeps the limits that the scenario sets itself', () => {
    expect(resolvedWith({ profile: write(document), limits: 'none' })).toMatchObject({ limits: 'none' });
  });

  test.each(shippedProfiles())('%s ships with the package and names its source', (name) => {
    const target = resolvedWith({ profile: name });
    expect(target).toMatchObject({ profile: { name, basis: 'documentation' } });
    if (target.kind === 'engine') expect(target.profile?.source).toContain('not a measurement');
  });

  test("aws-documented uses the engine's own models of AWS, without figures of its own", () => {
    expect(resolvedWith({ profile: 'aws-documented' })).toMatchObject({
      limits: 'aws',
      profile: { fanOut: 'enhanced-fan-out', polling: 'polling' },
    });
  });

  test.each<[string, object, string, string]>([
    ['a file that does not exist', { profile: 'nowhere.json' }, 'PROFILE_MISSING', 'there is no such file'],
    ['a name that no profile has', { profile: 'aws' }, 'PROFILE_MISSING', "no profile is called 'aws'"],
    ['latency beside it', { profile: 'aws-documented', latency: 'polling' }, 'CONFLICT', 'both set the latencies'],
  ])('rejects a profile: %s', (_, target, code, what) => {
    const problems = problemsOf(withTarget(target), { file });
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.what).toContain(what);
  });

  test.each<[string, unknown, string]>([
    ['that is not JSON', '{', 'is not JSON'],
    ['of quantiles only', { quantiles }, 'has no format: streamgauge-profile'],
    ['of a newer version', { ...document, version: 2 }, 'has version 2'],
    [
      'with falling quantiles',
      { ...document, put: { ...delay, quantiles: [...quantiles].reverse() } },
      'put.quantiles',
    ],
    ['with a member that no profile has', { ...document, extra: 1 }, 'extra'],
  ])('rejects a file %s', (_, content, what) => {
    const problems = problemsOf(withTarget({ profile: write(content) }), { file });
    expect(problems[0]).toMatchObject({ code: 'PROFILE_MALFORMED', path: 'target.profile' });
    expect(problems[0]?.what).toContain(what);
  });
});
