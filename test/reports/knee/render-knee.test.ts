import { describe, expect, test } from 'vitest';
import { renderKneeHtml } from '../../../reports/knee/render-html.ts';
import { kneeJson } from '../../../reports/knee/render-json.ts';
import { renderKnee, renderKneeLines } from '../../../reports/knee/render-knee.ts';
import { renderKneeMarkdown } from '../../../reports/knee/render-markdown.ts';
import { uslThroughput } from '../../../reports/statistics/usl.ts';
import { exampleKnee, exampleSearch } from './example-knee.ts';

const STYLE = { colours: false, width: 80, resultPath: 'results/knee/checkout/knee.json' };
const LAW = { contentionRatio: 0.03, coherencyRatio: 0.002, perWorker: 1000 };
const range = exampleKnee(
  [1, 2, 3, 4, 6, 8].map((shards) => exampleSearch({ capacityPerSecond: uslThroughput(LAW, shards) }, shards)),
);

describe('a knee in the terminal', () => {
  test('shows the interval, the limit, the curve and the trials in 80 columns', () => {
    const text = renderKnee(exampleKnee(), STYLE);
    expect(text).toContain('41,940/s sustainable, 42,090/s not');
    expect(text).toMatch(/At 42,090\/s the backlog grew by \d+\/s\./);
    expect(text).toContain('no hysteresis');
    expect(text).toContain('putToGet.p99 by rate');
    expect(text).toMatch(/\n +7 +64,080\/s +42,000\/s +5\.26s +\+22,100\/s +not: SLO, rate, backlog\n/);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(text).not.toContain('…');
  });

  test('shows a range of shard counts as a capacity curve, a demand curve and a fit', () => {
    const text = renderKnee(range, STYLE);
    expect(text).toContain('Capacity: shards to rate');
    expect(text).toContain('Demand: rate to shards');
    expect(text).toMatch(/USL fit of 6 shard counts: contention [23]\.\d+%/);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(renderKneeLines(range, STYLE).split('\n')).toHaveLength(6);
  });

  test('never shows more than the claim', () => {
    const result = exampleKnee();
    const claimed = result.searches[0]!.knee.sustainablePerSecond!;
    const shown = Number(
      /(?<rate>[\d,]+)\/s sustainable/.exec(renderKnee(result, STYLE))!.groups!.rate!.replaceAll(',', ''),
    );
    expect(shown).toBeLessThanOrEqual(claimed);
  });

  test('names the generator if it was the limit, and never the target', () => {
    const limited = exampleKnee([exampleSearch({ capacityPerSecond: 1e7, generatorPerSecond: 90_000 })]);
    const text = renderKnee(limited, STYLE).replace(/\s+/gu, ' ');
    expect(text).toMatch(/above 8\d,\d+\/s: this generator is the limit/);
    expect(text).toContain("this generator was the limit, so the target's knee is above: Producers came to a record");
  });

  test('reports an objective that no rate meets, and one that every rate meets', () => {
    const never = renderKnee(exampleKnee([exampleSearch({ capacityPerSecond: 1e5, floorNs: 80e6 })]), STYLE);
    expect(never).toMatch(/no rate down to \d+\/s is sustainable/);
    const always = exampleSearch({ capacityPerSecond: 1e9 }, 4, {
      ...exampleKnee().searches[0]!.rules,
      highestPerSecond: 8000,
    });
    expect(renderKnee(exampleKnee([always]), STYLE)).toContain('Raise --to to find the knee.');
  });

  test('shows the known bounds of an interrupted search', () => {
    const result = { ...exampleKnee(), ending: 'interrupted' as const };
    expect(renderKnee(result, STYLE)).toContain('The search was interrupted.');
  });
});

test('Markdown contains the knee and a closed section with the trials', () => {
  const text = renderKneeMarkdown(exampleKnee());
  expect(text).toContain('## Knee of `checkout`');
  expect(text).toContain('### 41,940/s sustainable, 42,090/s not');
  expect(text).toMatch(/<summary>\d+ trials<\/summary>/);
  expect(renderKneeMarkdown(range)).toContain('### 8 shards');
});

test('JSON contains the interval, the limit and each trial with its judgement', () => {
  const summary = JSON.parse(kneeJson(exampleKnee()));
  expect(summary).toMatchObject({
    kind: 'knee-answer',
    ending: 'completed',
    searches: [{ shards: 4, kind: 'found', limit: 'target', descent: { kind: 'same' } }],
  });
  expect(summary.searches[0].trials[0]).toMatchObject({ purpose: 'explore', judgement: { kind: 'sustainable' } });
});

describe('the page of a knee', () => {
  test('has charts and tables, and loads nothing', () => {
    const page = renderKneeHtml(exampleKnee());
    expect(page).toContain('<strong>41,940/s sustainable, 42,090/s not</strong>');
    expect(page).toContain('<svg class="plan-chart"');
    expect(page).not.toMatch(/(?:src|href)="https?:/);
    expect(renderKneeHtml(range)).toContain('<polyline class="knee-fit"');
  });

  test('escapes the name of the scenario', () => {
    const result = exampleKnee();
    const page = renderKneeHtml({ ...result, scenario: { ...result.scenario, name: '<b>x</b>' } });
    expect(page).not.toContain('<b>x</b>');
  });
});
