import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsePlan, readPlan, writePlan } from '../../../reports/plan/plan-file.ts';
import { emptyFolder } from '../../runners/commands/cli-command.ts';
import { madePlan } from '../../runners/plan/made-plan.ts';

const plan = madePlan({ ratesPerSecond: [3200, 3200, 3200], consumers: [{ name: 'c', kind: 'fan-out' }] });

describe('plan.json', () => {
  test('is read unchanged, from its folder or by its name', async () => {
    const folder = emptyFolder();
    const file = await writePlan(folder, plan);
    expect(await readPlan(folder)).toEqual(plan);
    expect(await readPlan(file)).toEqual(plan);
  });

  test.each([
    ['another version', { ...plan, schemaVersion: 2 }, /schemaVersion must be 1, got 2/],
    ['something else', { kind: 'gate' }, /it is not a plan/],
    ['a share above 1', { ...plan, counts: [{ ...plan.counts[0], throttledRatio: 2 }] }, /throttledRatio/],
    [
      'a recommendation without its count',
      { ...plan, recommended: { ...plan.recommended, shards: 77 } },
      /counts lacks/,
    ],
    [
      'a recommendation that does not hold',
      { ...plan, counts: plan.counts.map((count) => ({ ...count, isHeld: false })) },
      /does not hold the SLO/,
    ],
    ['counts out of order', { ...plan, counts: plan.counts.toReversed() }, /rising numbers of shards/],
    ['missing shares', { ...plan, skews: [{ ...plan.skews[0], recordShares: [] }] }, /shares for/],
  ])('is rejected for %s', (_, value, message) => {
    expect(() => parsePlan(JSON.stringify(value), 'plan.json')).toThrow(message);
  });

  test('is rejected if it is truncated', () => {
    expect(() => parsePlan(JSON.stringify(plan).slice(0, 100), 'plan.json')).toThrow(/PLAN_FILE_NOT_UNDERSTOOD/);
  });

  test('is not found in a folder without one', async () => {
    await expect(readPlan(emptyFolder())).rejects.toMatchObject({ code: 'PLAN_FILE_NOT_READABLE' });
    const file = join(emptyFolder(), 'plan.json');
    writeFileSync(file, '{}');
    await expect(readPlan(file)).rejects.toMatchObject({ code: 'PLAN_FILE_NOT_UNDERSTOOD' });
  });
});
