import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutResult } from '../../../reports/cut/cut-result.ts';
import { mergeResults } from '../../../reports/merge/merge-results.ts';
import { parseResult, readResult } from '../../../reports/reading/read-result.ts';
import { isUnfinished, readUnfinished } from '../../../reports/reading/unfinished-file.ts';
import type { Result } from '../../../reports/result/result.ts';
import { resultLines, writeResult } from '../../../reports/result/result-file.ts';
import {
  UNFINISHED_FILE_NAME,
  type UnfinishedHead,
  unfinishedHeadLine,
  unfinishedSecondLine,
} from '../../../reports/result/unfinished-format.ts';
import { outcomeText } from '../../../reports/text/render-verdict.ts';
import { type ExampleOptions, exampleResult, SECOND_NS } from '../example-result.ts';

const OPTIONS: ExampleOptions = { recordsPerSecond: 100, thresholds: ['putToGet.p99 < 1s'] };
const whole = exampleResult(OPTIONS);

function headOf({ schemaVersion, tool, startedAt, scenario, scenarioHash, seed, ...rest }: Result): UnfinishedHead {
  const { environment, harnessCeiling, part } = rest;
  const head = { schemaVersion, tool, startedAt, scenario, scenarioHash, seed, environment, harnessCeiling };
  return part === undefined ? head : { ...head, part };
}

const headLine = unfinishedHeadLine(headOf(whole));
const secondLines = whole.series.map(unfinishedSecondLine);
const fileOf = (seconds: number) => Buffer.from([headLine, ...secondLines.slice(0, seconds)].join(''));

describe('the file of a run that died', () => {
  test('yields a partial, invalid result with every second', () => {
    const bytes = fileOf(7);
    expect(isUnfinished(bytes)).toBe(true);
    const result = readUnfinished(bytes, 'file');
    expect(result).toMatchObject({
      outcome: { kind: 'died', discardedBytes: 0 },
      partial: true,
      verdict: { kind: 'invalid' },
      summary: { ledger: { sent: 700, received: 1400, lost: 0 } },
    });
    expect(result.series.map(unfinishedSecondLine)).toEqual(secondLines.slice(0, 7));
    expect(Date.parse(result.finishedAt) - Date.parse(result.startedAt)).toBe(7000);
  });

  test('has the numbers of its complete seconds', () => {
    const { summary } = readUnfinished(fileOf(whole.series.length), 'file');
    expect(summary.spans).toEqual(whole.summary.spans);
    expect(summary.rate).toEqual(whole.summary.rate);
  });

  test('can be saved as a result whose numbers agree', () => {
    const text = [...resultLines(readUnfinished(fileOf(5), 'file'))].join('\n');
    expect(parseResult(text, 'text').outcome).toEqual({ kind: 'died', discardedBytes: 0 });
  });

  test('can be cut', () => {
    const cut = cutResult(readUnfinished(fileOf(8), 'file'), { kind: 'time', fromNs: 3 * SECOND_NS });
    expect(cut).toMatchObject({ partial: true, verdict: { kind: 'invalid' } });
    expect(cut.series).toHaveLength(5);
  });

  test('can be merged with the part that finished', async () => {
    const one: Result = { ...whole, part: { index: 1, of: 2 } };
    const head = headOf({ ...whole, part: { index: 2, of: 2 } });
    const two = readUnfinished(Buffer.from([unfinishedHeadLine(head), ...secondLines.slice(0, 8)].join('')), 'two');
    const merged = mergeResults([
      { name: 'one', result: one },
      { name: 'two', result: two },
    ]);
    expect(merged).toMatchObject({ outcome: { kind: 'died' }, partial: true, verdict: { kind: 'invalid' } });
    const folder = mkdtempSync(join(tmpdir(), 'streamgauge-merge-'));
    await writeResult(folder, merged);
    expect((await readResult(folder)).summary.ledger.sent).toBe(whole.summary.ledger.sent + 800);
  });

  test('is read if the folder has no result, and under any name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'streamgauge-unfinished-'));
    writeFileSync(join(folder, UNFINISHED_FILE_NAME), fileOf(3));
    writeFileSync(join(folder, 'kept.jsonl'), fileOf(4));
    expect((await readResult(folder)).series).toHaveLength(3);
    expect((await readResult(join(folder, 'kept.jsonl'))).series).toHaveLength(4);
    await writeResult(folder, whole);
    expect((await readResult(folder)).outcome).toEqual({ kind: 'completed' });
  });

  test('is read without a finished second', () => {
    const result = readUnfinished(Buffer.from(headLine), 'file');
    expect(result).toMatchObject({ series: [], cells: [], verdict: { kind: 'invalid' } });
  });

  test('is rejected with a torn head', () => {
    expect(() => readUnfinished(Buffer.from(headLine.slice(0, 100)), 'file')).toThrow(
      /^RESULT_TRUNCATED the file ends .*\(file\)/,
    );
  });

  test.each([
    ['RESULT_TOO_NEW', { schemaVersion: 99 }],
    ['RESULT_TOO_OLD', { schemaVersion: 1 }],
    ['RESULT_WRONG_SHAPE', { seed: 'seven' }],
  ])('is rejected as %s when its head has %j', (code, change) => {
    const line = unfinishedHeadLine({ ...headOf(whole), ...change } as unknown as UnfinishedHead);
    expect(() => readUnfinished(Buffer.from(line), 'file')).toThrow(new RegExp(`^${code} `));
  });

  test('reports what it discarded', () => {
    const torn = Buffer.concat([fileOf(3), Buffer.from(secondLines[3]!.slice(0, 200))]);
    const { outcome, series } = readUnfinished(torn, 'file');
    expect(series).toHaveLength(3);
    expect(outcome).toEqual({ kind: 'died', discardedBytes: 200 });
    expect(outcomeText(outcome)).toContain('its last 200 bytes were torn and discarded');
  });

  test.each([
    ['zeros, as a crash of the machine leaves them', `${'\0'.repeat(4096)}\n`],
    ['a second that is there already', secondLines[0]!],
    ['JSON that is no second', '{"startNs":3000000000}\n'],
  ])('discards everything from the first line on that is %s', (_, bad) => {
    const file = Buffer.from([headLine, ...secondLines.slice(0, 3), bad, ...secondLines.slice(3)].join(''));
    expect(readUnfinished(file, 'file').series).toHaveLength(3);
  });

  test('yields exactly its complete seconds wherever it is cut', () => {
    const file = fileOf(whole.series.length);
    const ends = [headLine.length];
    for (const line of secondLines) ends.push(ends.at(-1)! + line.length);
    fc.assert(
      fc.property(fc.integer({ min: headLine.length, max: file.length }), (length) => {
        const { series, outcome } = readUnfinished(file.subarray(0, length), 'file');
        const complete = ends.findLastIndex((end) => end <= length);
        expect(series).toHaveLength(complete);
        expect(outcome).toEqual({ kind: 'died', discardedBytes: length - ends[complete]! });
      }),
    );
  });
});
