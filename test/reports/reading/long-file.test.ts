import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openLongResult, openLongUnfinished } from '../../../reports/reading/long-file.ts';
import { parseShape, readResult } from '../../../reports/reading/read-result.ts';
import { readUnfinished } from '../../../reports/reading/unfinished-file.ts';
import type { Result } from '../../../reports/result/result.ts';
import { resultLines, writeResult } from '../../../reports/result/result-file.ts';
import {
  type UnfinishedHead,
  unfinishedHeadLine,
  unfinishedSecondLine,
} from '../../../reports/result/unfinished-format.ts';
import { exampleResult } from '../example-result.ts';

const result = exampleResult({ recordsPerSecond: 50, thresholds: ['putToGet.p99 < 1s', 'putToGet.p99 < 1s over 3s'] });
const folder = () => mkdtempSync(join(tmpdir(), 'streamgauge-long-'));
const written = (made: Result) => [...resultLines(made)].join('\n');
const open = (path: string) => openLongResult(path, (text) => parseShape(text, path));

const { tool, startedAt, scenario, scenarioHash, seed, environment, harnessCeiling, schemaVersion } = result;
const head: UnfinishedHead = {
  schemaVersion,
  tool,
  startedAt,
  scenario,
  scenarioHash,
  seed,
  environment,
  harnessCeiling,
};
const seconds = Buffer.from([unfinishedHeadLine(head), ...result.series.map(unfinishedSecondLine)].join(''));

describe('a long result', () => {
  test('is the one that is read into memory', async () => {
    const path = await writeResult(folder(), result);
    expect(written(open(path)!)).toBe(written(await readResult(path)));
  });

  test('is rejected with the second that is damaged', async () => {
    const path = await writeResult(folder(), result);
    const lines = readFileSync(path, 'utf8').split('\n');
    const at = lines.findIndex((line) => line.startsWith('{"startNs":3000000000'));
    lines[at] = lines[at]!.replace('"acked":', '"akced":');
    writeFileSync(path, lines.join('\n'));
    expect(() => open(path)).toThrow(/^RESULT_WRONG_SHAPE .*series\.3: cells\.0\.counts\.acked/);
  });
});

describe('the long file of a run that died', () => {
  test('yields what the reader in memory yields, wherever the file ends', () => {
    const path = join(folder(), 'seconds');
    const headEnd = seconds.indexOf(10) + 1;
    fc.assert(
      fc.property(fc.integer({ min: headEnd, max: seconds.length }), fc.boolean(), (length, isDamaged) => {
        const bytes = Buffer.from(seconds.subarray(0, length));
        if (isDamaged) bytes.fill(0, Math.floor((headEnd + length) / 2));
        writeFileSync(path, bytes);
        const long = openLongUnfinished(path, statSync(path).size);
        expect(written(long)).toBe(written(readUnfinished(bytes, path)));
      }),
      { numRuns: 30 },
    );
  });

  test('is rejected if its first line is torn', () => {
    const path = join(folder(), 'seconds');
    writeFileSync(path, seconds.subarray(0, 100));
    expect(() => openLongUnfinished(path, 100)).toThrow(/^RESULT_TRUNCATED .*ends after 100 bytes/);
  });
});
