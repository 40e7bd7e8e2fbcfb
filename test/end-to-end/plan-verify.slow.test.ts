import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Plan } from '../../reports/plan/plan.ts';
import { command, emptyFolder } from '../runners/commands/cli-command.ts';

const SCENARIO = `
name: small
target: { kind: noop }
workloads:
  - name: orders
    phases: [{ name: warm-up, duration: 1s, rate: 300/s, recorded: false }, { name: steady, duration: 3s, rate: 300/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 100B }
consumers: [{ name: fast, kind: fan-out }]
`;

/** Exit code 5 means that this machine was too busy to measure, three times. */
const ENDINGS = [0, 5];

test('plan --verify runs a scenario on the engine and prints the prediction beside the measurement', async () => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 's.yaml'), SCENARIO);
  const { code, stdout, stderr } = await command(['plan', 's.yaml', '--verify', '--json', '--out', 'saved'], { cwd });
  expect(ENDINGS, stderr).toContain(code);
  const { recommended, verification }: Plan = JSON.parse(stdout);
  expect(recommended.shards).toBe(1);
  expect(verification?.runs.map(({ shards }) => shards)).toEqual([1]);
  expect(existsSync(join(cwd, 'saved/run-1-shards/result.json'))).toBe(true);
  if (code === 0) expect(verification?.runs[0]?.metrics.map(({ name }) => name)).toContain('put-to-get p99 fast');
});

test('plan --verify replays the busiest minute of a trace with a key on the same shard', async () => {
  const cwd = emptyFolder();
  const lines = Array.from({ length: 900 }, (_, i) => `${1_700_000_000_000 + i * 3},key-${i % 37},120`);
  writeFileSync(join(cwd, 'trace.csv'), ['time,key,bytes', ...lines].join('\n'));
  const { code, stdout, stderr } = await command(['plan', 'trace.csv', '--verify', '--json'], { cwd });
  expect(ENDINGS, stderr).toContain(code);
  const { verification }: Plan = JSON.parse(stdout);
  expect(verification?.isHeld).toBe(true);
});
