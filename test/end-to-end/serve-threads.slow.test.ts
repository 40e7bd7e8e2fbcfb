import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runScenario } from '../../runners/run/run.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import { type ServeProcess, startServe } from './serve-process.ts';

const RECORDS = 10_000;

let folder: string;
let serve: ServeProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streamgauge-threads-'));
});
afterEach(async () => {
  await serve?.stop();
  serve = undefined;
  await rm(folder, { recursive: true, force: true });
});

test.each([
  ['none', []],
  ['every-put', ['--durability', 'every-put']],
])(
  'a run on serve --threads 3 receives every record once, by polling and by pushes, with durability %s',
  async (_, more) => {
    const stored = more.length === 0 ? [] : ['--data-dir', folder, ...more];
    serve = await startServe('--threads', '3', '--limits', 'none', '--stream', 'orders:3', ...stored);
    const result = await runScenario(
      resolveScenario(
        {
          name: 'test',
          target: { kind: 'kinesis', stream: 'orders', endpoint: serve.url },
          workloads: [
            {
              name: 'a',
              phases: [{ name: 'steady', duration: '5s', rate: `${RECORDS / 5}/s` }],
              keys: { uniform: true, count: 500 },
              payload: { size: '100B' },
              producers: { count: 2, batch: { lingerMs: 10 } },
            },
          ],
          consumers: [
            { name: 'polling', kind: 'polling', intervalMs: 50 },
            { name: 'pushed', kind: 'fan-out' },
          ],
        },
        {},
      ),
      { ceiling: 'skip' },
    );
    expect(result.outcome).toEqual({ kind: 'completed' });
    expect(result.summary.ledger).toMatchObject({
      sent: RECORDS,
      received: 2 * RECORDS,
      lost: 0,
      duplicated: 0,
      failed: 0,
    });
    expect(await serve.stop()).toBe(0);
  },
);
