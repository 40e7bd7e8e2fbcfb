import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openMergeLive } from '../../../runners/commands/merge-live.ts';

function streamOf(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  return { written, stream: { isTTY, columns: 60, write } };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

test('redraws one line on a terminal, and clears it at the end', async () => {
  const { written, stream } = streamOf(true);
  const live = openMergeLive({ what: '16 results', stream });
  expect(written).toEqual(['\r\x1b[Kmerging 16 results']);
  live.progress.begin(1000);
  live.progress.add(250);
  await until(() => written.length >= 2);
  expect(written[1]).toMatch(/Kreading 16 results {2}█+.?░+ {3}25%/u);
  live.progress.add(750);
  await until(() => written.at(-1)!.includes('100%'));
  live.show('writing the result');
  const count = written.length;
  expect(written.at(-1)).toBe('\r\x1b[Kwriting the result');
  live.close();
  await sleep(500);
  expect(written.slice(count)).toEqual(['\r\x1b[K']);
});

test('prints one line without a terminal', async () => {
  const { written, stream } = streamOf(false);
  const live = openMergeLive({ what: '16 results', stream });
  live.progress.begin(1000);
  await sleep(1300);
  live.show('writing');
  live.close();
  expect(written).toEqual(['merging 16 results\n']);
});
