import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeResult } from '../../../reports/result/result-file.ts';
import { BROKER_SIDE, exampleSides, KINESIS_SIDE } from '../../reports/side-by-side/example-sides.ts';
import { commandInProcess, emptyFolder } from './cli-command.ts';

const cwd = emptyFolder();
const compare = (...args: readonly string[]) => commandInProcess(['compare', ...args], { cwd });

const ORDERS = `name: orders
workloads:
  - name: orders
    phases: [{ name: steady, duration: 2s, rate: 100/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 300B }
consumers: [{ name: billing, kind: fan-out }]
`;

beforeAll(async () => {
  mkdirSync(join(cwd, 'other'));
  const files = {
    'orders.yaml': ORDERS,
    'a.yaml': 'kind: noop\n',
    'b.yaml': 'kind: noop\ndelay: 5ms\n',
    'other/a.yaml': 'kind: engine\n',
    'misspelt.yaml': 'target:\n  kind: engine\n  shrads: 2\n',
    'firehose.yaml': 'kind: firehose\ndeliveryStream: x\ndestination: { folder: out }\n',
    'aws.yaml': 'kind: kinesis\nstream: x\ncreate: { shards: 1 }\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const { record, rounds } = exampleSides([KINESIS_SIDE, BROKER_SIDE], 2);
  mkdirSync(join(cwd, 'saved'));
  writeFileSync(join(cwd, 'saved', 'side-by-side.json'), JSON.stringify(record));
  for (const { round, result } of rounds) await writeResult(join(cwd, 'saved', round.folder!), result!);
});

describe('compare --targets', () => {
  test.each<[problem: string, args: readonly string[]]>([
    ['compare --targets needs at least 2 targets, got 1', ['a.yaml']],
    ['"none.yaml" is no address and no target, and there is no file of this name (--targets)', ['a.yaml', 'none.yaml']],
    ['two targets are called a: a.yaml and other/a.yaml', ['a.yaml', 'other/a.yaml']],
    ['two targets are called noop: { kind: noop }', ['{ kind: noop }', '{ kind: noop }']],
    ['--rounds must be a whole number from 1 to 1000, got "0"', ['a.yaml', 'b.yaml', '--rounds', '0']],
    ['--round must be a duration above 0, got "2"', ['a.yaml', 'b.yaml', '--round', '2']],
    ['--max-duration must be a duration above 0', ['a.yaml', 'b.yaml', '--max-duration', 'x']],
    ['--max-duration 1.00s is shorter than one round', ['a.yaml', 'b.yaml', '--max-duration', '1s']],
    ['--cost c=1/hour names no target: they are called a, b', ['a.yaml', 'b.yaml', '--cost', 'c=1/hour']],
    ['--cost a: "1" is no price', ['a.yaml', 'b.yaml', '--cost', 'a=1']],
    ['--cost is given twice for a', ['a.yaml', 'b.yaml', '--cost', 'a=1/hour', '--cost', 'a=2/hour']],
    ['--targets excludes --with', ['a.yaml', 'b.yaml', '--with', 'x']],
    ['there is no terminal to confirm them', ['a.yaml', 'aws.yaml']],
  ])('rejects a wrong command line: %s', async (problem, args) => {
    const { code, stdout, stderr } = await compare('orders.yaml', '--no-live', '--targets', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(problem);
  });

  test('reports the problems of all targets at once, each with its file', async () => {
    const { code, stderr } = await compare('orders.yaml', '--targets', 'misspelt.yaml', 'firehose.yaml', 'a.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('SCENARIO_INVALID orders.yaml on misspelt.yaml, firehose.yaml, a.yaml has 2 problems');
    expect(stderr).toContain('3:3 target.shrads (misspelt.yaml): UNKNOWN_KEY');
    expect(stderr).toContain('7:30 consumers[0].kind (firehose.yaml): CONFLICT');
  });

  test('reports a problem of the scenario once', async () => {
    writeFileSync(join(cwd, 'slow.yaml'), ORDERS.replace('100/s', '0'));
    const { stderr } = await compare('slow.yaml', '--targets', 'a.yaml', 'b.yaml');
    expect(stderr).toContain('has 1 problem:');
    expect(stderr).toContain('4:5 workloads[0].phases: OUT_OF_RANGE');
  });

  test('needs one scenario', async () => {
    const { code, stderr } = await compare('orders.yaml', 'a.yaml', '--targets', 'a.yaml', 'b.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('compare --targets needs one scenario, got 2');
  });

  test.each(['--rounds=2', '--round=2s', '--cost=a=1/hour', '--out=x', '--seed=1', '--yes', '--no-live'])(
    'rejects %s without targets',
    async (option) => {
      const { code, stderr } = await compare('x', 'y', option);
      expect(code).toBe(2);
      expect(stderr).toContain(`${option.split('=')[0]} needs --targets`);
    },
  );
});

describe('compare of a saved comparison of targets', () => {
  test('makes it again from the results of its rounds', async () => {
    const { code, stdout, stderr } = await compare('saved');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('clickstream on 2 targets');
    expect(stdout).toContain('What makes this unfair');
    expect(stdout).toContain('Result  saved/side-by-side.html');
    expect(readFileSync(join(cwd, 'saved', 'side-by-side.html'), 'utf8')).toContain(
      '<title>clickstream: kinesis, broker',
    );
    expect(readFileSync(join(cwd, 'saved', 'side-by-side.md'), 'utf8')).toContain('## `clickstream` on `kinesis`');
  });

  test('prints it as JSON', async () => {
    const { stdout } = await compare('saved/side-by-side.json', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'side-by-side',
      base: 'kinesis',
      sides: [{ validRounds: 2 }, {}],
    });
  });

  test('reports a result that is missing', async () => {
    const folder = join(cwd, 'torn');
    mkdirSync(folder);
    const { record } = exampleSides([KINESIS_SIDE, BROKER_SIDE], 1);
    writeFileSync(join(folder, 'side-by-side.json'), JSON.stringify(record));
    const { code, stderr } = await compare('torn');
    expect(code).toBe(2);
    expect(stderr).toContain('RESULT_NOT_FOUND');
  });
});
