import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../../engine/engine.ts';

/** Larger files than this cannot be written by this process, as if the disk were full. */
const limitFiles = (bytes: number | 'unlimited') =>
  execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${bytes}:`]);

describe.skipIf(process.platform !== 'linux')('a disk that is full (prlimit is a command of Linux)', () => {
  const ignore = () => {};
  const dataDir = mkdtempSync(join(tmpdir(), 'streamgauge-'));
  beforeAll(() => void process.on('SIGXFSZ', ignore));
  afterEach(() => void limitFiles('unlimited'));
  afterAll(() => {
    process.off('SIGXFSZ', ignore);
    rmSync(dataDir, { recursive: true });
  });

  test('fails a put that it cannot store, in the words of the service', async () => {
    const options = { dataDir, streams: { orders: 1 }, limits: 'none', memoryBytes: 2 ** 22 } as const;
    const engine = await Engine.open({ ...options, durability: 'every-put', onDefect: () => {} });
    limitFiles(30_000);
    const data = new Uint8Array(10_000);
    const putUntilItFails = async () => {
      for (;;) await engine.put('orders', { partitionKey: 'k', data });
    };
    const refused = { name: 'InternalFailureException', code: 'InternalFailureException', status: 500 };
    await expect(putUntilItFails()).rejects.toMatchObject(refused);
    await expect(engine.putMany('orders', [{ partitionKey: 'k', data }])).resolves.toMatchObject({
      FailedRecordCount: 1,
      Records: [{ ErrorCode: 'InternalFailure' }],
    });
    limitFiles('unlimited');
    await engine.close();
  });
});
