import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { setUpTarget, targetTexts } from '../../../../runners/targets/targets.ts';
import { resolveScenario } from '../../../../workloads/resolve.ts';
import type { Scenario } from '../../../../workloads/scenario.ts';
import { scenarioHash } from '../../../../workloads/scenario-hash.ts';

const folder = mkdtempSync(join(tmpdir(), 'module-target-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

function scenarioOn(code: string, options: object = {}): Scenario {
  files += 1;
  const name = `target-${files}.ts`;
  writeFileSync(join(folder, name), code);
  return scenarioAt(name, options);
}

const scenarioAt = (path: string, options: object = {}): Scenario =>
  resolveScenario(
    {
      name: 'module',
      target: { kind: 'module', path, ...options },
      workloads: [
        {
          name: 'w',
          phases: [{ name: 'all', duration: '1s', rate: '10/s' }],
          keys: { uniform: true, count: 1 },
          payload: { size: '10B' },
        },
      ],
    },
    { file: join(folder, 'scenario.yaml') },
  );

const TARGET = `export const target = {
  options: { parse(written) { if (written.size !== 1) throw new Error('size must be 1.\\nIt is another.'); return written; } },
  setUp: (options) => ({ traits: { shardCount: 1 }, handle: { size: options.size as number } }),
  openProducer: (handle) => ({ size: handle.size }),
};`;

describe('a module as a target', () => {
  test('a module is loaded from the folder of the scenario and gets its options', async () => {
    const scenario = scenarioOn(TARGET, { size: 1 });
    const { handle, traits, tearDown } = await setUpTarget(scenario);
    expect({ handle, traits }).toMatchObject({
      handle: { kind: 'module', own: { size: 1 } },
      traits: { shardCount: 1 },
    });
    expect(structuredClone(handle)).toEqual(handle);
    await tearDown();
  });

  test('a module is described without being loaded', () => {
    const { target } = scenarioOn('throw new Error("loaded");', { size: 1 });
    expect(targetTexts(target)).toEqual([expect.stringMatching(/^module target-\d+\.ts$/u), 'size 1']);
  });

  test('a scenario with a module has one hash in every folder', () => {
    const scenario = scenarioOn(TARGET, { size: 1 });
    const { target } = scenario;
    const path = 'path' in target ? target.path : '';
    const moved = {
      ...scenario,
      target: { kind: 'module', path: `/elsewhere/${basename(path)}`, options: { size: 1 } },
    };
    expect(scenarioHash(moved as Scenario)).toBe(scenarioHash(scenario));
  });

  test('a module without a file is a problem of the scenario', () => {
    expect(() => scenarioAt('./none.ts')).toThrow(/TARGET_MODULE_MISSING[\s\S]*none\.ts/u);
  });

  test.each([
    ['fails to load', 'throw new Error("no such\\nserver");', 'cannot be loaded: no such server'],
    ['exports no target', 'export const other = 1;', 'exports no target'],
    ['exports a target without functions', 'export const target = { setUp: 1 };', 'exports no target'],
    ['rejects its options', TARGET, 'rejects its options: size must be 1. It is another.'],
  ])('a module ends the run with a code if it %s', async (_, code, message) => {
    const setUp = setUpTarget(scenarioOn(code));
    await expect(setUp).rejects.toMatchObject({ code: 'RUNNER_TARGET_MODULE' });
    await expect(setUp).rejects.toThrow(message);
  });
});
