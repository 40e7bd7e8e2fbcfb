import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { emptyFolder, program } from './runners/commands/cli-command.ts';

/** This file runs itself: in a second Vitest, which names a file for what was counted in it. */
const { PROPERTY_COUNTED } = process.env;
const counted = { withRuns: 0, byDefault: 0, withoutProperty: 0 };

if (PROPERTY_COUNTED === undefined) describe('PROPERTY_TIMES', testTimes);
else describe('in the second Vitest', () => countExamples(PROPERTY_COUNTED));

function countExamples(file: string): void {
  test('counts the examples of a property with its own numRuns', () => {
    fc.assert(
      fc.property(fc.nat(), () => {
        counted.withRuns += 1;
      }),
      { numRuns: 7 },
    );
  });

  test('counts the examples of an asynchronous property', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async () => {
        counted.byDefault += 1;
      }),
    );
  });

  test('runs a test without a property', () => {
    counted.withoutProperty += 1;
  });

  afterAll(() => writeFileSync(file, JSON.stringify(counted)));
}

function testTimes(): void {
  // The settings of this Vitest are not for the other one.
  beforeAll(() => {
    vi.stubEnv('PROPERTY_SEED', undefined);
  });

  const run = async (env: Readonly<Record<string, string>>) => {
    const file = join(emptyFolder(), 'counted.json');
    const args = ['node_modules/vitest/vitest.mjs', 'run', 'test/property-runner.test.ts'];
    const ended = await program(process.execPath, args, { env: { PROPERTY_COUNTED: file, ...env } });
    return { ...ended, file };
  };

  test('tries every property on so many times its examples, and runs other tests once', async () => {
    const { code, file, stdout } = await run({ PROPERTY_TIMES: '3' });
    expect(code, stdout).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ withRuns: 21, byDefault: 300, withoutProperty: 1 });
  });

  test('rejects times that are not a number, and times beside a seed', async () => {
    const odd = await run({ PROPERTY_TIMES: 'many' });
    expect(odd.code).toBe(1);
    expect(odd.stdout + odd.stderr).toContain('PROPERTY_TIMES is "many": say how many times.');
    const both = await run({ PROPERTY_TIMES: '3', PROPERTY_SEED: '1' });
    expect(both.code).toBe(1);
    expect(both.stdout + both.stderr).toContain('set one.');
  });
}
