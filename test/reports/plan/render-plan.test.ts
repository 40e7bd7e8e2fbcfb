import { describe, expect, test } from 'vitest';
import { renderPlanHtml } from '../../../reports/plan/render-html.ts';
import { renderPlanMarkdown } from '../../../reports/plan/render-markdown.ts';
import { renderPlan } from '../../../reports/plan/render-plan.ts';
import { keysOf } from '../../runners/plan/hand-made-load.ts';
import { madePlan } from '../../runners/plan/made-plan.ts';

const consumers = [
  { name: 'a', kind: 'polling', intervalNs: 1e9 },
  { name: 'b', kind: 'fan-out' },
] as const;
const plan = madePlan({ ratesPerSecond: new Array(60).fill(3200), consumers });
const hot = madePlan({
  ratesPerSecond: new Array(60).fill(5000),
  keys: keysOf({ '<b>`|': 0.5, x: 0.1, y: 0.4 }),
  consumers,
});
const plain = { colours: false, width: 80 };

describe('a plan on a terminal', () => {
  test.each([plan, hot])('fits into 80 columns', (shown) => {
    const lines = renderPlan(shown, plain).split('\n');
    expect(lines.filter((line) => line.length > 80 || line.endsWith('…'))).toEqual([]);
  });

  test('begins with the load, the number and the reason', () => {
    const text = renderPlan(plan, plain);
    expect(text).toMatch(/^made {2}3,200\/s and 2\.56MB\/s on average over 60\.0s/);
    expect(text).toContain('4 SHARDS, headroom 23.4%\n  4 shards are the fewest');
    expect(text).toMatch(/▶ +4 +0% /);
    expect(text).toContain('Assumptions');
  });

  test('names hot keys and their remedy', () => {
    const text = renderPlan(hot, plain);
    expect(text).toContain('NO SHARD COUNT');
    expect(text).toContain('split over at least 3');
  });
});

describe('a plan as Markdown', () => {
  test('has the number in its title, and a row for each count', () => {
    const text = renderPlanMarkdown(plan);
    expect(text).toMatch(/^### ✅ 4 SHARDS, headroom 23.4%: `made`/);
    expect(text.match(/^\| [✓✗] \|/gm)).toHaveLength(plan.counts.length);
    expect(text).toContain('**4**');
  });

  test('escapes keys in Markdown', () => {
    expect(renderPlanMarkdown(hot)).not.toMatch(/<b>/);
  });
});

describe('a plan as a page', () => {
  test('loads nothing and marks the recommendation', () => {
    const page = renderPlanHtml(plan);
    expect(page.includes('default-src &#39;none&#39;')).toBe(true);
    expect(/(?:src|href)="(?!#)/.exec(page)).toBeNull();
    expect(page.includes('<text class="chosen-label"')).toBe(true);
    expect(page.match(/<circle class="(?:held|not-held)"/g)).toHaveLength(plan.counts.length);
  });

  test('escapes keys in HTML', () => {
    expect(renderPlanHtml(hot).includes('<b>`')).toBe(false);
    expect(renderPlanHtml(hot).includes('&lt;b&gt;`|')).toBe(true);
  });
});
