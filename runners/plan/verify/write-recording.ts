import { open } from 'node:fs/promises';
import { runnerError } from '../../errors.ts';
import type { WindowRecord } from './window-records.ts';

const BLOCK_CHARACTERS = 1 << 20;

/** Writes records as NDJSON lines that are as long as the records' data: `{"t":12,"k":"k7","p":"xxx"}`, times in microseconds. */
export async function writeRecording(
  file: string,
  records: Iterable<WindowRecord>,
  keyOf: (hashRatio: number) => string,
): Promise<void> {
  const handle = await open(file, 'w');
  let count = 0;
  let firstNs = 0;
  try {
    let block = '';
    for (const { dueAtNs, hashRatio, bytes } of records) {
      if (count === 0) firstNs = dueAtNs;
      count += 1;
      const key = keyOf(hashRatio);
      const head = `{"t":${Math.round((dueAtNs - firstNs) / 1e3)},"k":"${key}"`;
      // The key counts as well; a record below the shortest line becomes as long as that.
      const padding = bytes - key.length - head.length - 1;
      block += padding >= 7 ? `${head},"p":"${'x'.repeat(padding - 7)}"}\n` : `${head}}\n`;
      if (block.length < BLOCK_CHARACTERS) continue;
      await handle.appendFile(block);
      block = '';
    }
    await handle.appendFile(block);
  } finally {
    await handle.close();
  }
  if (count > 1) return;
  throw runnerError('RUNNER_USAGE', {
    what: `the busiest minute of the load has ${count === 0 ? 'no record' : '1 record'}, so there is nothing to verify`,
    fix: 'Plan without --verify.',
  });
}
