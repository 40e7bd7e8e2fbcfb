import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../reports/export/markdown.ts';
import { code, escapeMarkdown, markdownTable } from '../../../reports/export/markdown-text.ts';
import type { Result } from '../../../reports/result/result.ts';
import { exampleResult, withStall } from '../example-result.ts';

/** GitHub accepts a comment of up to this many characters. A text never has fewer bytes than characters. */
const COMMENT_CHARACTERS_MAX = 65_536;

/** Renders like GitHub: HTML in the text becomes elements, so that a test sees an injection. */
const html = (markdown: string) =>
  micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });

const EVENTFUL = exampleResult({
  shards: 8,
  thresholds: ['putToGet.p99 < 70ms', 'putToGet.p50 < 70ms over 5s', 'putToGet.p99.9 < 1s', 'lost == 0'],
  latencyMs: (second, index) => (second === 6 ? 900 : 20 + (index % 50)),
  throttledPerSecond: () => 2,
  lostByDashboard: 7,
});

/** Names of scenarios and streams that an attacker could put into a pull request. */
const NASTY = [
  'a|b',
  '`tick`',
  '``',
  '<script>alert(1)</script>',
  '@everyone',
  '#1',
  'org/repo#1',
  'GH-1',
  '![x](http://x.test/y.png)',
  '[x](javascript:alert(1))',
  'http://x.test',
  'www.x.test',
  'a\nb\n\n# head',
  '</details>',
  '*b* _i_ ~~s~~',
  '\\|',
  '&lt;',
  '$x$',
  'mail@x.test',
  '\u202ertl',
  '| | |',
  '---',
  '<!-- c',
  'a\\',
  '`|',
  '\\`|`',
];

describe('a Markdown report', () => {
  test('begins with the verdict and its thresholds', () => {
    expect(renderMarkdown([{ name: 'clickstream', result: EVENTFUL }])).toMatchInlineSnapshot(`
      "### ❌ FAILED: \`clickstream\`

      1 of 5 thresholds hold, 1 could not be judged. On engine with 8 shards, ran 12.0s, seed 7.

      |  | threshold | measured |  |
      | :-: | :-- | --: | :-- |
      | ❌ | \`putToGet.p99 < 70ms\` | 900ms |  |
      | ✅ | \`putToGet.p50 < 70ms over 5s\` | 51.0ms | worst: 2.00s to 7.00s |
      | ❔ | \`putToGet.p99.9 < 1s\` | - | needs 100,000 records, there are 19,993 |
      | ❌ | \`lost == 0\` | 7 |  |
      | ❌ | \`undelivered == 0\` (default) | 7 |  |

      | put-to-get by consumer | kind | count | min | mean | p50 | p90 | p99 | p99.9 | max |
      | :-- | :-- | --: | --: | --: | --: | --: | --: | --: | --: |
      | \`dashboard\` | polling | 9,993 | 20.0ms | 130ms | 47.0ms | 900ms | 900ms | 900ms\\* | 900ms |
      | \`fraud\` | fan-out | 10,000 | 20.0ms | 130ms | 47.0ms | 69.0ms | 900ms | 900ms | 900ms |

      | latency, all consumers together | count | min | mean | p50 | p90 | p99 | p99.9 | max |
      | :-- | --: | --: | --: | --: | --: | --: | --: | --: |
      | put-to-get | 19,993 | 20.0ms | 130ms | 47.0ms | 900ms | 900ms | 900ms | 900ms |
      | &emsp;uncorrected | 19,993 | 19.0ms | 129ms | 46.0ms | 899ms | 899ms | 899ms | 899ms |
      | residence | 19,993 | 17.0ms | 127ms | 44.0ms | 897ms | 897ms | 897ms | 897ms |
      | ack latency | 10,000 | 2.00ms | 2.00ms | 2.00ms | 2.00ms | 2.00ms | 2.00ms | 2.00ms |
      | send delay | 10,000 | 1.00ms | 1.00ms | 1.00ms | 1.00ms | 1.00ms | 1.00ms | 1.00ms |

      <sub>put-to-get starts at the intended time, uncorrected at the send. put-to-get, uncorrected and residence count a record once for each consumer.</sub>

      **Rate** 1,000/s achieved of 1,000/s intended (100%), 100kB/s; 20 throttled (0.2% of attempts), 20 retried; 20 records throttled at least once (0.2% of records)

      | the 5 hottest of 8 shards | records | rate | throttled | put-to-get p99 |
      | --: | --: | --: | --: | --: |
      | 0 | 12.5% | 125/s | 10 | 900ms |
      | 1 | 12.5% | 125/s | 10 | 900ms |
      | 2 | 12.5% | 125/s | 0 | 900ms |
      | 3 | 12.5% | 125/s | 0 | 900ms |
      | 4 | 12.5% | 125/s | 0 | 900ms |

      **Ledger** of the whole run: sent 12,000, undelivered 7

      | consumer | received | lost | trimmed | duplicated | reordered |
      | :-- | --: | --: | --: | --: | --: |
      | \`dashboard\` | 11,993 | 7 | 0 | 0 | 0 |
      | \`fraud\` | 12,000 | 0 | 0 | 0 | 0 |

      <details>
      <summary>Details</summary>

      \`\`\`text
      started   2026-11-23T10:00:00.000Z
      scenario  sha256-1f2e3d
      machine   2 x Example CPU, Linux 6.1
      versions  streamgauge 0.1.0, Node 24.21.0
      ceiling   2.35M/s with a no-op target
      \`\`\`

      </details>
      "
    `);
  });

  test('lists every reason of an invalid run, each with a fix', () => {
    const text = renderMarkdown([{ name: 'x', result: exampleResult({ scheduleLagNs: 80e6 }) }]);
    expect(text).toMatch(/^### ⚠️ INVALID: `x`\n\nThe numbers do not describe the target \(SCHEDULE\\_LAG\)\./);
    expect(text).toContain('- **SCHEDULE_LAG** Producers came to a record 80.0ms late');
    expect(text).toContain('*Add producers, lower the rate');
  });

  test('explains where the records at p99 spent their time', () => {
    const composed = exampleResult({ beforeMs: () => 19, latencyMs: () => 20 });
    expect(renderMarkdown([{ name: 'run', result: composed }])).toContain(
      'At p99, 95% of put-to-get (19.0ms of 20.0ms) passed before the last send',
    );
  });

  test('reports a time in which nothing was received although records were due', () => {
    expect(renderMarkdown([{ name: 'x', result: withStall(exampleResult(), 5, 8) }])).toContain(
      '; nothing received for 3s although records were due, from 5s to 8s',
    );
    expect(renderMarkdown([{ name: 'x', result: exampleResult() }])).not.toContain('nothing received');
  });

  test('marks an interrupted run as partial', () => {
    const outcome = { kind: 'interrupted', signal: 'SIGINT' } as const;
    expect(renderMarkdown([{ name: 'x', result: exampleResult({ outcome }) }])).toContain(
      '**PARTIAL** Interrupted by SIGINT.',
    );
  });

  test('begins with a table of all results if there are several', () => {
    const other = exampleResult({ latencyMs: () => 10, thresholds: ['lost == 0'] });
    const text = renderMarkdown([
      { name: 'before', result: EVENTFUL },
      { name: 'after', result: other },
    ]);
    expect(text.split('\n').slice(0, 4)).toMatchInlineSnapshot(`
      [
        "|  | result | verdict | rate | put-to-get p50 | p99 | undelivered |",
        "| :-: | :-- | :-- | --: | --: | --: | --: |",
        "| ❌ | \`before\` | FAILED | 1,000/s | 47.0ms | 900ms | 7 |",
        "| ✅ | \`after\` | PASSED | 1,000/s | 10.0ms | 10.0ms | 0 |",
      ]
    `);
    expect(text).toMatch(/### ❌ FAILED: `before`[\s\S]+### ✅ PASSED: `after`/);
  });

  test('becomes tables whose rows all have as many cells as the head', () => {
    const tables =
      html(renderMarkdown([{ name: 'x', result: named(NASTY.join(' ')) }])).match(/<table>[\s\S]*?<\/table>/g) ?? [];
    expect(tables).toHaveLength(5);
    for (const table of tables) {
      const cells = [...table.matchAll(/<tr>[\s\S]*?<\/tr>/g)].map(([row]) => row.match(/<t[hd]/g)?.length);
      expect(new Set(cells).size).toBe(1);
    }
  });

  test('stays within the size of a comment, keeps the verdict, and notes that sections were omitted', () => {
    const thresholds = Array.from({ length: 3000 }, () => ({ text: `${'é'.repeat(150)} < 1`, actual: 1, holds: true }));
    const reasons = Array.from({ length: 3000 }, () => ({
      code: 'STEPS' as const,
      what: 'w'.repeat(5000),
      fix: 'f'.repeat(5000),
    }));
    const result: Result = {
      ...EVENTFUL,
      notes: Array.from({ length: 300 }, () => 'note '.repeat(400)),
      validity: { ...EVENTFUL.validity, kind: 'invalid', reasons },
      verdict: { kind: 'invalid', thresholds },
    };
    for (const count of [1, 3, 40]) {
      const text = renderMarkdown(Array.from({ length: count }, (_, index) => ({ name: `r${index}`, result })));
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(COMMENT_CHARACTERS_MAX);
      expect(text).toContain('### ⚠️ INVALID: `r0`');
      expect(text).toContain('Some sections were omitted');
    }
  });
});

describe('names in Markdown', () => {
  test.each(NASTY)('the name %j stays text in a whole report', (name) => {
    const page = html(renderMarkdown([{ name, result: named(name) }]));
    expect(
      page.match(/<(?!\/?(?:h3|p|table|thead|tbody|tr|th|td|code|strong|em|sub|details|summary|pre|ul|li)\b)[^>]*>/g),
    ).toBeNull();
    expect(page.replace(/<code[\s\S]*?<\/code>/g, '')).not.toMatch(/[@#][\w]|:\/\/|\bwww\.|GH-\d/);
  });

  test('a name as code in a table is one cell, and is read back unchanged', () => {
    const text = fc.oneof(
      fc.constantFrom(...NASTY),
      fc.string({ maxLength: 20 }),
      fc.stringMatching(/^[`|\\ a]{0,8}$/),
    );
    fc.assert(
      fc.property(text, (name) => {
        const page = html(
          markdownTable(
            [
              ['a', 'b'],
              [code(name), 'end'],
            ],
            ['left'],
          ),
        );
        const [, inside = ''] = /<td align="left">(.*)<\/td>\n<td align="left">end<\/td>/.exec(page) ?? [];
        expect(inside).toMatch(/^<code>[^<]*<\/code>$/);
        const read = inside
          .slice(6, -7)
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&amp;', '&')
          .replaceAll('\u200b', '');
        expect(read.trim()).toBe(name.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim());
      }),
      { numRuns: 500 },
    );
  });

  test('an escaped sentence creates no element of its own', () => {
    const text = fc.oneof(
      fc.constantFrom(...NASTY),
      fc.string({ maxLength: 30 }),
      fc.stringMatching(/^[`*_|\\<>&@#~[\]() a]{0,12}$/),
    );
    fc.assert(
      fc.property(text, (sentence) => {
        const page = html(`Text: ${escapeMarkdown(sentence)}`);
        expect(page).toMatch(/^<p>[^<]*<\/p>$/);
      }),
      { numRuns: 1000 },
    );
  });
});

/** The example with the name in every place where a report shows one. */
function named(name: string): Result {
  const { summary } = EVENTFUL;
  return {
    ...EVENTFUL,
    notes: [name],
    outcome: { kind: 'failed', code: 'X', message: name },
    partial: true,
    scenario: { ...EVENTFUL.scenario, name },
    validity: { ...EVENTFUL.validity, kind: 'invalid', reasons: [{ code: 'STEPS', what: name, fix: name }] },
    verdict: { kind: 'invalid', thresholds: [{ text: name, actual: null, holds: null, reason: name }] },
    summary: {
      ...summary,
      ledger: { ...summary.ledger, consumers: summary.ledger.consumers.map((consumer) => ({ ...consumer, name })) },
    },
  };
}
