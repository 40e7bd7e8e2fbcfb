import { mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lineStarts } from '../../../reports/result/line-starts.ts';
import type { Interval } from '../../../reports/result/result.ts';
import { resultLines, writeResult } from '../../../reports/result/result-file.ts';
import { openResultLines } from '../../../reports/result/result-lines.ts';
import { moveSeries, seriesOnDisk, textOnDisk } from '../../../reports/result/series-on-disk.ts';
import { unfinishedSecondLine } from '../../../reports/result/unfinished-format.ts';
import { exampleResult } from '../example-result.ts';

const result = exampleResult({ recordsPerSecond: 50 });
const texts = (series: readonly Interval[]) => series.map(unfinishedSecondLine);
const folder = () => mkdtempSync(join(tmpdir(), 'streamgauge-series-'));

function onDisk(seconds: readonly Interval[], rest: readonly Interval[] = []): readonly Interval[] {
  const path = join(folder(), 'seconds');
  writeFileSync(path, seconds.map(unfinishedSecondLine).join(''));
  const file = openSync(path, 'r');
  return seriesOnDisk({ file, starts: lineStarts(file, 0), separatorBytes: 1 }, rest);
}

describe('a series on disk', () => {
  test('has the items of the series in memory, whichever way an array is read', () => {
    const series = onDisk(result.series);
    const { length } = result.series;
    expect(Array.isArray(series)).toBe(true);
    expect(series).toHaveLength(length);
    expect(texts(series)).toEqual(texts(result.series));
    expect(texts([...series])).toEqual(texts(result.series));
    expect(texts(series.slice(2, 5))).toEqual(texts(result.series.slice(2, 5)));
    expect(texts(series.filter((_, index) => index % 3 === 0))).toEqual(
      texts(result.series.filter((_, index) => index % 3 === 0)),
    );
    expect(series.at(-1)?.endNs).toBe(result.series.at(-1)?.endNs);
    expect([series[length], series[-1]]).toEqual([undefined, undefined]);
    expect(series.findLastIndex(({ startNs }) => startNs === 3e9)).toBe(3);
    expect(Object.keys(series)).toEqual(Object.keys(result.series));
    expect(series.flatMap(({ cells }) => cells)).toHaveLength(result.series.flatMap(({ cells }) => cells).length);
  });

  test('continues with seconds that are in memory', () => {
    const series = onDisk(result.series.slice(0, 4), result.series.slice(4));
    expect(texts(series)).toEqual(texts(result.series));
    expect([textOnDisk(series, 3), textOnDisk(series, 4)]).toEqual([
      unfinishedSecondLine(result.series[3]!).trimEnd(),
      undefined,
    ]);
  });

  test('is written to a result as the series in memory is, and read from there once it has moved', async () => {
    const series = onDisk(result.series.slice(0, 4), result.series.slice(4));
    expect([...resultLines({ ...result, series })]).toEqual([...resultLines(result)]);
    const dir = folder();
    const path = await writeResult(dir, { ...result, series });
    moveSeries(series, () => openResultLines(path)?.lines);
    expect(texts(series)).toEqual(texts(result.series));
    expect(textOnDisk(series, 4)).toBe(unfinishedSecondLine(result.series[4]!).trimEnd());
  });

  test('is left where it is if it is in memory', () => {
    moveSeries(result.series, () => expect.unreachable());
    expect(textOnDisk(result.series, 0)).toBeUndefined();
  });
});

describe('the lines of a result', () => {
  test('are those of the series, and the rest is the result without it', async () => {
    const path = await writeResult(folder(), result);
    const { lines, text } = openResultLines(path)!;
    expect(texts(seriesOnDisk(lines))).toEqual(texts(result.series));
    expect(JSON.parse(text)).toEqual({ ...JSON.parse(readFileSync(path, 'utf8')), series: [] });
  });

  test('are not found in a file with another layout', () => {
    const path = join(folder(), 'result.json');
    writeFileSync(path, JSON.stringify(JSON.parse([...resultLines(result)].join('\n'))));
    expect(openResultLines(path)).toBeUndefined();
    writeFileSync(path, '');
    expect(openResultLines(path)).toBeUndefined();
  });
});

describe('the starts of lines', () => {
  test('are found across blocks of a file, without what follows the last line break', () => {
    const path = join(folder(), 'lines');
    const lengths = [5, 700_000, 0, 1, 400_000, 1_048_575, 1_048_576, 3];
    const lines = lengths.map((length) => 'x'.repeat(length));
    writeFileSync(path, `head\n${lines.join('\n')}\ntorn`);
    let at = 5;
    const expected = [at, ...lengths.map((length) => (at += length + 1))];
    expect([...lineStarts(openSync(path, 'r'), 5)]).toEqual(expected);
  });

  test('end with the first line that ends with the wanted byte', () => {
    const path = join(folder(), 'lines');
    writeFileSync(path, `${'a'.repeat(1_048_575)},\nb]\nc]\n`);
    expect([...lineStarts(openSync(path, 'r'), 0, (byte) => byte === 93)]).toEqual([0, 1_048_577, 1_048_580]);
  });
});
