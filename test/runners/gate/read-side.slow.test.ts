import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSide, rejectSameFile, type SideContext } from '../../../runners/gate/read-side.ts';
import { targetOfBlock } from '../../../runners/gate/side.ts';
import { resolveScenario } from '../../../workloads/resolve.ts';
import { emptyFolder } from '../commands/cli-command.ts';

function contextOf(target: object): SideContext {
  const raw = {
    name: 'My orders',
    target,
    workloads: [
      {
        name: 'w',
        phases: [{ name: 'all', duration: '1s', rate: '10/s' }],
        keys: { uniform: true, count: 10 },
        payload: { size: '10B' },
      },
    ],
    consumers: [{ name: 'c', kind: 'fan-out' }],
  };
  return { scenario: resolveScenario(raw), raw, scenarioFile: 'scenario.yaml', option: '--baseline' };
}

const engine = contextOf({ kind: 'engine', shards: 3 });

describe('a side', () => {
  test('reads an address as a Kinesis endpoint with a stream like the scenario’s target', () => {
    expect(readSide('http://127.0.0.1:4567', engine)).toMatchObject({
      kind: 'target',
      target: {
        kind: 'kinesis',
        endpoint: 'http://127.0.0.1:4567',
        stream: 'My-orders',
        create: { mode: 'provisioned', shards: 3 },
      },
    });
  });

  test('keeps the stream settings of a Kinesis scenario for an address', () => {
    const kinesis = contextOf({
      kind: 'kinesis',
      stream: 'orders',
      endpoint: 'http://other:1',
      timeout: '3s',
      put: 'record',
    });
    const side = readSide('http://127.0.0.1:4567', kinesis);
    const { target } = kinesis.scenario;
    expect(side).toMatchObject({ kind: 'target', target: { ...target, endpoint: 'http://127.0.0.1:4567' } });
  });

  test('reads a target as in a scenario', () => {
    const side = readSide('{ kind: noop, delay: { lognormal: { p50: 5ms, p99: 20ms } } }', engine);
    expect(side).toMatchObject({ target: { kind: 'noop', delay: { kind: 'lognormal', p50Ns: 5e6, p99Ns: 20e6 } } });
  });

  test('reads a file with only a target, or with a scenario that has one', () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'own.yaml'), 'kind: noop\ndelay: 5ms\n');
    writeFileSync(join(folder, 'in.json'), '{"target": {"kind": "noop", "delay": "5ms"}}');
    const expected = { kind: 'target', target: { kind: 'noop', delay: { kind: 'fixed', ns: 5e6 } } };
    expect(readSide(join(folder, 'own.yaml'), engine)).toMatchObject(expected);
    expect(readSide(join(folder, 'in.json'), engine)).toMatchObject(expected);
  });

  test('starts a command for each block, on the endpoint of that block', () => {
    const side = readSide('cmd:node server.js --port {port}', engine);
    expect(side).toMatchObject({ kind: 'command', command: 'node server.js --port {port}' });
    expect(targetOfBlock(side, 3, 'http://127.0.0.1:9')).toMatchObject({
      endpoint: 'http://127.0.0.1:9',
      stream: 'My-orders-3',
    });
  });

  test.each([
    ['nothing.yaml', 'RUNNER_GATE_SIDE "nothing.yaml" is no address and no target, and there is no file of this name'],
    ['cmd:', 'RUNNER_GATE_SIDE there is no command'],
    ['{ kind: noop', 'RUNNER_GATE_SIDE { kind: noop, line 1, column 13: the YAML cannot be read'],
    ['{ kind: noob }', 'SCENARIO_INVALID --baseline { kind: noob }'],
    ['{ kind: noop, dellay: 5ms }', 'UNKNOWN_KEY'],
    ['http://user:secret@host', 'SCENARIO_INVALID'],
  ])('%s is rejected: %s', (text, problem) => {
    expect(() => readSide(text, engine)).toThrow(problem);
  });
});

describe('two sides', () => {
  test('rejects two sides that are the same file, by whatever name', () => {
    const folder = emptyFolder();
    const file = join(folder, 'a.yaml');
    writeFileSync(file, 'kind: noop\n');
    symlinkSync(file, join(folder, 'b.yaml'));
    expect(() => rejectSameFile(file, join(folder, 'b.yaml'))).toThrow(
      'RUNNER_GATE_SIDE --baseline and --candidate are the same file',
    );
  });

  test('accepts two equal targets, because a comparison of equals may be wanted', () => {
    expect(() => rejectSameFile('{ kind: noop }', '{ kind: noop }')).not.toThrow();
  });
});
