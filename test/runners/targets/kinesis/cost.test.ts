import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { isAws } from '../../../../runners/aws/endpoint.ts';
import { KINESIS } from '../../../../runners/aws/service.ts';
import { agreeOnCost } from '../../../../runners/commands/cost.ts';
import { runScenario } from '../../../../runners/run/run.ts';
import { costText } from '../../../../runners/targets/agree-cost.ts';
import { estimateCost } from '../../../../runners/targets/kinesis/cost.ts';
import { resolveScenario } from '../../../../workloads/resolve.ts';
import type { Scenario } from '../../../../workloads/scenario.ts';
import type { KinesisTargetSpec } from '../../../../workloads/targets/kinesis.ts';

const scenarioOf = (target: object, more: object = {}): Scenario =>
  resolveScenario({
    name: 'cost',
    target: { kind: 'kinesis', stream: 'orders', ...target },
    workloads: [
      {
        name: 'a',
        phases: [{ name: 'steady', duration: '1000s', rate: '1000/s' }],
        keys: { uniform: true, count: 10 },
        payload: { size: '1000B' },
      },
    ],
    consumers: [{ name: 'pushed', kind: 'fan-out' }],
    ...more,
  });

function estimateOf(scenario: Scenario, isOnDemand: boolean, shards = 4) {
  return estimateCost(scenario, scenario.target as KinesisTargetSpec, { shards, isOnDemand });
}

describe('the cost of a run', () => {
  test('a run that creates a provisioned stream costs shard-hours, payload units, and fan-out by hours and by bytes', () => {
    const { lines, usd } = estimateOf(scenarioOf({ create: { shards: 4 } }), false);
    expect(lines.map((line) => line.what)).toEqual([
      '4 shard-hours',
      '1,000,000 PUT payload units',
      '4 fan-out consumer-shard-hours',
      '0.931 GB by fan-out',
    ]);
    expect(usd).toBeCloseTo(4 * 0.015 + 0.014 + 4 * 0.015 + 0.013 * (1e9 / 2 ** 30), 10);
  });

  test('the cost of a run does not include an existing stream', () => {
    const { usd } = estimateOf(scenarioOf({}, { consumers: [] }), false);
    expect(usd).toBeCloseTo(0.014, 10);
  });

  test('the cost of a run counts payload units by 25 KB and started hours as whole ones', () => {
    const large = { payload: { size: '26KB' }, phases: [{ name: 's', duration: '3500s', rate: '1000/s' }] };
    const base = scenarioOf({ create: { shards: 1 } }, { consumers: [] });
    const workloads = [{ ...base.workloads[0]!, ...large, keys: { uniform: true, count: 10 } }];
    const scenario = scenarioOf({ create: { shards: 1 } }, { consumers: [], workloads: workloads.map(plain) });
    const { lines } = estimateOf(scenario, false, 1);
    expect(lines.map((line) => line.what)).toEqual(['2 shard-hours', '7,000,000 PUT payload units']);
  });

  test('a run that creates an on-demand stream costs a stream-hour, and whole KB in and out', () => {
    const consumers = [
      { name: 'a', kind: 'polling' },
      { name: 'b', kind: 'fan-out' },
    ];
    const { lines, usd } = estimateOf(scenarioOf({ create: { mode: 'on-demand' } }, { consumers }), true);
    expect(lines.map((line) => line.what)).toEqual([
      '1 stream-hours',
      '0.954 GB in',
      '0.954 GB out',
      '0.954 GB by fan-out',
    ]);
    expect(usd).toBeCloseTo(0.04 + (1.024e9 / 2 ** 30) * (0.08 + 0.04 + 0.05), 10);
  });

  test('the cost of a run is printed with the date of its prices', () => {
    const text = costText(estimateOf(scenarioOf({ create: { shards: 4 } }), false), 'AWS');
    expect(text).toContain('about $0.15 on AWS (prices of us-east-1, 2026-05)');
    expect(text).toContain('$0.0140  1,000,000 PUT payload units');
  });
});

/** The parts of a resolved workload that are written in the same way. */
const plain = ({
  name,
  phases,
  payload,
  keys,
}: {
  name: string;
  phases: unknown;
  payload: unknown;
  keys: unknown;
}) => ({
  name,
  phases,
  payload,
  keys,
});

describe('addresses that count as AWS', () => {
  test.each<[string, string | undefined, NodeJS.ProcessEnv, boolean]>([
    ['no endpoint', undefined, {}, true],
    ['an endpoint on this machine', 'http://localhost:4567', {}, false],
    ['an endpoint of AWS', 'https://kinesis.eu-central-1.amazonaws.com', {}, true],
    ['the same written out to its root', 'https://kinesis.us-east-1.amazonaws.com.', {}, true],
    ['a host that only looks like it', 'https://amazonaws.com.example.org', {}, false],
    ['an endpoint of the environment', undefined, { AWS_ENDPOINT_URL_KINESIS: 'http://localhost:4567' }, false],
    ['one for every service', undefined, { AWS_ENDPOINT_URL: 'http://localhost:4566' }, false],
    [
      'one that is to be ignored',
      undefined,
      { AWS_ENDPOINT_URL: 'http://localhost:4566', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      true,
    ],
  ])('decides if %s is AWS', (_, endpoint, env, expected) => {
    expect(isAws(KINESIS, endpoint, env)).toBe(expected);
  });
});

describe('the consent to a cost', () => {
  const scenario = scenarioOf({ create: { shards: 4 } });
  const terminal = (isTTY: boolean) => {
    const input = Object.assign(new PassThrough(), { isTTY });
    const output = Object.assign(new PassThrough(), { isTTY });
    const printed = () => String(output.read() ?? '');
    return { input, output, printed };
  };

  test('the cost is not accepted without a terminal', async () => {
    await expect(agreeOnCost(scenario, false, terminal(false))).rejects.toThrow(/RUNNER_COST_NOT_AGREED .*--yes/);
  });

  test('the cost is accepted with --yes, and printed nevertheless', async () => {
    const { printed, ...ends } = terminal(false);
    const cost = await agreeOnCost(scenario, true, ends);
    expect(cost?.usd).toBeCloseTo(0.15, 2);
    expect(printed()).toContain('about $0.15');
  });

  test.each([
    ['y', true],
    ['Yes', true],
    ['n', false],
    ['', false],
  ])('the cost is accepted or rejected by the input %j', async (input, agrees) => {
    const { printed, ...ends } = terminal(true);
    const agreed = agreeOnCost(scenario, false, ends).then(
      () => true,
      () => false,
    );
    ends.input.write(`${input}\n`);
    expect(await agreed).toBe(agrees);
    expect(printed()).toContain('Begin? [y/N]');
  });

  test('a run on this machine needs no consent', async () => {
    const { printed, ...ends } = terminal(false);
    await agreeOnCost(scenarioOf({ endpoint: 'http://localhost:4567' }), false, ends);
    expect(printed()).toBe('');
  });

  test('a program that has not accepted the cost fails before any call', async () => {
    await expect(runScenario(scenario, { ceiling: 'skip' })).rejects.toThrow('RUNNER_COST_NOT_AGREED');
  });
});
