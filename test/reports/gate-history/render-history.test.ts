import { describe, expect, test } from 'vitest';
import { type HistoryReport, historyJson } from '../../../reports/gate-history/history-report.ts';
import { historySeries } from '../../../reports/gate-history/history-series.ts';
import { HISTORY_GATE_DEFAULTS, judgeHistory } from '../../../reports/gate-history/judge-history.ts';
import { renderHistory } from '../../../reports/gate-history/render-history.ts';
import { renderHistoryMarkdown } from '../../../reports/gate-history/render-markdown.ts';
import { level, noisy } from '../statistics/noisy.ts';
import { exampleLine, located } from './example-history.ts';

const P50 = 'putToGet.p50';
const options = { ...HISTORY_GATE_DEFAULTS, metrics: [P50] };

function reportOn(values: readonly number[], more: Partial<HistoryReport> = {}): HistoryReport {
  const judgement = judgeHistory(
    historySeries(located(values.map((value, day) => exampleLine(day, { [P50]: value })))),
    options,
  );
  return {
    kind: judgement.kind,
    scenario: 'checkout',
    folder: 'history',
    options,
    judgement,
    outage: undefined,
    outages: [],
    invalidReasons: [],
    remarks: [],
    added: undefined,
    ...more,
  };
}

const plain = (report: HistoryReport, width = 80) => renderHistory(report, { colours: false, width });
const worse = noisy([...level(9e6, 20), ...level(10.8e6, 8)], 0.01, 1);

describe('a history for people', () => {
  test('of one result says nothing of its noise, not even in an empty line', () => {
    expect(plain(reportOn([9e6]))).not.toMatch(/\n\n\n/);
    expect(plain(reportOn([9e6]))).not.toMatch(/\n +\n/);
  });

  test('that failed says since when, how much, and what to do about it', () => {
    const text = plain(reportOn(worse));
    expect(text).toMatch(/^checkout {2}against its history in history, 28 results\nFAILED {2}putToGet\.p50 is worse/);
    expect(text).toContain('since result 21 of 28 (2026-01-21, 1000014)');
    expect(text).toMatch(/▲ worse {2}21, 2026-01-21 1000014: 9\.0\dms to 10\.8ms, \+(19|20)(\.\d)?%, p <1e-12/);
    expect(text).toContain('run history accept');
  });

  test('draws each result as one dot, levels between them, and a mark below the change', () => {
    const lines = plain(reportOn(worse)).split('\n');
    const dots = lines.flatMap((line) => [...line].filter((character) => character >= '⠁' && character <= '⣿'));
    expect(dots).toHaveLength(28);
    const chart = lines.findIndex((line) => line.includes('▲21'));
    const top = lines.findIndex((line) => line.includes('╌') || /[⠁-⣿]/u.test(line));
    expect(chart - top).toBe(5);
    // The mark stands in the column of the 21st dot.
    const firstColumn = Math.min(
      ...lines
        .slice(top, chart)
        .map((line) => line.search(/[⠁-⣿]/u))
        .filter((at) => at >= 0),
    );
    expect(lines[chart]!.indexOf('▲') - firstColumn).toBe(20);
  });

  test.each([1, 2, 5, 40, 66, 67, 131, 500])('of %i results stays in 80 columns', (count) => {
    const steps = Array.from({ length: count }, (_, at) => 9e6 * (1 + 0.2 * (Math.floor(at / 40) % 2)));
    for (const line of plain(reportOn(noisy(steps, 0.01, 4))).split('\n'))
      expect([...line].length).toBeLessThanOrEqual(80);
  });

  test('always says that a history answers late', () => {
    for (const values of [worse, level(9e6, 20), level(9e6, 3)]) {
      expect(plain(reportOn(values)).replace(/\s+/g, ' ')).toContain(
        'A change shows 4 to 5 results after it happened, a small one later; before a merge use the paired gate',
      );
    }
  });

  test('that is too short says how many results it takes, and why', () => {
    expect(plain(reportOn(level(9e6, 7))).replace(/\s+/g, ' ')).toContain(
      'INCONCLUSIVE Needs 3 more results: it takes 10, 5 on either side of a change',
    );
  });

  test('says what it could not see for noise', () => {
    const text = plain(reportOn(noisy(level(9e6, 40), 0.15, 4)));
    expect(text).toMatch(/noise 1[3-7](\.\d)?%; 5% drowns in it, from (1|2)\d(\.\d)?% on a lasting change shows/);
    expect(plain(reportOn(noisy(level(9e6, 40), 0.01, 4)))).toMatch(/a lasting change of 5% shows after \d results/);
  });

  test('shows noise far below what counts as a flat line', () => {
    const lines = plain(reportOn(noisy(level(9e6, 30), 0.0001, 4))).split('\n');
    expect(lines.filter((line) => /[⠁-⣿]/u.test(line))).toHaveLength(1);
  });

  test('has no control characters of a foreign history', () => {
    const text = plain(reportOn(worse, { scenario: 'a\u001b[31mb', remarks: ['c\u0007d'] }));
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('a history as Markdown', () => {
  test('has the verdict, a row a metric, and the chart folded', () => {
    const text = renderHistoryMarkdown(reportOn(worse));
    expect(text).toMatch(/^### ❌ `checkout` against its history: failed\n/);
    expect(text).toMatch(/\| ❌ \| `putToGet\.p50` \| 10\.\dms \| \+\d+(\.\d)?% \| \d(\.\d+)?% \| 28 \|/);
    expect(text).toMatch(
      /<details>\n<summary>putToGet\.p50<\/summary>\n\n```text\n[\s\S]*▲21[\s\S]*```\n\n<\/details>/,
    );
  });

  test('lets no name out of its place', () => {
    const text = renderHistoryMarkdown(reportOn(worse, { scenario: 'a`<img>|@team', remarks: ['x <b> @team'] }));
    expect(text).not.toMatch(/<img>|<b>|@team/);
  });
});

test('a history for programs has every value, every change and the options', () => {
  const content = JSON.parse(historyJson(reportOn(worse)));
  expect(content).toMatchObject({ schemaVersion: 1, verdict: 'failed', resultCount: 28, resultsNeeded: 10, options });
  expect(content.metrics[0].points.map(({ value }: { value: number }) => value)).toEqual(worse);
  expect(content.metrics[0].changes).toMatchObject([{ index: 20, state: 'open' }]);
});
