import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startServe } from './serve-process.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streamgauge-hangup-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const PATIENCE = { timeout: 20_000 };

test('serve ends with 0 when its terminal closes, after one hang-up signal and after two', async () => {
  const options = ['--data-dir', folder, '--durability', 'none'];
  const serve = await startServe('--stream', 'orders:1', ...options);
  await serve.call('PutRecord', { StreamName: 'orders', PartitionKey: 'k', Data: 'eA==' });
  const ended = serve.end('SIGHUP');
  serve.process.kill('SIGHUP');
  expect(await ended).toBe(0);
  const again = await startServe(...options);
  const from = { StreamName: 'orders', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' };
  const { ShardIterator } = await again.call<{ readonly ShardIterator: string }>('GetShardIterator', from);
  expect(await again.call('GetRecords', { ShardIterator })).toMatchObject({ Records: [{ Data: 'eA==' }] });
  await again.stop();
});

describe.skipIf(process.platform !== 'linux')('serve in a terminal of script(1)', () => {
  test('ends although its last messages have no terminal to go to', async () => {
    const serve = `${process.execPath} runners/streamgauge.js serve --port 0 --data-dir ${folder}`;
    const terminal = spawn('script', ['--quiet', '--command', `exec ${serve}`, '/dev/null'], { stdio: 'pipe' });
    const lock = join(folder, 'lock');
    let output = '';
    terminal.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await expect.poll(() => output, PATIENCE).toContain('Ctrl-C ends it');
    expect(existsSync(lock)).toBe(true);
    terminal.kill('SIGKILL');
    // The folder is given free as the last thing.
    await expect.poll(() => existsSync(lock), PATIENCE).toBe(false);
  });
});
