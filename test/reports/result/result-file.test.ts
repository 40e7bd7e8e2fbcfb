import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { REPORT_ERRORS } from '../../../reports/errors.ts';
import { parseResult, readResult } from '../../../reports/reading/read-result.ts';
import type { Composition } from '../../../reports/result/composition.ts';
import type { Cell, Result } from '../../../reports/result/result.ts';
import { checkWritable, resultLines, writeResult } from '../../../reports/result/result-file.ts';
import { exampleResult } from '../example-result.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'result-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const textOf = (result: Result) => [...resultLines(result)].join('\n');
/** The example as plain JSON, for tests that damage it. */
const plain = () => JSON.parse(textOf(exampleResult())) as Record<string, never> & ReturnType<typeof JSON.parse>;

describe('a result', () => {
  test('a result is read back unchanged', async () => {
    const measured = exampleResult({
      thresholds: ['putToGet.p99 < 70ms', 'putToGet.p99.9 < 1s', 'lost == 0 by consumer fraud'],
    });
    const lines = [{ what: '4 shard-hours', usd: 0.06 }];
    const result: Result = { ...measured, expectedCost: { usd: 0.06, lines, prices: 'us-east-1, 2026-05' } };
    const path = await writeResult(join(folder, 'deep', 'er'), result);
    expect(path).toBe(join(folder, 'deep', 'er', 'result.json'));
    const read = await readResult(path);
    expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(result)));
    expect(read.cells[0]!.histograms).toHaveProperty('sendDelay.count', 1_000);
    expect(textOf(await readResult(join(folder, 'deep', 'er')))).toBe(textOf(read));
  });

  test('is read back unchanged, whatever was measured', () => {
    const options = fc.record({
      recordsPerSecond: fc.integer({ min: 1, max: 50 }),
      steadySeconds: fc.integer({ min: 1, max: 4 }),
      shards: fc.integer({ min: 1, max: 4 }),
      lostByDashboard: fc.integer({ min: 0, max: 1 }),
      scheduleLagNs: fc.integer({ min: 0, max: 1e10 }),
      outcome: fc.oneof(
        fc.constant({ kind: 'completed' as const }),
        fc.record({ kind: fc.constant('interrupted' as const), signal: fc.string() }),
        fc.record({
          kind: fc.constant('failed' as const),
          code: fc.string(),
          message: fc.string({ unit: 'grapheme' }),
        }),
      ),
    });
    fc.assert(
      fc.property(options, (chosen) => {
        const text = textOf(exampleResult(chosen));
        expect(JSON.parse(textOf(parseResult(text, 'text')))).toEqual(JSON.parse(text));
      }),
      { numRuns: 50 },
    );
  });

  test('is read back with and without a composition of put-to-get', () => {
    const composed = exampleResult({ beforeMs: (_, index) => index % 10 });
    expect(composed.summary.composition?.all.count).toBe(20_000);
    expect(parseResult(textOf(composed), 'new').summary).toEqual(composed.summary);
    expect(JSON.parse(textOf(parseResult(textOf(composed), 'new')))).toEqual(JSON.parse(textOf(composed)));
    expect(parseResult(textOf(exampleResult()), 'old').summary.composition).toBeUndefined();
  });

  test('keeps unknown values of a shard in a second', () => {
    const result = exampleResult();
    const [first, ...rest] = result.series;
    const shards = first!.shards.map((shard) => ({
      ...shard,
      putToGet: { ...shard.putToGet, p50Ns: null, p99Ns: null },
    }));
    const read = parseResult(textOf({ ...result, series: [{ ...first!, shards }, ...rest] }), 'merged');
    expect(read.series[0]!.shards).toEqual(shards);
    expect(read.series[1]!.shards).toEqual(rest[0]!.shards);
  });

  test('is replaced as a whole, without leaving other files behind', async () => {
    const dir = join(folder, 'twice');
    await writeResult(dir, exampleResult());
    await writeResult(dir, exampleResult({ recordsPerSecond: 10 }));
    expect(await readdir(dir)).toEqual(['result.json']);
    expect((await readResult(dir)).summary.rate.intendedPerSecond).toBe(10);
  });

  test('a result file has one line for each cell and each second', () => {
    const result = exampleResult();
    const lines = [...resultLines(result)];
    expect(lines.filter((line) => line.startsWith('{"startNs"'))).toHaveLength(result.series.length);
  });
});

/** The JSON of a composition in a file. */
interface Composed {
  readonly composition: { readonly [Column in keyof Composition]: number[] };
}
interface CompositionSummary {
  p99: { beforeNs: number } | null;
}

describe('the reader of results', () => {
  const expectRejected = (text: string, code: keyof typeof REPORT_ERRORS, what: string) =>
    expect(() => parseResult(text, 'some/result.json')).toThrow(
      expect.objectContaining({ code, where: 'some/result.json', what: expect.stringContaining(what) }),
    );

  test('rejects a truncated file, wherever it was cut', () => {
    const whole = textOf(exampleResult({ recordsPerSecond: 5, steadySeconds: 1 }));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 2 }), (length) => {
        expectRejected(whole.slice(0, length), 'RESULT_TRUNCATED', `after ${length} characters`);
      }),
      { numRuns: 300 },
    );
  });

  test.each(['hello', '<html></html>', '{"a": }', '{a: 1}'])('rejects the text %s, which is not JSON', (text) => {
    expectRejected(text, 'RESULT_NOT_JSON', 'JSON');
  });

  test('rejects a result of a newer version, even if it has only unknown fields', () => {
    expectRejected(
      '{"schemaVersion": 4, "future": true}',
      'RESULT_TOO_NEW',
      'schemaVersion=4, this version of streamgauge reads',
    );
  });

  test.each([1, 2])('rejects a result of version %i, which no released version wrote', (version) => {
    expectRejected(`{"schemaVersion": ${version}}`, 'RESULT_TOO_OLD', `schemaVersion=${version}, this version`);
  });

  test.each([
    ['[]', 'file'],
    ['null', 'file'],
    ['{"schemaVersion": 0}', 'schemaVersion must be 3, got 0'],
    ['{"schemaVersion": 1.5}', 'schemaVersion must be 3, got 1.5'],
    ['{"schemaVersion": "1"}', 'schemaVersion must be 3, got "1"'],
    ['{}', 'tool'],
  ])('rejects the JSON %s, which is not a result', (text, what) => {
    expectRejected(text, 'RESULT_WRONG_SHAPE', what);
  });

  test('rejects a wrong field, and names it', () => {
    const result = plain();
    result.series[3].cells[1].counts.received = -1;
    result.startedAt = 'yesterday';
    expectRejected(JSON.stringify(result), 'RESULT_WRONG_SHAPE', 'series.3.cells.1.counts.received');
    expectRejected(JSON.stringify(result), 'RESULT_WRONG_SHAPE', 'startedAt');
  });

  test('rejects a damaged histogram, and names it', () => {
    const result = plain();
    result.cells[0].histograms.ackLatency = 'HISTFAAAAB542pNpmSzMwMDAxAAB';
    expectRejected(JSON.stringify(result), 'RESULT_WRONG_SHAPE', 'cells.0.histograms.ackLatency: not a histogram');
  });

  test.each<[string, (series: ReturnType<typeof JSON.parse>) => void, string]>([
    ['no columns', ([first]) => Object.assign(first, { shards: [] }), 'series.0.shards: Invalid input'],
    ['a column that is missing', ([, one]) => delete one.shards.maxNs, 'series.1.shards.maxNs'],
    ['a column that is too short', ([first]) => first.shards.p99Ns.pop(), 'series.0.shards.p99Ns: has 1 of 2'],
    ['a negative count', ([first]) => first.shards.acked.splice(1, 1, -1), 'series.0.shards.acked.1'],
    ['half a record', ([first]) => first.shards.received.splice(0, 1, 1.5), 'series.0.shards.received.0'],
    ['a count that is not known', ([first]) => first.shards.count.splice(0, 1, null), 'series.0.shards.count.0'],
    ['text for a latency', ([first]) => first.shards.p50Ns.splice(0, 1, '1'), 'series.0.shards.p50Ns.0'],
    ['an infinite latency', ([first]) => first.shards.maxNs.splice(0, 1, 'INFINITE'), 'series.0.shards.maxNs.0'],
  ])('rejects shards with %s', (_, damage, what) => {
    const result = plain();
    damage(result.series);
    // JSON has no infinity, but a number that is too large is read as infinity.
    expectRejected(JSON.stringify(result).replace('"INFINITE"', '1e999'), 'RESULT_WRONG_SHAPE', what);
  });

  test('rejects histograms of other parameters, and names them', () => {
    const result = plain();
    result.series[0].cells[0].histograms.ackLatency =
      'HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lMaxhvMekILGZkKmcCAEf2CsI=';
    expectRejected(JSON.stringify(result), 'RESULT_WRONG_SHAPE', 'lowest=20000 digits=2');
  });

  test('rejects a summary that is not the sum of its cells', () => {
    const better = plain();
    better.summary.spans.putToGet.p99Ns = 1e6;
    expectRejected(JSON.stringify(better), 'RESULT_SUMS_DISAGREE', 'summary.spans.putToGet.p99Ns is 1000000');
    const faster = plain();
    faster.cells.find(
      (cell: { phase: string; kind: string }) => cell.phase === 'steady' && cell.kind === 'producer',
    ).counts.acked += 1;
    expectRejected(JSON.stringify(faster), 'RESULT_SUMS_DISAGREE', 'summary.rate.achievedPerSecond');
    const lossless = plain();
    lossless.summary.ledger.lost = 3;
    expectRejected(JSON.stringify(lossless), 'RESULT_SUMS_DISAGREE', 'summary.ledger.lost is 3');
  });

  test.each<[string, (cell: Composed, summary: CompositionSummary) => void, string]>([
    ['a class is missing', ({ composition }) => Object.values(composition).map((column) => column.pop()), ' has '],
    ['records moved to another class', ({ composition }) => composition.fromNs.splice(0, 1, 1024), 'from 1024 ns'],
    ['a record is missing', ({ composition }) => (composition.count[0]! -= 1), 'records from'],
    ['the time is not that of its records', ({ composition }) => (composition.putToGetNs[0]! *= 2), 'ns for'],
    ['a part is more than the whole', ({ composition }) => (composition.afterNs[0]! *= 2), 'ns after of'],
    ['the parts are others', ({ composition }) => (composition.afterNs[0]! -= 1e6), 'summary.composition.all.beforeNs'],
    ['the whole is gone', (cell) => delete (cell as { composition?: unknown }).composition, 'summary.composition.all'],
    ['a mean was made better', (_, { p99 }) => (p99!.beforeNs /= 2), 'summary.composition.p99.beforeNs'],
    ['p99 is stated as unknown', (_, summary) => (summary.p99 = null), 'summary.composition.p99 is null'],
  ])('rejects a composition that no records can have: %s', (_, change, what) => {
    const result = JSON.parse(textOf(exampleResult({ beforeMs: (_, index) => 2 + (index % 10) })));
    const cell = result.cells.find(({ kind, phase }: Cell) => kind === 'consumer' && phase === 'steady');
    change(cell, result.summary.composition);
    expectRejected(JSON.stringify(result), 'RESULT_SUMS_DISAGREE', what);
  });

  test('rejects a composition whose columns differ in length', () => {
    const result = JSON.parse(textOf(exampleResult({ beforeMs: () => 1 })));
    const place = result.cells.findIndex(({ kind }: Cell) => kind === 'consumer');
    result.cells[place].composition.afterNs.pop();
    const what = `cells.${place}.composition: columns differ in length`;
    expectRejected(JSON.stringify(result), 'RESULT_WRONG_SHAPE', what);
  });

  test('rejects seconds that do not add up to the cells, also outside the recorded phases', () => {
    const message = "the series' page-views, warm-up, producers.acked is";
    const warmer = plain();
    warmer.cells.find(
      (cell: { phase: string; kind: string }) => cell.phase === 'warm-up' && cell.kind === 'producer',
    ).counts.acked += 1;
    expectRejected(JSON.stringify(warmer), 'RESULT_SUMS_DISAGREE', message);
    const busier = plain();
    busier.series[0].cells.find((cell: { kind: string }) => cell.kind === 'producer').counts.acked -= 1;
    expectRejected(JSON.stringify(busier), 'RESULT_SUMS_DISAGREE', message);
    const shorter = plain();
    shorter.series.splice(5, 1);
    expectRejected(JSON.stringify(shorter), 'RESULT_SUMS_DISAGREE', "the series' page-views, steady");
  });

  test('rejects a missing file', async () => {
    await expect(readResult(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'RESULT_NOT_FOUND' });
    const empty = join(folder, 'empty');
    await mkdir(empty);
    await expect(readResult(empty)).rejects.toMatchObject({
      code: 'RESULT_NOT_FOUND',
      fix: expect.stringContaining('--out'),
    });
  });

  test('rejects a folder instead of a file', async () => {
    await mkdir(join(folder, 'odd', 'result.json'), { recursive: true });
    await expect(readResult(join(folder, 'odd'))).rejects.toMatchObject({ code: 'RESULT_NOT_READABLE' });
    await expect(checkWritable(join(folder, 'odd'))).rejects.toMatchObject({ code: 'RESULT_NOT_WRITABLE' });
  });
});

describe('a folder for results', () => {
  test('a folder for results is created by the check before a run, and stays empty', async () => {
    const dir = join(folder, 'new', 'one');
    await checkWritable(dir);
    expect(await readdir(dir)).toEqual([]);
  });

  test('a file instead of a folder for results is rejected with a code, before and after a run', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, 'kept');
    const expected = { code: 'RESULT_NOT_WRITABLE', where: file, fix: expect.stringContaining('--out') };
    await expect(checkWritable(file)).rejects.toMatchObject(expected);
    await expect(writeResult(file, exampleResult({ recordsPerSecond: 1 }))).rejects.toMatchObject(expected);
    expect(await readFile(file, 'utf8')).toBe('kept');
  });

  test.skipIf(process.getuid?.() === 0)(
    'a folder without write permission is rejected (root may always write)',
    async () => {
      const dir = join(folder, 'locked');
      await mkdir(dir);
      await chmod(dir, 0o500);
      await expect(checkWritable(dir)).rejects.toMatchObject({ code: 'RESULT_NOT_WRITABLE' });
    },
  );
});

describe('the scenario, steps and faults in a result', () => {
  const outcome = { kind: 'not-reached' };
  test.each<[name: string, path: string, edit: (file: ReturnType<typeof plain>) => void]>([
    [
      'the producers of a workload',
      'scenario.workloads.0.producers',
      (file) => delete file.scenario.workloads[0].producers,
    ],
    ['its payload', 'scenario.workloads.0.payload', (file) => (file.scenario.workloads[0].payload = null)],
    [
      'a replay without its file',
      'scenario.workloads.0.payload',
      (file) => (file.scenario.workloads[0].payload.kind = 'replay'),
    ],
    ['the shard count of a target', 'scenario.target.shards', (file) => (file.scenario.target.shards = 'many')],
    ['the kind of a target', 'scenario.target.kind', (file) => (file.scenario.target.kind = 7)],
    ['the shards of a merge', 'steps.0.step', (file) => (file.steps = [{ step: { kind: 'merge', atNs: 0 }, outcome }])],
    [
      'the delay of a fault',
      'faults.0.fault',
      (file) => (file.faults = [{ fault: { kind: 'latency', fromNs: 0 }, injected: 1 }]),
    ],
  ])('are checked for reports: %s', (_, path, edit) => {
    const file = plain();
    edit(file);
    expect(() => parseResult(JSON.stringify(file), 'x')).toThrow(
      expect.objectContaining({ code: 'RESULT_WRONG_SHAPE', what: expect.stringContaining(path) }),
    );
  });
});
