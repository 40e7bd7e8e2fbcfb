import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderHtml } from '../../reports/html/render-html.ts';
import { readResult } from '../../reports/reading/read-result.ts';
import { writeResult } from '../../reports/result/result-file.ts';
import { type Benchmark, type BenchmarkRow, holds, rowOf } from './benchmark.ts';
import { hourResult } from './hour-result.ts';

const REPEATS = 5;
const DRAW_TIMEOUT_MS = 20_000;

/** From a result file of an hour with 64 shards to a page on the screen. */
export const reportHtml: Benchmark = {
  name: 'report-html',
  title: 'HTML of a one-hour result with 64 shards: read and made, its size, until it is drawn in Chromium',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streamgauge-html-'));
    try {
      const file = await writeResult(folder, hourResult());
      const page = join(folder, 'report.html');
      const made: number[] = [];
      const rendered: number[] = [];
      for (let i = 0; i < REPEATS; i++) {
        const fromMs = performance.now();
        const result = await readResult(file);
        const readMs = performance.now();
        const text = renderHtml([{ name: 'hour', result }]);
        rendered.push(performance.now() - readMs);
        await writeFile(page, text);
        made.push(performance.now() - fromMs);
      }
      const sizeBytes = (await readFile(page)).length;
      return [
        rowOf('report-html', 'ms', made),
        rowOf('report-html-render', 'ms', rendered),
        rowOf('report-html-size', 'MB', [sizeBytes / 1e6]),
        await drawnRow(page),
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Time from requesting the page to the end of drawing, each time in a new browser, whose start does not count. */
async function drawnRow(page: string): Promise<BenchmarkRow> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const missing = (note: string) => ({ ...rowOf('report-html-drawn', 'ms', [Number.NaN]), note });
  if (!existsSync(executablePath)) return missing('needs Chromium: CHROMIUM names it');
  const playwright = await import('playwright-core').catch(() => undefined);
  if (playwright === undefined) return missing('needs playwright-core, which comes with the sources');
  const values: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const browser = await playwright.chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      const faults: string[] = [];
      const requests: string[] = [];
      tab.on('pageerror', (error) => faults.push(error.message));
      tab.on('console', (message) => faults.push(message.text()));
      tab.on('request', (request) => requests.push(request.url()));
      const fromMs = performance.now();
      await tab.goto(pathToFileURL(page).href);
      await tab.waitForSelector('html[data-drawn]', { timeout: DRAW_TIMEOUT_MS });
      values.push(performance.now() - fromMs);
      holds(faults.length === 0, `the page complains: ${faults.join('; ')}`);
      holds(requests.length === 1, `the page requests ${requests.slice(1).join(', ')}`);
    } finally {
      await browser.close();
    }
  }
  return rowOf('report-html-drawn', 'ms', values);
}
