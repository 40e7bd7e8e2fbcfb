import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { renderOverlay } from '../../../reports/text/render-overlay.ts';
import { type ExampleOptions, exampleResult } from '../example-result.ts';

const PLAIN = { colours: false, width: 80 };
const named = (name: string, options: ExampleOptions) => ({ name, result: exampleResult(options) });
const before = named('before', { thresholds: ['putToGet.p99 < 100ms', 'lost == 0'] });
const after = named('after', {
  thresholds: ['putToGet.p99 < 100ms', 'putToGet.p99.9 < 1s'],
  latencyMs: (_, index) => 40 + 2 * (index % 50),
  lostByDashboard: 7,
});

describe('the overlay of several results', () => {
  test('shows one column for each result', () => {
    expect(renderOverlay([before, after], PLAIN)).toMatchInlineSnapshot(`
      "                                before    after
      verdict                         PASSED   FAILED
      ran                              12.0s    12.0s
      Rate
        intended                     1,000/s  1,000/s
        achieved                     1,000/s  1,000/s
        bytes                        100kB/s  100kB/s
        throttled attempts                0%       0%
        throttled records                 0%       0%
      Put-to-get
        p50                           44.0ms   88.0ms
        p90                           64.0ms    128ms
        p99                           69.0ms    138ms
        p99.9                         69.0ms    138ms
        max                           69.0ms    138ms
      Uncorrected
        p50                           43.0ms   87.0ms
        p90                           63.0ms    127ms
        p99                           68.0ms    137ms
        p99.9                         68.0ms    137ms
        max                           68.0ms    137ms
      Residence
        p50                           41.0ms   85.0ms
        p90                           61.0ms    125ms
        p99                           66.0ms    135ms
        p99.9                         66.0ms    135ms
        max                           66.0ms    135ms
      Ack latency
        p50                           2.00ms   2.00ms
        p90                           2.00ms   2.00ms
        p99                           2.00ms   2.00ms
        p99.9                         2.00ms   2.00ms
        max                           2.00ms   2.00ms
      Send delay
        p50                           1.00ms   1.00ms
        p90                           1.00ms   1.00ms
        p99                           1.00ms   1.00ms
        p99.9                         1.00ms   1.00ms
        max                           1.00ms   1.00ms
      Put-to-get of dashboard
        p50                           44.0ms   88.0ms
        p99                           69.0ms    138ms
      Put-to-get of fraud
        p50                           44.0ms   88.0ms
        p99                           69.0ms    138ms
      Ledger
        undelivered                        0        7
        sent                          12,000   12,000
        lost                               0        7
        duplicated                         0        0
        reordered                          0        0
      Thresholds
        putToGet.p99 < 100ms        ✓ 69.0ms  ✗ 138ms
        lost == 0                        ✓ 0
        undelivered == 0 (default)       ✓ 0      ✗ 7
        putToGet.p99.9 < 1s                       ? -"
    `);
  });

  test('puts columns that do not fit below, with every result once', () => {
    const many = Array.from({ length: 9 }, (_, index) => named(`a-rather-long-name-of-run-${index}`, {}));
    const text = renderOverlay(many, PLAIN);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    for (let index = 0; index < many.length; index++)
      expect(text.match(new RegExp(`of-run-${index}\\b`, 'g'))).toHaveLength(1);
  });

  test('omits rows that are the same for all results', () => {
    const text = renderOverlay([before, before], PLAIN);
    for (const row of ['seed', 'scenario', 'target', 'machine']) expect(text).not.toMatch(new RegExp(`^${row}`, 'm'));
    const other = { name: 'other', result: { ...before.result, seed: 8 } };
    expect(renderOverlay([before, other], PLAIN)).toMatch(/^seed +7 +8$/m);
  });

  test('marks invalid and partial results below the table', () => {
    const invalid = named('broken', { scheduleLagNs: 80e6, outcome: { kind: 'interrupted', signal: 'SIGINT' } });
    const text = renderOverlay([before, invalid], PLAIN);
    expect(text).toContain('broken  The numbers do not describe the target (SCHEDULE_LAG).');
    expect(text).toContain('broken  Interrupted by SIGINT. Every number covers only the part that ran.');
  });

  test('has the same text in colour, and its names never move the cursor', () => {
    const odd = { ...after, name: '\u001b[2Jafter' };
    const coloured = renderOverlay([before, odd], { colours: true, width: 80 });
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(renderOverlay([before, odd], PLAIN));
    expect(renderOverlay([before, odd], PLAIN)).not.toContain('\u001b');
  });
});
