import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { slotLowestNs } from '../../../reports/histogram/slots.ts';
import { mergeResults } from '../../../reports/merge/merge-results.ts';
import { readResult } from '../../../reports/reading/read-result.ts';
import type { Composition } from '../../../reports/result/composition.ts';
import type { Cell } from '../../../reports/result/result.ts';
import { resultLines, writeResult } from '../../../reports/result/result-file.ts';
import { measurementsOf, summarise } from '../../../reports/summary/summary.ts';
import { mergeFiles } from '../../../runners/merge/merge-files.ts';
import { MergeProgress } from '../../../runners/merge/merge-progress.ts';
import { startThreads } from '../../../runners/merge/merge-threads.ts';
import { compositionOfRecords, type Parts } from '../../reports/composed.ts';
import { writeHourResult } from '../../reports/hour-result.ts';
import { emptyFolder } from '../commands/cli-command.ts';

const folder = emptyFolder();
const SECONDS = [40, 33, 40];
const options = (place: number, thresholds: string[] = []) => ({
  seconds: SECONDS[place]!,
  shards: 3,
  recordsPerSecond: 100,
  part: { index: place + 1, of: 3 },
  thresholds,
});
/** Half of each record's time passed before its hand-over, and records lie at the bottom of their slots. */
function compositionIn(putToGet: Histogram): Composition {
  const records: Parts[] = [];
  putToGet.forEachSlot((slot, count) => {
    const putToGetNs = slotLowestNs(slot);
    for (let i = 0; i < count; i++) records.push({ putToGetNs, afterNs: Math.floor(putToGetNs / 2) });
  });
  return compositionOfRecords(records);
}
let files: string[];
beforeAll(async () => {
  // The scenarios are equal, although the second run ended early.
  files = await Promise.all(SECONDS.map((_, place) => writeHourResult(join(folder, `${place}`), options(place))));
  const [first, second] = await Promise.all([readResult(files[0]!), readResult(files[1]!)]);
  files[1] = await writeResult(join(folder, '1'), {
    ...second!,
    scenarioHash: first!.scenarioHash,
  });
});

function expectAllRead(progress: MergeProgress, paths: readonly string[]): void {
  const series = paths.map((path) => /(?<=,"series": \[\n)[\s\S]*?\n(?=,)/u.exec(readFileSync(path, 'utf8'))![0]);
  const bytes = series.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  expect(progress.totalBytes).toBe(bytes);
  expect(progress.readBytes[0]).toBe(BigInt(bytes));
  expect(progress.doneRatio).toBe(1);
}

describe('merging with several threads', () => {
  test('makes the same file as one thread', async () => {
    const progress = new MergeProgress();
    expect(progress.doneRatio).toBeUndefined();
    const merged = (await mergeFiles(files, { allowApart: true }, startThreads(), progress))!;
    expectAllRead(progress, files);
    const path = await writeResult(join(folder, 'threads'), merged.result, merged);
    const results = await Promise.all(files.map(async (name) => ({ name, result: await readResult(name) })));
    const expected = [...resultLines(mergeResults(results, { allowApart: true }))];
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(expected.join('\n')));
  });

  test('adds up the composition of put-to-get, and omits it if one file has none', async () => {
    const composed = await Promise.all(
      files.map(async (file, place) => {
        const result = await readResult(file);
        const cells = result.cells.map((cell): Cell => {
          if (cell.kind === 'producer') return cell;
          return { ...cell, composition: compositionIn(cell.histograms.putToGet) };
        });
        const summary = summarise(measurementsOf({ ...result, cells }));
        return await writeResult(join(folder, 'composed', `${place}`), { ...result, cells, summary });
      }),
    );
    for (const paths of [composed, [composed[0]!, composed[1]!, files[2]!]]) {
      const merged = (await mergeFiles(paths, { allowApart: true }))!;
      const path = await writeResult(join(folder, 'composed', 'merged'), merged.result, merged);
      const results = await Promise.all(paths.map(async (name) => ({ name, result: await readResult(name) })));
      const expected = mergeResults(results, { allowApart: true });
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse([...resultLines(expected)].join('\n')));
      expect((await readResult(path)).summary.composition === undefined).toBe(paths !== composed);
    }
  });

  test('makes the same file from unusual lines', async () => {
    const [, , third] = files;
    const text = readFileSync(third!, 'utf8').replace(/,"series"[\s\S]*$/, (series) =>
      series
        .replace(/"putToGet":"(HISTE[^"]*)"/, (_, plain) => `"putToGet":"${Histogram.decode(plain).encode()}"`)
        .replace(/\}\}\],"shards"/, '},"clamped":{"putToGet":3}}],"shards"')
        .replace('"gauges":{', '"unknown":"\\u00e9#1+1","gauges":{'),
    );
    const changes = ['"clamped":{"putToGet":3}', '#1+1'];
    for (const change of changes) expect(text).toContain(change);
    expect(text.slice(text.indexOf(',"series"'))).toContain('"putToGet":"HISTFA');
    const odd = join(folder, 'unusual.json');
    writeFileSync(odd, text);
    const paths = [files[0]!, files[1]!, odd];
    const progress = new MergeProgress();
    const merged = (await mergeFiles(paths, { allowApart: true }, startThreads(), progress))!;
    // Stretches that had to be begun again count once.
    expectAllRead(progress, paths);
    const path = await writeResult(join(folder, 'unusual'), merged.result, merged);
    const results = await Promise.all(paths.map(async (name) => ({ name, result: await readResult(name) })));
    const expected = [...resultLines(mergeResults(results, { allowApart: true }))];
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(expected.join('\n')));
  });

  test('leaves files whose lines are not in order of time to the general merge', async () => {
    const odd = join(folder, 'order.json');
    const text = readFileSync(files[2]!, 'utf8');
    writeFileSync(odd, text.replace(/(\{"startNs":5000000000,.*\n)(\{"startNs":6000000000,.*\n)/, '$2$1'));
    expect(readFileSync(odd, 'utf8')).not.toBe(text);
    expect(await mergeFiles([files[0]!, files[1]!, odd], { allowApart: true })).toBeUndefined();
  });

  test('leaves files of another layout to the general merge', async () => {
    const odd = join(folder, 'odd.json');
    writeFileSync(odd, JSON.stringify(JSON.parse(readFileSync(files[2]!, 'utf8')), null, 1));
    expect(await mergeFiles([files[0]!, files[1]!, odd], {})).toBeUndefined();
    expect(await mergeFiles([files[0]!, join(folder, 'nowhere.json')], {})).toBeUndefined();
  });

  test.each<[string, (text: string) => string, string, string]>([
    [
      'a damaged histogram',
      (text) => text.replace(/(,"series"[\s\S]*?"putToGet":"HISTEw)AA/, '$1BA'),
      'RESULT_WRONG_SHAPE',
      'second',
    ],
    [
      'a count that is no number',
      (text) => text.replace(/(,"series"[\s\S]*?"acked":)\d+/, '$1"x"'),
      'RESULT_WRONG_SHAPE',
      'counts.acked',
    ],
    [
      'a line that is cut',
      (text) => text.replace(/(,"series"[\s\S]*?"rssBytes":)\d+\}\}/, '$1}'),
      'RESULT_WRONG_SHAPE',
      'not JSON',
    ],
    [
      'a cell that tells of other records',
      (text) =>
        text.replace(
          /("consumer":.*?)\}(,?\n)/,
          '$1,"composition":{"fromNs":[0],"count":[1],"putToGetNs":[1],"afterNs":[0]}}$2',
        ),
      'RESULT_SUMS_DISAGREE',
      'the composition of workload-0',
    ],
    [
      'a summary that was changed',
      (text) => text.replace(/"p50Ns":\d+/, '"p50Ns":7'),
      'RESULT_SUMS_DISAGREE',
      'p50Ns is 7',
    ],
  ])('rejects a file with %s, and names it', async (_, damage, code, what) => {
    const text = readFileSync(files[2]!, 'utf8');
    const damaged = join(folder, 'damaged.json');
    writeFileSync(damaged, damage(text));
    expect(readFileSync(damaged, 'utf8')).not.toBe(text);
    const out = join(folder, 'out');
    const merging = mergeFiles([files[0]!, files[1]!, damaged], { allowApart: true }).then((merged) =>
      writeResult(out, merged!.result, merged),
    );
    await expect(merging).rejects.toMatchObject({
      code,
      where: damaged,
      what: expect.stringContaining(what),
    });
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });

  test('rejects seconds that differ from the totals', async () => {
    const text = readFileSync(files[2]!, 'utf8');
    const damaged = join(folder, 'seconds.json');
    writeFileSync(damaged, text.replace(/(,"series"[\s\S]*?"dropped":)\d+/, '$17'));
    const merged = await mergeFiles([files[0]!, files[1]!, damaged], { allowApart: true });
    await expect(writeResult(join(folder, 'out'), merged!.result, merged)).rejects.toMatchObject({
      code: 'RESULT_SUMS_DISAGREE',
      what: expect.stringContaining('producers.dropped'),
    });
  });
});
