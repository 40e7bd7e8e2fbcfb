import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderSideBySideHtml } from '../../../reports/side-by-side/render-html.ts';
import { renderSideBySideMarkdown } from '../../../reports/side-by-side/render-markdown.ts';
import { renderSideBySide } from '../../../reports/side-by-side/render-side-by-side.ts';
import { sideBySide } from '../../../reports/side-by-side/side-by-side.ts';
import { columnsOf } from '../../../reports/text/text-width.ts';
import { BROKER_SIDE, type ExampleSide, exampleSides, KINESIS_FACTS, KINESIS_SIDE } from './example-sides.ts';

/** Few records, because each side of each case is a result of its own. */
const SHORT = { recordsPerSecond: 20, steadySeconds: 2 };
const PLAIN = { colours: false, width: 80 };

function made(sides: readonly ExampleSide[], rounds = 4) {
  const example = exampleSides(sides, rounds);
  return { comparison: sideBySide(example.record, example.rounds, 0.02), rounds: example.rounds };
}

function textOf(...sides: readonly ExampleSide[]): string {
  const { comparison, rounds } = made(sides);
  return renderSideBySide(comparison, rounds, PLAIN);
}

describe('a comparison of targets in a terminal', () => {
  test('prints what is unfair and what is guaranteed before any number', () => {
    const text = textOf(KINESIS_SIDE, BROKER_SIDE);
    const places = ['What makes this unfair', 'What each guarantees', 'What each costs', 'Put-to-get', 'Rounds'].map(
      (part) => text.indexOf(part),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  test('prints each finding with the way to make it fair', () => {
    expect(textOf(KINESIS_SIDE, BROKER_SIDE)).toContain(
      [
        '  durability    An acknowledgement waits for different copies of a record.',
        '                kinesis: 3 machines or zones; broker: one machine.',
        '                → Use three replicas, of which two must be in sync, and acks:',
        '                  all.',
      ].join('\n'),
    );
  });

  test('has the change and its interval beside the numbers of two targets', () => {
    expect(textOf(KINESIS_SIDE, BROKER_SIDE)).toMatch(/\n {2}p50 +25\.0ms +2\.4\dms +-90% +-90 to -90%\n/u);
  });

  test('has the changes of three targets below their numbers', () => {
    const text = textOf(KINESIS_SIDE, BROKER_SIDE, { name: 'third', scale: 0.5 });
    expect(text).toMatch(/\n {2}p50 +25\.0ms +2\.4\dms +12\.\dms\n +to kinesis +-90 to -90% +-\d+ to -\d+%\n/u);
  });

  test('names invalid rounds, and targets without numbers', () => {
    const invalid = { kind: 'invalid', why: 'SCHEDULE_LAG' } as const;
    const text = textOf(KINESIS_SIDE, BROKER_SIDE, { name: 'third', outcomes: [invalid, invalid, invalid, invalid] });
    expect(text).toContain('round 1 of third: INVALID: SCHEDULE_LAG');
    expect(text).toContain('third has no valid round, so it has no numbers.');
  });

  test('reports that there is nothing to compare if one target is left', () => {
    const failed = { kind: 'failed', why: 'connection refused' } as const;
    const text = textOf(KINESIS_SIDE, { ...BROKER_SIDE, outcomes: [failed, failed, failed, failed] });
    expect(text).toContain('Fewer than two targets have a valid round: there is nothing to compare.');
    expect(text).not.toContain('Put-to-get');
  });

  test('fits into 80 columns with up to seven targets of any name and any facts', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 90 });
    const names = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), {
      minLength: 2,
      maxLength: 7,
    });
    fc.assert(
      fc.property(names, word, (all, text) => {
        const facts = { ...KINESIS_FACTS, durability: text, client: text };
        const { comparison, rounds } = made(
          all.map((name) => ({ name, facts, options: SHORT })),
          1,
        );
        for (const line of renderSideBySide(comparison, rounds, PLAIN).split('\n')) {
          expect(columnsOf(line)).toBeLessThanOrEqual(80);
        }
      }),
      { numRuns: 5, examples: [[['valueOf', '__proto__'], '']] },
    );
  });
});

describe('a comparison of targets in Markdown and HTML', () => {
  const hostile = '<img src=x onerror=alert(1)> | @everyone `x`';

  test('has the same parts in Markdown', () => {
    const { comparison, rounds } = made([KINESIS_SIDE, BROKER_SIDE]);
    const text = renderSideBySideMarkdown(comparison, rounds);
    expect(text).toContain('| durability | An acknowledgement waits for different copies of a record.');
    expect(text).toMatch(/\| p50 \| 25\.0ms \| 2\.4\dms \(-90%, -90 to -90%\) \|/u);
    expect(text).toContain('<summary>8 runs, in the order in which they ran</summary>');
  });

  test('escapes names and facts', () => {
    const facts = { ...KINESIS_FACTS, durability: hostile, client: hostile };
    const { comparison, rounds } = made([{ ...KINESIS_SIDE, facts, name: hostile }, BROKER_SIDE]);
    expect(renderSideBySideMarkdown(comparison, rounds)).not.toMatch(/<img|(?<!`.*)@everyone/u);
    expect(renderSideBySideHtml(comparison, rounds)).not.toContain('<img src=x');
  });

  test('is a page without numbers if no round is valid', () => {
    const invalid = { kind: 'invalid', why: 'SCHEDULE_LAG' } as const;
    const outcomes = [invalid, invalid, invalid, invalid];
    const { comparison, rounds } = made([
      { ...KINESIS_SIDE, outcomes },
      { ...BROKER_SIDE, outcomes },
    ]);
    const page = renderSideBySideHtml(comparison, rounds);
    expect(page).toContain('INVALID: SCHEDULE_LAG');
    expect(page).not.toContain('id="numbers"');
  });
});
