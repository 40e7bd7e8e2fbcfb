import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { starterScenario } from '../../../runners/commands/init-text.ts';
import { loadScenario, parseSeed } from '../../../runners/commands/scenario.ts';
import { emptyFolder } from './cli-command.ts';

test('the scenario that init writes is valid, with its thresholds', () => {
  const file = join(emptyFolder(), 'scenario.yaml');
  writeFileSync(file, starterScenario('./scenario.schema.json'));
  const scenario = loadScenario(file, undefined);
  expect(scenario).toMatchObject({ name: 'my-stream', seed: 7, target: { kind: 'engine', shards: 4 } });
  expect(scenario.workloads.map(({ name }) => name)).toEqual(['clicks', 'orders']);
  expect(loadScenario(file, 99).seed).toBe(99);
});

test('loading a scenario rejects a malformed threshold before the run', () => {
  const file = join(emptyFolder(), 'scenario.yaml');
  writeFileSync(file, starterScenario('x').replace('lost == 0', 'losst == 0'));
  expect(() => loadScenario(file, undefined)).toThrow(/thresholds\[2\].*BAD_THRESHOLD/s);
});

test.each([
  ['0', 0],
  ['42', 42],
  [String(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
])('parseSeed accepts %s', (text, seed) => expect(parseSeed(text)).toBe(seed));

test.each(['', '-1', '1.5', '1e3', '0x10', ' 1', '9007199254740992'])('parseSeed rejects %j', (text) => {
  expect(() => parseSeed(text)).toThrow(/RUNNER_USAGE/);
});
