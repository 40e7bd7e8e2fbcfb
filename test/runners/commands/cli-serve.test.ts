import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from './cli-command.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streamgauge-serve-'));
  await writeFile(join(folder, 'streams.yaml'), 'streams: [{ name: a, shards: 2 }]');
  await writeFile(join(folder, 'regions.yaml'), 'streams: [{ name: a, region: EU }]');
  await writeFile(join(folder, 'consumers.yaml'), 'streams: [{ name: a, consumers: [x, y, x] }]');
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  [['--limits', 'foo'], '--limits must be one of aws, none, got "foo". See streamgauge serve --help.'],
  [['--durability', 'every-put'], '--durability needs --data-dir. See streamgauge serve --help.'],
  [['--stream', 'a:1', '--stream', 'a:2'], 'stream a is named twice. Name each stream once.'],
  [['--stream', 'a:1', '--streams', 'streams.yaml'], 'stream a is named twice. Name each stream once.'],
  [
    ['--cors', 'http://localhost:3000/'],
    '--cors must be an origin or "*", got "http://localhost:3000/". Write it as browsers do, without a path: --cors https://app.example.com.',
  ],
  [['--shard-limit', '0'], '--shard-limit must be a whole number from 1 to 1000000, got "0". Correct the option.'],
  [
    ['--on-demand-limit', 'x'],
    '--on-demand-limit must be a whole number from 0 to 1000000, got "x". Correct the option.',
  ],
  [
    ['--account-of', 'KEY=12'],
    '--account-of must be KEY=ID with an access key and twelve digits, got "KEY=12". Write --account-of AKIATEAMB=222222222222.',
  ],
  [
    ['--account-of', 'A=111111111111', '--account-of', 'A=222222222222'],
    '--account-of names access key A twice. Name each access key once.',
  ],
  [['--region', 'EU'], '--region must be a region such as us-east-1, got "EU". Correct the option.'],
  [
    ['--streams', 'regions.yaml'],
    '--streams regions.yaml: streams.0.region: is not a region such as eu-west-1. Write streams: [{ name: orders, shards: 4 }], or use --stream orders:4.',
  ],
  [['--streams', 'consumers.yaml'], 'consumer x of stream a is named twice. Name each consumer of a stream once.'],
])('serve rejects %j and reports the reason', async (options, reason) => {
  const { code, stdout, stderr } = await command(['serve', '--port', '0', ...options], { cwd: folder });
  expect([code, stdout, stderr]).toEqual([2, '', `RUNNER_USAGE ${reason}\n`]);
});
