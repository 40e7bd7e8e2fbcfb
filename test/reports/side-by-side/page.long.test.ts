import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { renderSideBySideHtml } from '../../../reports/side-by-side/render-html.ts';
import { sideBySide } from '../../../reports/side-by-side/side-by-side.ts';
import { describeInChromium, picture } from '../../browser.ts';
import { BROKER_SIDE, type ExampleSide, exampleSides, KINESIS_FACTS, KINESIS_SIDE } from './example-sides.ts';

const CHARTS = ['latency', 'rate', 'curve', 'lag'].map((name) => `#chart-${name} canvas`);
const HOSTILE = `</script><img src=x onerror="document.title='taken'">`;
const folder = mkdtempSync(join(tmpdir(), 'streamgauge-page-'));

function fileOf(name: string, sides: readonly ExampleSide[]): string {
  const { record, rounds } = exampleSides(sides, 2);
  const file = join(folder, `${name}.html`);
  writeFileSync(file, renderSideBySideHtml(sideBySide(record, rounds, 0.02), rounds));
  return pathToFileURL(file).href;
}

const two = fileOf('two', [KINESIS_SIDE, BROKER_SIDE]);

describeInChromium('a comparison of targets in a browser', (open) => {
  test('draws the curves of all targets over each other, without an error and without a request', async () => {
    const { page, complaints, requests } = await open(two);
    for (const selector of CHARTS) expect((await picture(page, selector)).colours, selector).toBeGreaterThan(3);
    const legend = await page.locator('#chart-curve .u-legend').innerText();
    expect(legend).toContain('kinesis');
    expect(legend).toContain('broker');
    expect(complaints).toEqual([]);
    expect(requests).toEqual([two]);
  });

  test('shows what is unfair above the numbers, and both above the charts', async () => {
    const { page } = await open(two);
    const tops = await Promise.all(
      ['#summary', '#unfair', '#guarantees', '#cost', '#numbers', '#charts', '#rounds'].map(async (selector) => {
        return (await page.locator(selector).boundingBox())!.y;
      }),
    );
    expect(tops).toEqual(tops.toSorted((a, b) => a - b));
  });

  test('begins with a logarithmic axis if the targets differ by far', async () => {
    const far = fileOf('far', [KINESIS_SIDE, { ...BROKER_SIDE, scale: 0.01 }]);
    const { page } = await open(far);
    expect(await page.locator('#log').isChecked()).toBe(true);
  });

  test('fits on a phone', async () => {
    const { page } = await open(two, { width: 390 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });

  test('shows names and facts as text, whatever they contain', async () => {
    const facts = { ...KINESIS_FACTS, durability: HOSTILE, client: HOSTILE };
    const { page, complaints } = await open(
      fileOf('hostile', [{ ...KINESIS_SIDE, name: HOSTILE, facts }, BROKER_SIDE]),
    );
    expect(await page.title()).not.toBe('taken');
    expect(await page.locator('#guarantees').innerText()).toContain(HOSTILE);
    expect(complaints).toEqual([]);
  });
});
