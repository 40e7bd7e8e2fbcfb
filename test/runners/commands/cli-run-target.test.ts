import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { commandInProcess, emptyFolder } from './cli-command.ts';

const cwd = emptyFolder();
const run = (...args: readonly string[]) => commandInProcess(['run', ...args, '--dry-run'], { cwd });

const LOAD = `workloads:
  - name: orders
    phases: [{ name: steady, duration: 2s, rate: 1000/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 300B }
consumers: [{ name: billing, kind: fan-out }]
`;

beforeAll(() => {
  const files = {
    'orders.yaml': `name: orders\ntarget: { kind: noop, delay: 5ms }\n${LOAD}`,
    'bare.yaml': `name: bare\n${LOAD}`,
    'fast.yaml': `name: fast\ntarget: { kind: noop }\n${LOAD.replace('1000/s', '-5/s').replace('300B', '300')}`,
    'engine.yaml': 'kind: engine\nshards: 2\n',
    'under.yaml': 'target:\n  kind: engine\n  shards: 3\n',
    'misspelt.yaml': 'target:\n  kind: engine\n  shrads: 2\n',
    'firehose.yaml': 'kind: firehose\ndeliveryStream: x\ndestination: { folder: out }\n',
    'broken.yaml': 'kind: [\n',
    'empty.yaml': '',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  mkdirSync(join(cwd, 'folder'));
});

describe('run --target', () => {
  test.each([
    ['engine.yaml', 'engine with 2 shards'],
    ['under.yaml', 'engine with 3 shards'],
    ['{ kind: noop, shards: 7 }', 'noop with 7 shards'],
    ['http://127.0.0.1:4567', 'kinesis stream orders with the lean client'],
  ])('replaces the target of the scenario: %s', async (target, shown) => {
    const { code, stdout, stderr } = await run('orders.yaml', '--target', target);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Target  ${shown}`);
  });

  test('saves the result in a folder that names the target', async () => {
    const { stdout } = await run('orders.yaml', '--target', 'engine.yaml');
    expect(stdout).toContain('Output  results/orders-on-engine');
  });

  test('runs a scenario that has no target of its own', async () => {
    const { stdout } = await run('bare.yaml', '--target', 'engine.yaml');
    expect(stdout).toContain('Target  engine with 2 shards');
  });

  test('names the file and the line of a problem of the target', async () => {
    const { code, stderr } = await run('orders.yaml', '--target', 'misspelt.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('SCENARIO_INVALID orders.yaml on misspelt.yaml has 1 problem');
    expect(stderr).toContain('3:3 target.shrads (misspelt.yaml): UNKNOWN_KEY');
  });

  test('applies the rules of the target to the consumers of the scenario', async () => {
    const { code, stderr } = await run('orders.yaml', '--target', 'firehose.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('8:30 consumers[0].kind (firehose.yaml): CONFLICT the firehose target has no fan-out');
  });

  test('reports the problems of the scenario and of the target at once', async () => {
    const { stderr } = await run('fast.yaml', '--target', 'misspelt.yaml');
    expect(stderr).toContain('fast.yaml on misspelt.yaml has 3 problems');
    expect(stderr).toContain('5:44 workloads[0].phases[0].rate');
    expect(stderr).toContain('7:16 workloads[0].payload.size');
    expect(stderr).toContain('3:3 target.shrads');
  });

  test.each([
    ['none.yaml', '"none.yaml" is no address and no target, and there is no file of this name (--target)'],
    ['broken.yaml', 'broken.yaml, line 2, column 1: the YAML cannot be read'],
    ['empty.yaml', 'empty.yaml contains no target'],
    ['folder', 'folder cannot be read: EISDIR'],
    ['', '"" is no address and no target'],
  ])('rejects %j, which is no target', async (target, problem) => {
    const { code, stdout, stderr } = await run('orders.yaml', `--target=${target}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`RUNNER_TARGET_UNREADABLE ${problem}`);
  });
});
