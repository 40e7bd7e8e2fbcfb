import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsOf } from '../../../reports/text/text-width.ts';
import { progressText } from '../../../runners/live/progress-text.ts';

const at = (doneRatio: number | undefined, elapsedMs: number) => ({
  title: 'reading 16 results',
  doneRatio,
  elapsedMs,
});

describe('the progress line', () => {
  test('shows the done part and, from the rate so far, the remaining time', () => {
    expect(progressText(at(0.25, 4000), 79)).toBe(
      'reading 16 results  ███████▌░░░░░░░░░░░░░░░░░░░░░░   25%  0:12 left',
    );
    expect(progressText(at(0.999, 4e6), 60)).toBe('reading 16 results  ███████████████████████   99%  0:05 left');
  });

  test('shows no remaining time before there is a rate or after the end', () => {
    expect(progressText(at(0.5, 900), 40)).toBe('reading 16 results  ███████░░░░░░░   50%');
    expect(progressText(at(0.04, 60_000), 40)).toBe('reading 16 results  ▌░░░░░░░░░░░░░    4%');
    expect(progressText(at(1, 5000), 40)).toBe('reading 16 results  ██████████████  100%');
  });

  test('shows only the title if the total is unknown', () => {
    expect(progressText(at(undefined, 5000), 79)).toBe('reading 16 results');
  });

  test('never exceeds its width', () => {
    const ratio = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined });
    const progress = fc.record({
      title: fc.string({ unit: 'grapheme', maxLength: 60 }),
      doneRatio: ratio,
      elapsedMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
    });
    fc.assert(
      fc.property(progress, fc.integer({ min: 1, max: 200 }), (one, width) => {
        expect(columnsOf(progressText(one, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});
