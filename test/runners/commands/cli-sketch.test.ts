import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../../engine/engine.ts';
import { commandInProcess as command, ENTRY, emptyFolder, program } from './cli-command.ts';

const folder = emptyFolder();
const trace = (name: string, count: number, key: (i: number) => string) => {
  const lines = Array.from(
    { length: count },
    (_, i) => `{"time":${1767225600 + (i % 60)},"key":"${key(i)}","bytes":100}`,
  );
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
};
const sketch = (...args: string[]) => command(['sketch', ...args], { cwd: folder });

describe('sketch of a trace', () => {
  test('writes a file without keys in clear, and prints rates, sizes and keys', async () => {
    trace('a.ndjson', 600, (i) => (i % 2 === 0 ? 'hot' : `user-${i}`));
    const { code, stdout, stderr } = await sketch('a.ndjson', '--out', 'a.json');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('600 records');
    expect(stdout).toContain('301 different');
    expect(stdout).toMatch(/[0-9a-f]{32} +50%/);
    expect(readFileSync(join(folder, 'a.json'), 'utf8')).not.toMatch(/hot|user-1/);
  });

  test('stores keys in clear with --keep-keys, and prints JSON with --json', async () => {
    const { code, stdout } = await sketch('a.ndjson', '--keep-keys', '--json', '--out', 'kept.json');
    expect(code).toBe(0);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ records: 600, distinctKeys: 301, seconds: 60, peakPerSecond: 10 });
    expect(summary.heaviest[0]).toEqual({ key: 'hot', shareMin: 0.5, shareMax: 0.5 });
  });

  test('does not replace a file without --force', async () => {
    const { code, stderr } = await sketch('a.ndjson', '--out', 'a.json');
    expect(code).toBe(2);
    expect(stderr).toMatch(/RUNNER_FILE_EXISTS .*--force/);
  });
});

test('sketch reads a trace from standard input', async () => {
  trace('piped.ndjson', 60, (i) => `user-${i}`);
  const line = `${process.execPath} ${ENTRY} sketch - --json --out stdin.json < piped.ndjson`;
  const { code, stdout, stderr } = await program('/bin/sh', ['-c', line], { cwd: folder });
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ records: 60, sources: ['standard input'] });
});

describe('sketch merge', () => {
  test('writes the same file for any order of the parts', async () => {
    trace('b.ndjson', 100, (i) => `other-${i % 7}`);
    await sketch('b.ndjson', '--out', 'b.json');
    expect((await sketch('merge', 'a.json', 'b.json', '--out', 'ab.json')).code).toBe(0);
    expect((await sketch('merge', 'b.json', 'a.json', '--out', 'ba.json')).code).toBe(0);
    expect(readFileSync(join(folder, 'ab.json'))).toEqual(readFileSync(join(folder, 'ba.json')));
    expect(JSON.parse(readFileSync(join(folder, 'ab.json'), 'utf8'))).toMatchObject({ records: 700 });
  });

  test.each([
    [['merge', 'a.json'], /RUNNER_USAGE sketch merge needs at least two/],
    [['merge', 'a.json', 'a.ndjson'], /RUNNER_SKETCH_UNREADABLE .*a\.ndjson/],
    [['merge', 'a.json', 'none.json'], /RUNNER_INPUT_UNREADABLE none\.json .*no such file/],
    [['a.ndjson', 'b.ndjson'], /RUNNER_USAGE sketch accepts one input, got 2/],
    [['a.ndjson', '--for', '10s'], /RUNNER_USAGE --for needs a stream/],
    [['a.ndjson', '--step', '1.5s'], /RUNNER_USAGE --step must be whole seconds/],
    [['none.ndjson'], /RUNNER_INPUT_UNREADABLE/],
    [['a.ndjson', '--sepparator', ','], /Did you mean --separator/],
  ])('rejects %j with a coded error and exit code 2', async (args, message) => {
    const { code, stderr } = await sketch(...args, '--out', 'new.json');
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(existsSync(join(folder, 'new.json'))).toBe(false);
  });
});

describe('sketch of a stream', () => {
  let engine: Engine;
  let endpoint: string;
  beforeAll(async () => {
    engine = await Engine.open();
    endpoint = (await engine.serve({ port: 0 })).url;
  });
  afterAll(() => engine.close());

  const call = (operation: string, input: object) =>
    fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `Kinesis_20131202.${operation}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host;x-amz-date, Signature=00',
        'x-amz-date': '20260101T000000Z',
      },
      body: JSON.stringify(input),
    });

  test('counts the records of all shards', async () => {
    await call('CreateStream', { StreamName: 'orders', ShardCount: 3 });
    const records = Array.from({ length: 90 }, (_, i) => ({ Data: 'AAAA', PartitionKey: `k${i % 9}` }));
    const put = await call('PutRecords', { StreamName: 'orders', Records: records });
    expect(put.status, await put.clone().text()).toBe(200);
    const args = ['kinesis:orders', '--endpoint', endpoint, '--for', '2500ms', '--from', 'trim-horizon'];
    const { code, stdout, stderr } = await sketch(...args, '--json', '--out', 'stream.json');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ records: 90, bytes: 90 * 5, distinctKeys: 9, dataBytes: { max: 3 } });
  });

  test('reports an empty stream and a missing one with a coded error', async () => {
    const quiet = await sketch('kinesis:orders', '--endpoint', endpoint, '--for', '100ms', '--out', 'none.json');
    expect(quiet.stderr).toMatch(/RUNNER_INPUT_EMPTY there is no record to sketch/);
    expect(quiet.code).toBe(2);
    const missing = await sketch('kinesis:other', '--endpoint', endpoint, '--for', '1s', '--out', 'none.json');
    expect(missing.stderr).toMatch(/RUNNER_TARGET_FAILED ResourceNotFoundException/);
    expect(missing.code).toBe(3);
  });
});
