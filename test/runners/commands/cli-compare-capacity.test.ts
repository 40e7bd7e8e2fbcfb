import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writePlan } from '../../../reports/plan/plan-file.ts';
import { exampleKnee, exampleSearch } from '../../reports/knee/example-knee.ts';
import { madePlan } from '../plan/made-plan.ts';
import { commandInProcess as command, emptyFolder } from './cli-command.ts';

const cwd = emptyFolder();
const compare = (...args: readonly string[]) => command(['compare', ...args], { cwd });

beforeAll(async () => {
  for (const [name, capacityPerSecond] of [
    ['knee-a', 42_000],
    ['knee-b', 37_800],
  ] as const) {
    mkdirSync(join(cwd, name));
    const result = exampleKnee([exampleSearch({ capacityPerSecond })]);
    writeFileSync(join(cwd, name, 'knee.json'), JSON.stringify(result, undefined, 1));
  }
  const consumers = [{ name: 'c', kind: 'fan-out' }] as const;
  await writePlan(join(cwd, 'plan-a'), madePlan({ ratesPerSecond: [3200], consumers }));
  await writePlan(join(cwd, 'plan-b'), madePlan({ ratesPerSecond: [6400], consumers }));
});

describe('compare of knees and plans', () => {
  test('shows two knees side by side, from folders and files', async () => {
    const { code, stdout, stderr } = await compare('knee-a', 'knee-b/knee.json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^A {2}knee-a: knee of checkout/);
    expect(stdout).toMatch(/% lower than that of A/);
  });

  test('shows two plans side by side', async () => {
    const { code, stdout } = await compare('plan-a', 'plan-b/plan.json');
    expect(code).toBe(0);
    expect(stdout).toContain('recommended shards');
  });

  test('--json prints the comparison as data', async () => {
    const { stdout } = await compare('knee-a', 'knee-b', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'knees', rows: [{ shards: 4, outcome: 'lower' }] });
    const plans = await compare('plan-a', 'plan-b', '--json');
    expect(JSON.parse(plans.stdout)).toMatchObject({ kind: 'plans', sides: [{ path: 'plan-a' }, { path: 'plan-b' }] });
  });

  test('rejects a knee with a plan, a single knee, and options that have no effect', async () => {
    const mixed = await compare('knee-a', 'plan-a');
    expect(mixed).toMatchObject({ code: 2, stdout: '' });
    expect(mixed.stderr).toMatch(/^RESULT_NOT_COMPARABLE the first is a knee, the other a plan \(knee-a, plan-a\)\./);
    expect((await compare('knee-a')).stderr).toMatch(/RUNNER_USAGE compare needs two knees, got 1/);
    expect((await compare('knee-a', 'knee-b', '--floor', '5%')).stderr).toMatch(/--floor has no effect on knees/);
  });

  test('names a damaged knee', async () => {
    mkdirSync(join(cwd, 'damaged'));
    writeFileSync(join(cwd, 'damaged', 'knee.json'), '{ "schemaVersion": 1, "kind": "knee"');
    const { code, stderr } = await compare('damaged', 'knee-a');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^KNEE_FILE_NOT_UNDERSTOOD .* \(damaged\/knee\.json\)\./);
  });
});
