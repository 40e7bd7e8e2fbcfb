import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../reports/html/render-html.ts';
import { readResult } from '../../reports/reading/read-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { silencesIn } from '../../reports/summary/second-facts.ts';
import { renderSummary } from '../../reports/text/render-text.ts';
import { command, emptyFolder } from '../runners/commands/cli-command.ts';

/**
 * A target that responds at once stalls from 1.2 to 4.2 s of a load of 6 s, which two seconds of pause follow:
 *
 *   second      0     1     2     3     4     5     6     7
 *   load    |=====|=====|=====|=====|=====|=====|  p a u s e
 *   stall           |==================|
 *   silent              |-----------|
 */
const SCENARIO = (consumers: string) => `name: long-stall
seed: 1
target: { kind: noop, stalls: [{ at: 1200ms, for: 3s }] }
workloads:
  - name: w
    arrivals: constant
    phases: [{ name: steady, duration: 6s, rate: 500/s }, { name: pause, duration: 2s, rate: 0 }]
    keys: { uniform: true, count: 100 }
    payload: { size: 100B }
    producers: { inFlight: 8, batch: { records: 1 } }
${consumers}`;
const PLAIN = { colours: false, width: 80 };

describe.each([
  ['with a consumer', 'consumers: [{ name: c, kind: polling, intervalMs: 1 }]\n', 'received'],
  ['without consumers', '', 'acknowledged'],
])('a stall of three seconds, %s', (_, consumers, verb) => {
  let result: Result;

  beforeAll(async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'stall.yaml'), SCENARIO(consumers));
    const { code, stderr } = await command(['run', 'stall.yaml', '--out', 'out', '--quiet'], { cwd: folder });
    expect([0, 5], stderr).toContain(code);
    result = await readResult(join(folder, 'out/result.json'));
  });

  test('is the only silence of the run: the pause is not reported as one', () => {
    expect(silencesIn(result)).toEqual([{ fromNs: 2e9, toNs: 4e9 }]);
  });

  test('is marked in the summary where the worst seconds are', () => {
    const text = renderSummary(result, PLAIN);
    expect(text).toMatch(/ {2,}[▁-█]{2}▒▒█[▁-█][▁ ]+ to /u);
    expect(text).toContain(`▒ nothing ${verb} for 2s although records were due, from 2s to 4s`);
  });

  test('is shown on the page', () => {
    const html = renderHtml([{ name: 'run', result }]);
    expect(html.includes(`"silences":[{"fromNs":2000000000,"toNs":4000000000}],"silenceWords":"nothing ${verb}"`)).toBe(
      true,
    );
  });

  test('shows the records in flight during the stall, not only after it', () => {
    const inFlight = result.series.map(({ gauges }) => gauges.inFlight);
    for (const second of [2, 3]) expect(inFlight[second]).toBeCloseTo(8, 0);
    expect(inFlight[4]).toBeLessThan(8);
    expect(inFlight[6]).toBeLessThan(0.1);
  });
});
