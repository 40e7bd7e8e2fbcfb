import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from './cli-command.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streamgauge-serve-'));
  await writeFile(join(folder, 'streams.yaml'), 'streams: [{ name: a, shards: 2 }]');
  await writeFile(join(folder, 'consumers.yaml'), 'streams: [{ name: a, consumers: [x, y, x] }]');
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  [['--limits', 'foo'], '--limits "foo" is none of its choices. Choose one of "aws", "none".'],
  [['--durability', 'every-put'], '--durability needs --data-dir beside it. Give both, or neither.'],
  [['--stream', 'a:1', '--stream', 'a:2'], 'stream a is there twice. Name each stream once.'],
  [['--stream', 'a:1', '--streams', 'streams.yaml'], 'stream a is there twice. Name each stream once.'],
  [['--streams', 'consumers.yaml'], 'consumer x of stream a is there twice. Name each consumer of a stream once.'],
])('serve %j is refused, and told why', async (options, why) => {
  const { code, stdout, stderr } = await command(['serve', '--port', '0', ...options], { cwd: folder });
  expect([code, stdout, stderr]).toEqual([2, '', `RUNNER_USAGE ${why}\n`]);
});
