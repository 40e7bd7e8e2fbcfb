import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOwn } from '../targets/kinesis/peers.ts';
import { command, ENTRY, emptyFolder, plainEnvironment, whenMachineIsQuiet } from './cli-command.ts';

let own: Awaited<ReturnType<typeof startOwn>>;
beforeAll(async () => {
  own = await startOwn();
});
afterAll(() => own.close());

/** Credentials that must not appear in any file or output. A run on this machine does not need them. */
const SECRETS = {
  AWS_ACCESS_KEY_ID: 'AKIDNOTFORANYFILE',
  AWS_SECRET_ACCESS_KEY: 'secret-not-for-any-file',
  AWS_SESSION_TOKEN: 'token-not-for-any-file',
  AWS_REGION: 'us-east-1',
};

function folderWithScenario(target: string, { seconds = 1, reader = 'fan-out' } = {}): string {
  const folder = emptyFolder();
  const scenario = `name: stream
target: { kind: kinesis, stream: orders, ${target} }
workloads:
  - name: numbers
    phases: [{ name: steady, duration: ${seconds}s, rate: 200/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 100B }
    producers: { retry: { attempts: 2 } }
drain: 2s
consumers: [{ name: reader, kind: ${reader} }]
thresholds: ['lost == 0']
`;
  writeFileSync(join(folder, 'stream.yaml'), scenario);
  return folder;
}

/** Resolves when the run has created its stream and put a record into it. */
async function firstRecord(stream: string, { engine } = own): Promise<void> {
  for (;;) {
    const isThere = engine.account.findStream(stream) !== undefined;
    if (isThere) for await (const _ of engine.read(stream)) return;
    await sleep(50);
  }
}

describe('run on a Kinesis stream', () => {
  test('deletes the stream at the end, and writes no secret', async () => {
    const cwd = folderWithScenario(`endpoint: '${own.endpoint}', create: { shards: 2 }`);
    const out = join(cwd, 'results/stream');
    const run = () => command(['run', 'stream.yaml'], { cwd, env: { ...SECRETS, STREAMGAUGE_DEBUG: '1' } });
    const { code, stdout, stderr } = await whenMachineIsQuiet(run, join(out, 'result.json'));
    // 5: a machine too busy to be punctual, which does not depend on the target.
    expect([0, 5], stderr).toContain(code);
    expect(stdout).toContain('on kinesis stream orders');
    expect(own.engine.account.findStream('orders')).toBeUndefined();
    const file = readFileSync(join(out, 'result.json'), 'utf8');
    for (const text of [stdout, stderr, file]) expect(text).not.toMatch(/NOTFORANYFILE|not-for-any-file/);
  });

  test('prints the result before it reports a stream that it could not delete', async () => {
    const dying = await startOwn();
    const cwd = folderWithScenario(`endpoint: '${dying.endpoint}', timeout: 1s, create: { shards: 1 }`, {
      seconds: 2,
      reader: 'polling',
    });
    const running = command(['run', 'stream.yaml'], { cwd, env: SECRETS });
    await firstRecord('orders', dying);
    await dying.close();
    const { code, stdout, stderr } = await running;
    expect(code, stderr).toBeGreaterThan(2);
    expect(stdout).toContain('on kinesis stream orders');
    expect(stderr).toMatch(
      /\nRUNNER_TARGET_FAILED what was made for the run could not be deleted: .*Delete the stream yourself\.\n$/,
    );
  });

  test('reports a failed call without secrets, and ends with the exit code of a target', async () => {
    const cwd = folderWithScenario(`endpoint: '${own.endpoint}'`);
    const { code, stderr } = await command(['run', 'stream.yaml'], {
      cwd,
      env: { ...SECRETS, STREAMGAUGE_DEBUG: '1' },
    });
    expect(code).toBe(3);
    expect(stderr).toContain('RUNNER_TARGET_FAILED ResourceNotFoundException');
    expect(stderr).not.toMatch(/NOTFORANYFILE|not-for-any-file/);
  });

  test('rejects AWS before the first call if there is no terminal to confirm the cost', async () => {
    const cwd = folderWithScenario('create: { shards: 2 }');
    const { code, stdout, stderr } = await command(['run', 'stream.yaml'], { cwd, env: SECRETS });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('RUNNER_COST_NOT_AGREED the run incurs AWS charges');
    expect(stderr).toContain('--yes');
  });

  test('deletes the stream when it is interrupted, and ends with 130', async () => {
    const cwd = folderWithScenario(`endpoint: '${own.endpoint}', create: { shards: 2 }`, { seconds: 60 });
    const child = spawn(process.execPath, [ENTRY, 'run', 'stream.yaml'], { cwd, env: plainEnvironment() });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await firstRecord('orders');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(stderr).toContain('leaves the resources of this run behind');
    expect(own.engine.account.findStream('orders')).toBeUndefined();
  });
});
