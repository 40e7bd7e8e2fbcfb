import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../reports/plan/plan.ts';
import { readPlan } from '../../../reports/plan/plan-file.ts';
import { commandInProcess as command, emptyFolder } from './cli-command.ts';

const FLAGS = ['plan', '--rate', '4000/s', '--size', '800B', '--keys', 'uniform:100000', '--consumers', '2'];

async function planned(args: readonly string[], cwd = emptyFolder()): Promise<Plan> {
  const { code, stdout, stderr } = await command(args, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('plan', () => {
  test('recommends 5 to 8 shards for a load from flags, with the limit that decides', async () => {
    const { code, stdout, stderr } = await command(FLAGS);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^[5-8] SHARDS, headroom/m);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /With 4, the busiest shard is due 10\d% of its limit of 1,000 records\/s on average/,
    );
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('prints the whole plan as JSON, and saves the same', async () => {
    const folder = emptyFolder();
    const plan = await planned([...FLAGS, '--json', '--out', 'saved', '--growth', '5%/month'], folder);
    expect(plan.recommended).toMatchObject({ kind: 'meets-slo', binding: 'records', isNextHeld: true });
    expect(plan.recommended.shards).toBeGreaterThanOrEqual(5);
    expect(plan.recommended.shards).toBeLessThanOrEqual(8);
    expect(plan.growth?.monthsLeft).toBeGreaterThan(0);
    expect(await readPlan(join(folder, 'saved'))).toEqual(plan);
  });

  test('plans for a larger load with --headroom', async () => {
    const plan = await planned([...FLAGS, '--json', '--headroom', '50%']);
    expect(plan.load).toMatchObject({ scaleRatio: 1.5 });
    expect(plan.recommended.shards).toBeGreaterThanOrEqual(7);
  });

  test('reports a floor for an SLO below the polling interval, and ends with 0', async () => {
    const { recommended } = await planned([...FLAGS, '--json', '--slo', 'putToGet.p99 < 100ms']);
    expect(recommended).toMatchObject({ kind: 'floor', shards: null });
  });

  test('judges a scenario by its thresholds, and shows the shares of its own shards', async () => {
    const folder = emptyFolder();
    const scenario = `
name: skewed
target: { kind: engine, shards: 3 }
workloads:
  - name: orders
    phases: [{ name: steady, duration: 20s, rate: 1500/s }]
    keys: { zipf: 1.0, count: 1000 }
    payload: { size: 100B }
consumers: [{ name: fast, kind: fan-out }]
thresholds: [throttledRecords.ratio < 2%, lost == 0]
`;
    writeFileSync(join(folder, 's.yaml'), scenario);
    const plan = await planned(['plan', 's.yaml', '--json'], folder);
    expect(plan.slo).toMatchObject({ thresholds: ['throttledRecords.ratio < 2%'], skipped: [{ text: 'lost == 0' }] });
    const own = plan.skews.find(({ shards }) => shards === 3);
    expect(own?.recordShares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(plan.hotKeys[0]?.recordShare).toBeCloseTo(0.134, 2);
  });

  test('names the hot keys of a trace', async () => {
    const folder = emptyFolder();
    const lines = Array.from({ length: 6000 }, (_, i) =>
      JSON.stringify({ time: 1_700_000_000_000 + i * 10, key: i % 2 === 0 ? 'hot' : `key-${i}`, bytes: 200 }),
    );
    writeFileSync(join(folder, 'trace.ndjson'), lines.join('\n'));
    const plan = await planned(['plan', 'trace.ndjson', '--scale', '40', '--copy-keys', 'same', '--json'], folder);
    expect(plan.load.source).toBe('trace');
    expect(plan.recommended).toMatchObject({ kind: 'hot-key', shards: null });
    expect(plan.recommended.reason).toMatch(
      /Key "hot" by itself needs 2\.0 shards at the peak\. Split it over at least 3 keys\./,
    );
  });

  test.each([
    [['plan'], /RUNNER_USAGE a plan from flags needs --rate/],
    [[...FLAGS, '--slo', 'lost == 0'], /cannot be judged: a simulation loses no record/],
    [[...FLAGS, '--headroom', '20'], /Write 20% if you mean percent/],
    [[...FLAGS, '--growth', '5'], /--growth must be a percentage/],
    [[...FLAGS, '--max-shards', '0'], /--max-shards must be a whole number from 1/],
    [[...FLAGS, '--prices', 'none.json'], /RUNNER_PRICES_NOT_UNDERSTOOD/],
    [['plan', 'none.yaml'], /RUNNER_SCENARIO_NOT_FOUND/],
    [['plan', 'web-clickstream', '--rate', '5/s'], /--rate describes a load, and web-clickstream is one already/],
    [[...FLAGS, '--sol', 'x'], /Did you mean --slo/],
  ])('rejects %j as a usage error', async (args, message) => {
    const { code, stderr } = await command(args, { cwd: emptyFolder() });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('reads prices from a file', async () => {
    const folder = emptyFolder();
    const prices = JSON.parse(readFileSync(join(import.meta.dirname, '../plan/prices-2023.json'), 'utf8'));
    writeFileSync(join(folder, 'p.json'), JSON.stringify({ ...prices, region: 'eu-west-9' }));
    const plan = await planned([...FLAGS, '--json', '--prices', 'p.json'], folder);
    expect(plan.prices).toMatchObject({ region: 'eu-west-9', asOf: '2023' });
  });
});
