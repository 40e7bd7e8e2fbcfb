import { existsSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepEarlier } from '../../../reports/result/earlier-file.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'streamgauge-earlier-'));

test('keeps an earlier file under the time at which its run started', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'result.json'), '{"schemaVersion": 3\n,"startedAt": "2026-01-02T03:04:05.678Z"\n}');
  expect(await keepEarlier(dir, 'result.json')).toBe(join(dir, 'result-20260102T030405Z.json'));
  expect(readdirSync(dir)).toEqual(['result-20260102T030405Z.json']);
});

test('does not replace a file that was kept before', async () => {
  const dir = folder();
  for (const text of ['a', 'b', 'c']) {
    writeFileSync(join(dir, 'gate.json'), `{"startedAt": "2026-01-02T03:04:05.678Z", "text": "${text}"}`);
    await keepEarlier(dir, 'gate.json');
  }
  const names = ['gate-20260102T030405Z.json', 'gate-20260102T030405Z-2.json', 'gate-20260102T030405Z-3.json'];
  expect(names.map((name) => readFileSync(join(dir, name), 'utf8').at(-3))).toEqual(['a', 'b', 'c']);
});

test('uses the time of the file if its content has none', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'result.json'), 'not ours');
  utimesSync(join(dir, 'result.json'), new Date(0), new Date(86_400_000));
  expect(await keepEarlier(dir, 'result.json')).toBe(join(dir, 'result-19700102T000000Z.json'));
});

test('does nothing if there is no file', async () => {
  const dir = folder();
  expect(await keepEarlier(dir, 'result.json')).toBeUndefined();
  expect(existsSync(join(dir, 'result.json'))).toBe(false);
});
