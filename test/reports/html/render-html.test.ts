import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../reports/html/render-html.ts';
import type { ReportData } from '../../../reports/html/report-data.ts';
import { type ExampleOptions, exampleResult } from '../example-result.ts';

const HOSTILE = `</script><img src=x onerror="alert('x')">&<!--`;

function dataOf(page: string): ReportData {
  return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/su.exec(page)?.[1] ?? '');
}

function countsOf(packed: string): number[] {
  const planes = inflateRawSync(Buffer.from(packed, 'base64'));
  const length = planes.length / 4;
  return Array.from({ length }, (_, i) =>
    [0, 1, 2, 3].reduce((sum, plane) => sum + planes[plane * length + i]! * 256 ** plane, 0),
  );
}

const sum = (counts: readonly (number | null)[]) => counts.reduce<number>((total, count) => total + (count ?? 0), 0);

describe('the numbers of a page', () => {
  const options: ExampleOptions = { steadySeconds: 130, shards: 3, throttledPerSecond: (second) => second % 4 };
  const result = exampleResult(options);
  const [run] = dataOf(renderHtml([{ name: 'run', result }])).runs;
  const expected = { acked: 0, throttled: 0, received: 0 };
  for (const { counts } of result.cells) {
    for (const name of ['acked', 'throttled', 'received'] as const) {
      if (name in counts) expected[name] += (counts as unknown as Record<typeof name, number>)[name];
    }
  }

  test.each(['acked', 'throttled', 'received'] as const)(
    'have a column %s that adds up to the cells, second by second and in the table',
    (name) => {
      expect(expected[name]).toBeGreaterThan(0);
      expect(sum(countsOf(run!.time[name]))).toBe(expected[name]);
      expect(sum(run!.rows[name])).toBe(expected[name]);
    },
  );

  test.each(['acked', 'throttled'] as const)('have a heat map whose %s add up to the cells', (name) => {
    expect(sum(countsOf(run!.heat[name]))).toBe(expected[name]);
  });

  test('fill at most sixty rows of a table, with percentiles of all records of a row', () => {
    expect(run!.rows.startSeconds.length).toBeLessThanOrEqual(60);
    expect(run!.rows.lengthSeconds[0]).toBe(5);
    expect(run!.rows.p50Ns[0]).toBeCloseTo(result.summary.spans.putToGet.p50Ns!, -5);
  });

  test('draw a curve that passes through the values of the summary', () => {
    const { x, valueNs, count } = run!.corrected;
    expect(count).toBe(result.summary.spans.putToGet.count);
    expect(valueNs[x.indexOf(2)]).toBe(result.summary.spans.putToGet.p50Ns);
    expect(valueNs.at(-1)).toBe(result.summary.spans.putToGet.maxNs);
  });
});

test('draws a week with several seconds per point, and loses no record', () => {
  const { series, ...rest } = exampleResult({ steadySeconds: 1 });
  const second = series.at(-1)!;
  const week = Array.from({ length: 200_000 }, (_, i) => ({ ...second, startNs: i * 1e9, endNs: (i + 1) * 1e9 }));
  const [run] = dataOf(renderHtml([{ name: 'week', result: { ...rest, series: week } }])).runs;
  const acked = countsOf(run!.time.acked);
  expect(acked.length).toBeLessThanOrEqual(7200);
  expect(sum(acked)).toBe(200_000 * 1000);
  expect(sum(countsOf(run!.heat.acked))).toBe(200_000 * 1000);
  expect(run!.rows.startSeconds.length).toBeLessThanOrEqual(60);
});

describe('names that contain code', () => {
  const example = exampleResult({ thresholds: ['lost == 0'] });
  const [workload] = example.scenario.workloads;
  const hostile = {
    ...example,
    notes: [HOSTILE],
    outcome: { kind: 'failed', code: HOSTILE, message: HOSTILE },
    partial: true,
    scenario: {
      ...example.scenario,
      name: HOSTILE,
      workloads: [
        { ...workload!, name: HOSTILE, phases: workload!.phases.map((phase) => ({ ...phase, name: HOSTILE })) },
      ],
    },
    validity: { ...example.validity, kind: 'invalid', reasons: [{ code: 'LEDGER', what: HOSTILE, fix: HOSTILE }] },
    verdict: { kind: 'failed', thresholds: [{ text: HOSTILE, actual: 1, holds: false, reason: HOSTILE }] },
  } as const;

  test.each([1, 2])('appear as text in a page of %i results', (count) => {
    const page = renderHtml(Array.from({ length: count }, () => ({ name: HOSTILE, result: hostile })));
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<!--');
    expect(page.match(/<script/gu)).toHaveLength(4);
    expect(page.match(/<\/script/gu)).toHaveLength(4);
    expect(dataOf(page).runs).toHaveLength(count);
    expect(dataOf(page).runs[0]!.label).toContain(HOSTILE);
  });
});

test('a page forbids every request and contains no address to load', () => {
  const page = renderHtml([{ name: 'run', result: exampleResult() }]);
  expect(page).toContain('default-src &#39;none&#39;');
  expect(page).toContain('connect-src &#39;none&#39;');
  expect(page).not.toMatch(/<(?:link|img|iframe|script)[^>]*\b(?:src|href)=/u);
});
