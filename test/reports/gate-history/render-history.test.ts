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
  test('prints no line about the noise of a single result, not even an empty one', () => {
    expect(plain(reportOn([9e6]))).not.toMatch(/\n\n\n/);
    expect(plain(reportOn([9e6]))).not.toMatch(/\n +\n/);
  });

  test('reports for a failure since when, by how much, and the next step', () => {
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
    // The mark is in the column of the 21st dot.
    const firstColumn = Math.min(
      ...lines
        .slice(top, chart)
        .map((line) => line.search(/[⠁-⣿]/u))
        .filter((at) => at >= 0),
    );
    expect(lines[chart]!.indexOf('▲') - firstColumn).toBe(20);
  });

  test.each([1, 2, 5, 40, 66, 67, 131, 500])('renders %i results within 80 columns', (count) => {
    const steps = Array.from({ length: count }, (_, at) => 9e6 * (1 + 0.2 * (Math.floor(at / 40) % 2)));
    for (const line of plain(reportOn(noisy(steps, 0.01, 4))).split('\n'))
      expect([...line].length).toBeLessThanOrEqual(80);
  });

  test('always prints that a history detects a change late', () => {
    for (const values of [worse, level(9e6, 20), level(9e6, 3)]) {
      expect(plain(reportOn(values)).replace(/\s+/g, ' ')).toContain(
        'A change shows 4 to 5 results after it happened, a small one later; before a merge use the paired gate',
      );
    }
  });

  test('reports how many more results a short history needs, and why', () => {
    expect(plain(reportOn(level(9e6, 7))).replace(/\s+/g, ' ')).toContain(
      'INCONCLUSIVE Needs 3 more results: a change of three times the noise is detected only with 5 results before and 5 after it, and putToGet.p50 has 7 in all.',
    );
  });

  test('reports the changes that noise hides', () => {
    const text = plain(reportOn(noisy(level(9e6, 40), 0.15, 4)));
    expect(text).toMatch(
      /noise 1[3-7](\.\d)?%; it hides a change of 5%; a lasting change shows from (1|2)\d(\.\d)?% on/,
    );
    expect(plain(reportOn(noisy(level(9e6, 40), 0.01, 4)))).toMatch(/a lasting change of 5% shows after \d results/);
  });

  test('draws noise far below the minimum magnitude as a flat line', () => {
    const lines = plain(reportOn(noisy(level(9e6, 30), 0.0001, 4))).split('\n');
    expect(lines.filter((line) => /[⠁-⣿]/u.test(line))).toHaveLength(1);
  });

  test('drops control characters from names and remarks', () => {
    const text = plain(reportOn(worse, { scenario: 'a\u001b[31mb', remarks: ['c\u0007d'] }));
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('a history as Markdown', () => {
  test('has the verdict, a row for each metric, and a folded chart', () => {
    const text = renderHistoryMarkdown(reportOn(worse));
    expect(text).toMatch(/^### ❌ `checkout` against its history: failed\n/);
    expect(text).toMatch(/\| ❌ \| `putToGet\.p50` \| 10\.\dms \| \+\d+(\.\d)?% \| \d(\.\d+)?% \| 28 \|/);
    expect(text).toMatch(
      /<details>\n<summary>putToGet\.p50<\/summary>\n\n```text\n[\s\S]*▲21[\s\S]*```\n\n<\/details>/,
    );
  });

  test('keeps names and remarks from becoming HTML or mentions', () => {
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
