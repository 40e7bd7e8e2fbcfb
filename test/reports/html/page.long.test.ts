import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../reports/html/render-html.ts';
import type { Result } from '../../../reports/result/result.ts';
import { describeInChromium, picture, settled } from '../../browser.ts';
import { exampleResult, withStall } from '../example-result.ts';
import { hourResult } from '../hour-result.ts';

const CHARTS = [
  '#chart-latency canvas',
  '#chart-rate canvas',
  '#chart-curve canvas',
  '#chart-lag canvas',
  '#heat canvas',
];
const TIME_CHARTS = CHARTS.filter((selector) => selector !== '#chart-curve canvas');
const NO_LATENCY = { count: 0, p50Ns: null, p99Ns: null, maxNs: 0 };
const HOSTILE = `</script><img src=x onerror="document.title='taken'">`;

const folder = mkdtempSync(join(tmpdir(), 'streamgauge-page-'));
const result = exampleResult({
  steadySeconds: 40,
  shards: 3,
  thresholds: ['lost == 0', 'putToGet.p50 < 1ms'],
  throttledPerSecond: (second) => (second > 20 ? 50 : 0),
  latencyMs: (second, index) => (second === 25 ? 400 : 20) + (index % 50),
});

function fileOf(name: string, ...results: readonly Result[]): string {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, renderHtml(results.map((one, i) => ({ name: `run ${i}`, result: one }))));
  return pathToFileURL(file).href;
}

const one = fileOf('one', result);

describeInChromium('a report in a browser', (open) => {
  test('opens from a file without an error and without a request', async () => {
    const { page, complaints, requests } = await open(one);
    for (const selector of CHARTS) expect((await picture(page, selector)).colours, selector).toBeGreaterThan(3);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([one]);
  });

  test('shows a text instead of a chart without values', async () => {
    const isMade = ({ kind }: { readonly kind: string }) => kind === 'producer';
    const unread: Result = {
      ...result,
      scenario: { ...result.scenario, consumers: [] },
      cells: result.cells.filter(isMade),
      series: result.series.map((interval) => ({
        ...interval,
        cells: interval.cells.filter(isMade),
        shards: interval.shards.map((shard) => ({ ...shard, received: 0, putToGet: NO_LATENCY })),
      })),
    };
    const { page, complaints } = await open(fileOf('unread', unread));
    for (const chart of ['#chart-latency', '#chart-curve']) {
      expect(await page.locator(chart).getAttribute('data-empty')).toBe('Nothing was received.');
      expect(await page.locator(`${chart} canvas`).count()).toBe(0);
    }
    await page.click('#heat label:has(input[value="p99"])');
    expect(await page.locator('[data-scale]').textContent()).not.toContain('0ns');
    await page.locator('#log').click();
    expect(await page.locator('#chart-rate canvas').count()).toBe(1);
    expect(await page.locator('#chart-rate').getAttribute('data-empty')).toBeNull();
    expect(complaints).toEqual([]);
  });

  test('marks a stall in the time charts and in the latency of shards, and shows its time', async () => {
    const unthrottled = exampleResult({ steadySeconds: 40, shards: 3 });
    const { page: calm } = await open(fileOf('calm', unthrottled));
    const { page, complaints } = await open(fileOf('stall', withStall(unthrottled, 12, 15)));
    await page.click('#heat label:has(input[value="p99"])');
    await calm.click('#heat label:has(input[value="p99"])');
    for (const selector of TIME_CHARTS) {
      // The line of throttled records has the same colour, at 0.
      const calmShare = await shareOfReds(calm, selector);
      expect(await shareOfReds(page, selector), selector).toBeGreaterThan(calmShare + 0.001);
    }
    const keys = page.locator('.silence-key:visible');
    expect(await keys.count()).toBe(TIME_CHARTS.length);
    expect(await keys.first().textContent()).toBe(
      'Nothing received for 3s although records were due, from 12s to 15s.',
    );
    expect(await calm.locator('.silence-key:visible').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('marks the stalls of an overlay with the names of their runs', async () => {
    const { page, complaints } = await open(
      fileOf('stalls', withStall(result, 12, 15), result, withStall(result, 30, 31)),
    );
    expect(await page.locator('.silence-key').first().textContent()).toBe(
      'Run 0: nothing received for 3s although records were due, from 12s to 15s. ' +
        'Run 2: nothing received for 1s although records were due, from 30s to 31s.',
    );
    expect(complaints).toEqual([]);
  });

  test('shows the verdict before the thresholds, and both before the charts', async () => {
    const { page } = await open(one);
    const headings = await page.locator('h1, .ruling strong, main h2').allTextContents();
    expect(headings).toEqual([
      'clickstream',
      'FAILED',
      'Thresholds',
      'Put-to-get over time',
      'Rate',
      'Percentiles',
      'Where the time goes',
      'Shards over time',
      'Consumer lag',
      'Ledger',
      'Environment',
    ]);
  });

  test('zooms all time charts together, and back', async () => {
    const { page } = await open(one);
    const before = await pictures(page, TIME_CHARTS);
    const curve = await picture(page, '#chart-curve canvas');
    await dragOver(page, '#chart-rate .u-over', 0.3, 0.5);
    const zoomed = await pictures(page, TIME_CHARTS);
    for (const [i, selector] of TIME_CHARTS.entries()) expect(zoomed[i], selector).not.toEqual(before[i]);
    expect(await picture(page, '#chart-curve canvas')).toEqual(curve);
    await page.click('#whole');
    await page.mouse.move(0, 0);
    expect(await pictures(page, TIME_CHARTS)).toEqual(before);
  });

  test('zooms the charts from the heat map', async () => {
    const { page } = await open(one);
    const before = await picture(page, '#chart-latency canvas');
    await dragOver(page, '#heat canvas', 0.4, 0.6);
    expect(await picture(page, '#chart-latency canvas')).not.toEqual(before);
  });

  test('works with only the keyboard: reads values, zooms, and resets', async () => {
    const { page } = await open(one);
    await page.focus('#chart-latency');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const legend = page.locator('#chart-latency .u-value');
    await expect.poll(() => legend.first().textContent()).toBe('1s');
    expect(await legend.last().textContent()).toMatch(/^[\d.]+ms$/);
    const before = await picture(page, '#chart-rate canvas');
    await page.keyboard.press('+');
    await expect.poll(() => picture(page, '#chart-rate canvas')).not.toEqual(before);
    await page.keyboard.press('0');
    await expect.poll(() => page.locator('#whole').isDisabled()).toBe(true);
    await page.focus('#heat canvas');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.locator('[data-readout]').textContent()).toMatch(/^shard 1 at 0s: \d+\/s$/);
  });

  test('has a table for every chart', async () => {
    const { page } = await open(one);
    const tables = page.locator('details[data-table]');
    expect(await tables.count()).toBe(CHARTS.length);
    for (const details of await tables.all()) {
      await details.locator('summary').click();
      await expect.poll(() => details.locator('tbody tr').count()).toBeGreaterThan(2);
    }
    const acknowledged = await page.locator('[data-table="rate"] tbody td:nth-child(4)').allTextContents();
    const sum = acknowledged.reduce((total, text) => total + Number(text.replaceAll(',', '')), 0);
    expect(sum).toBe(result.summary.ledger.sent);
  });

  test('shows the chosen metric in the heat map', async () => {
    const { page } = await open(one);
    const rate = await picture(page, '#heat canvas');
    await page.locator('#heat .segments span', { hasText: 'throttles' }).click();
    const throttles = await picture(page, '#heat canvas');
    expect(throttles.hash).not.toBe(rate.hash);
    await page.locator('#heat .segments span', { hasText: 'p99' }).click();
    expect((await picture(page, '#heat canvas')).hash).not.toBe(throttles.hash);
  });

  test('follows the dark theme of the system, and the switch to light', async () => {
    const { page } = await open(one, { colorScheme: 'dark' });
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await ground();
    const chart = await picture(page, '#chart-latency canvas');
    await page.click('#theme');
    await expect.poll(ground).not.toBe(dark);
    await expect.poll(() => picture(page, '#chart-latency canvas')).not.toEqual(chart);
    await page.reload();
    expect(await ground()).not.toBe(dark);
  });

  test.each([390, 1280])('is never wider than a window of %i px', async (width) => {
    const { page } = await open(one, { width });
    await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect((await picture(page, '#chart-latency canvas')).colours).toBeGreaterThan(3);
  });

  test('prints in light colours with open tables, and then restores the screen', async () => {
    const { page } = await open(one, { colorScheme: 'dark' });
    await page.evaluate('dispatchEvent(new Event("beforeprint")) && undefined');
    expect(await page.locator('details:not([open])').count()).toBe(0);
    expect(await page.locator('[data-table="latency"] tbody tr').count()).toBeGreaterThan(10);
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light');
    await page.evaluate('dispatchEvent(new Event("afterprint")) && undefined');
    expect(await page.locator('[data-table][open]').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    const paper = await page.pdf({ format: 'A4' });
    expect(paper.length).toBeGreaterThan(50_000);
  });

  test('prints a chart on the same page as its heading', async () => {
    const { page } = await open(one);
    await page.emulateMedia({ media: 'print' });
    const style = (selector: string, name: string) =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${name}`);
    for (const selector of ['#heat h2', '#heat .hint', '#heat .heat-tools', '#latency .hint']) {
      expect(await style(selector, 'breakAfter'), selector).toBe('avoid');
    }
    expect(await style('#latency .hint', 'breakInside')).toBe('avoid');
    // With hidden overflow, Chromium prints the chart on the next page without its heading.
    expect(await style('#heat .heat-room', 'overflow')).toBe('visible');
  });

  test('shows names that contain code as text', async () => {
    const [workload] = result.scenario.workloads;
    const phases = workload!.phases.map((phase) => ({ ...phase, name: HOSTILE }));
    const scenario = { ...result.scenario, name: HOSTILE, workloads: [{ ...workload!, name: HOSTILE, phases }] };
    const { page, complaints } = await open(fileOf('hostile', { ...result, scenario, notes: [HOSTILE] }));
    expect(await page.locator('h1').textContent()).toBe(HOSTILE);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe(HOSTILE);
    expect(complaints).toEqual([]);
  });

  test.each([390, 1280])('shows the composition of put-to-get at %i px', async (width) => {
    const latencyMs = (_: number, index: number) => (index % 50 === 49 ? 90 : 20);
    const beforeMs = (_: number, index: number) => (index % 50 === 49 ? 60 : 5);
    const composed = exampleResult({ latencyMs, beforeMs });
    const { page, complaints } = await open(fileOf('composed', composed), { width });
    const p99 = page.locator('#waterfall [aria-label="About p99"]');
    expect(await p99.locator('.bar-row span').allTextContents()).toEqual([
      'before sending',
      'after sending',
      'put-to-get',
    ]);
    expect(await p99.locator('.bar-row b').allTextContents()).toEqual(['60.0ms', '30.0ms', '90.0ms']);
    expect(await p99.locator('.more').textContent()).toBe(
      'Means of 400 records with a put-to-get of 83.9ms to 92.3ms; 66.7% before sending.',
    );
    const boxOf = async (row: number) => (await p99.locator('.bar rect:last-child').nth(row).boundingBox())!;
    const [before, after, whole] = [await boxOf(0), await boxOf(1), await boxOf(2)];
    expect(before.width / whole.width).toBeCloseTo(2 / 3, 2);
    expect(before.x).toBeCloseTo(whole.x, 0);
    expect(after.x).toBeCloseTo(before.x + before.width, 0);
    expect(await page.locator('#waterfall .finding').textContent()).toContain('At p99, 66.7% of put-to-get');
    const rows = await page.locator('#waterfall table.composition tbody tr').allTextContents();
    expect(rows[1]).toBe('About p9940083.9ms92.3ms90.0ms60.0ms30.0ms66.7%');
    for (const title of ['Send delay', 'Ack latency']) {
      expect(await page.locator(`#waterfall [aria-label="${title}"] .bar-row`).count()).toBe(3);
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(complaints).toEqual([]);
  });

  test('shows results with and without a composition together', async () => {
    const composed = exampleResult({ latencyMs: () => 20, beforeMs: () => 5 });
    const { page, complaints } = await open(fileOf('mixed', composed, result, exampleResult({ beforeMs: () => 1 })));
    const names = await page.locator('#waterfall > h3').allTextContents();
    expect(names).toEqual(['run 0', 'run 1', 'run 2']);
    expect(await page.locator('#waterfall [aria-label="About p99"]').count()).toBe(2);
    expect(await page.locator('#waterfall [aria-label="p99 of each span"]').count()).toBe(1);
    expect(await page.locator('#waterfall table.composition').count()).toBe(2);
    expect(complaints).toEqual([]);
  });

  test('overlays several results, with a legend', async () => {
    const slower = exampleResult({ steadySeconds: 30, latencyMs: (_, index) => 60 + (index % 50) });
    const { page, complaints } = await open(fileOf('two', result, slower));
    const labels = await page.locator('#chart-latency .u-legend .u-series th').allTextContents();
    expect(labels).toEqual(['time', 'run 0 p99', 'run 0 p50', 'run 1 p99', 'run 1 p50']);
    await page.selectOption('#heat select', '1');
    expect(await page.locator('.run-name').allTextContents()).toEqual(['run 0', 'run 1']);
    expect(complaints).toEqual([]);
  });

  test('shows no charts for a run without records', async () => {
    const nothing = exampleResult({ recordsPerSecond: 0, steadySeconds: 1 });
    const failed = {
      ...nothing,
      series: [],
      cells: [],
      partial: true,
      outcome: { kind: 'interrupted', signal: 'SIGINT' },
    } as const;
    for (const [name, empty] of Object.entries({ nothing, failed })) {
      const { complaints, page } = await open(fileOf(name, empty));
      expect(complaints, name).toEqual([]);
      await page.locator('[data-table="curve"] summary').click();
      await page.focus('#chart-latency');
      await page.keyboard.press('ArrowRight');
      await page.focus('#heat canvas');
      await page.keyboard.press('ArrowRight');
      expect(complaints, name).toEqual([]);
    }
  });

  test('draws an hour of 64 shards', async () => {
    const { page, complaints } = await open(fileOf('hour', hour()));
    for (const selector of CHARTS) expect((await picture(page, selector)).colours, selector).toBeGreaterThan(3);
    expect(complaints).toEqual([]);
  });
});

describe('the size of a page', () => {
  test('is under 2 MB for an hour of 64 shards', () => {
    expect(renderHtml([{ name: 'hour', result: hour() }]).length).toBeLessThan(2e6);
  });
});

let made: Result | undefined;
function hour(): Result {
  made ??= hourResult();
  return made;
}

async function pictures(page: Page, selectors: readonly string[]): Promise<unknown[]> {
  await settled(page);
  return Promise.all(selectors.map((selector) => picture(page, selector)));
}

async function dragOver(page: Page, selector: string, fromRatio: number, toRatio: number): Promise<void> {
  const target = page.locator(selector);
  await target.scrollIntoViewIfNeeded();
  const box = (await target.boundingBox())!;
  const y = box.y + box.height / 3;
  await page.mouse.move(box.x + box.width * fromRatio, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * toRatio, y, { steps: 4 });
  await page.mouse.up();
  await page.mouse.move(0, 0);
  await settled(page);
}

/** Share of pixels in the colour that hatches silences. */
function shareOfReds(page: Page, selector: string): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector(${JSON.stringify(selector)});
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let reds = 0;
    // These are --bad and its mixtures with the colours below it.
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 40 && data[i] - data[i + 2] > 60 && data[i] - data[i + 1] > 40) reds += 1;
    return (4 * reds) / data.length;
  })()`);
}
