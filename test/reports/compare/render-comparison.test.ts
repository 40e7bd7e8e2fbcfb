import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { compareSides } from '../../../reports/compare/compare.ts';
import { intervalPicture, pictureReach } from '../../../reports/compare/interval-picture.ts';
import { renderComparison } from '../../../reports/compare/render-comparison.ts';
import type { Result } from '../../../reports/result/result.ts';
import { exampleRun } from './example-runs.ts';

const PLAIN = { colours: false, width: 80 };

function render(sides: readonly (readonly Result[])[], { force = false, colours = false } = {}): string {
  const read = sides.map((results, side) => results.map((result, run) => ({ path: `results/${side}-${run}`, result })));
  return renderComparison(compareSides(read, { force }), { ...PLAIN, colours });
}

const widest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));

describe('the comparison of two results on a terminal', () => {
  const slower = exampleRun(2, { scale: 1.12 });
  const text = render([[exampleRun(1)], [slower]]);

  test('starts with the sides and ends with the sentence', () => {
    const lines = text.split('\n');
    expect(lines[0]).toMatch(/^A {2}results\/0-0: clickstream on engine with 2 shards, ran 14\.0s, seed 7$/);
    expect(lines[2]).toBe('   same scenario, seed, target, machine and version');
    expect(lines.at(-1)).toMatch(/^B is 1\d.*% slower at p99 \(.*\), .*slower at the median \(.*\)\.$/);
  });

  test('fits into 80 columns without cuts', () => {
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(text).not.toContain('…');
  });

  test('has a table for each span, the headline first', () => {
    const titles = [...text.matchAll(/^(put-to-get|uncorrected|residence|ack latency|send delay|Shift|Rate)/gm)];
    expect(titles.map(([, title]) => title)).toEqual([
      'put-to-get',
      'uncorrected',
      'residence',
      'ack latency',
      'send delay',
      'Shift',
      'Rate',
    ]);
    expect(text).toMatch(
      /^ {2}p50 +\d.*ms +[\d.]+-[\d.]+ms +\d.*ms +[\d.]+-[\d.]+ms +\+1\d(\.\d)?% +\+\d.* to \+\d.*% .*●/m,
    );
  });

  test('states what its intervals do not cover', () => {
    expect(text.replaceAll('\n', ' ')).toContain('They do not cover differences between runs: for a verdict use gate');
  });

  test('warns if slow seconds last too long for such short runs', () => {
    const swinging = exampleRun(1, {}, { latencyMs: (second, index) => 20 + (second < 8 ? 20 : 0) + (index % 20) });
    const warning = 'the intervals may still be too narrow. Run longer.';
    expect(render([[swinging], [swinging]]).replaceAll('\n', ' ')).toContain(warning);
    expect(text.replaceAll('\n', ' ')).not.toContain(warning);
  });

  test('has the same meaning without colours', () => {
    const coloured = render([[exampleRun(1)], [slower]], { colours: true });
    expect(coloured).not.toBe(text);
    const trimmed = (lines: string) => lines.split('\n').map((line) => line.trimEnd());
    expect(trimmed(stripVTControlCharacters(coloured))).toEqual(trimmed(text));
  });

  test('warns above every table if the results are not comparable', () => {
    const partial: Result = { ...slower, partial: true, outcome: { kind: 'interrupted', signal: 'SIGINT' } };
    const forced = render([[exampleRun(1)], [partial]], { force: true });
    // The warnings belong to five spans, their shift, the rates, and the sentence.
    expect(forced.match(/NOT COMPARABLE \(partial\)/g)).toHaveLength(8);
    expect(forced).toMatch(/\nNOT COMPARABLE \(partial\)\nB is [^\n]*\n?[^\n]*$/);
    expect(forced).not.toContain('…');
    expect(forced).toMatch(/^ {3}NOT COMPARABLE {2}partial: B interrupted by SIGINT/m);
    expect(widest(forced)).toBeLessThanOrEqual(80);
  });

  test('shows nothing in green if the comparison was forced on an invalid run', () => {
    const faster = exampleRun(2, { scale: 0.8 });
    const invalid = { ...faster, validity: { ...faster.validity, kind: 'invalid' } } as const;
    const GREEN = '\u001b[32m';
    expect(render([[exampleRun(1)], [faster]], { force: true, colours: true })).toContain(GREEN);
    expect(render([[exampleRun(1)], [invalid]], { force: true, colours: true })).not.toContain(GREEN);
  });

  test('shows a fault that only one of the results has', () => {
    const losing = exampleRun(1, {}, { lostByDashboard: 3 });
    expect(render([[exampleRun(1)], [losing]])).toMatch(/^ {2}lost +0 +3$/m);
    expect(render([[exampleRun(1)], [exampleRun(2)]])).not.toMatch(/^ {2}lost/m);
  });
});

test('compares each further result with the first, with a sentence for each', () => {
  const text = render([1, 2, 3].map((seed) => [exampleRun(seed)]));
  const sentences = text.split('\n\n').at(-1)!;
  expect(sentences).toMatch(/^(B is|A and B show) [\s\S]*\n(C is|A and C show) /);
  expect(text.match(/^put-to-get/gm)).toHaveLength(2);
});

describe('the comparison of several runs per side on a terminal', () => {
  const runs = (seeds: readonly number[]) => seeds.map((seed) => exampleRun(seed));

  test('states how many runs are needed if there are too few', () => {
    const text = render([runs([1, 2]), runs([3, 4])]).replaceAll('\n', ' ');
    expect(text).toMatch(/A1 {2}results.*A2 {2}results.*B1.*B2/);
    expect(text).toContain('cover differences between runs: the run is the unit');
    expect(text).toMatch(
      /Too few runs: .* a change of 2% four times out of five needs \d+ at p50 and \d+ at p99 per side/,
    );
  });

  test('states that there are no intervals for a single run against several', () => {
    const text = render([runs([1]), runs([3, 4])]).replaceAll('\n', ' ');
    expect(text).toContain('There are no intervals, because a single run on a side does not show how runs differ.');
  });
});

describe('the picture of an interval', () => {
  test('has its middle at no change', () => {
    expect(intervalPicture(1, null, 0.5, 11)).toBe('     ●     ');
    expect(intervalPicture(Math.exp(0.5), { lower: 1.0001, upper: Math.exp(0.5) }, 0.5, 11)).toBe('     ├────●');
    expect(intervalPicture(Math.exp(-0.08), { lower: Math.exp(-0.5), upper: 1 }, 0.5, 11)).toBe('├──●─┤     ');
  });

  test('ends in arrows if the interval exceeds it', () => {
    expect(intervalPicture(1, { lower: 0.1, upper: 10 }, 0.5, 11)).toBe('◂────●────▸');
    expect(intervalPicture(0, { lower: 0, upper: 0 }, 0.5, 7)).toBe('●  ╎   ');
  });

  test('reaches to the furthest end, up to a factor of four', () => {
    const change = { ratio: 1.1, interval: { lower: 0.9, upper: 1.3 }, effect: 'same' } as const;
    expect(pictureReach([change], 0.02)).toBeCloseTo(Math.log(1.3), 9);
    expect(pictureReach([], 0.02)).toBeCloseTo(Math.log(1.06), 9);
    expect(pictureReach([{ ...change, ratio: 1e9 }], 0.02)).toBeCloseTo(Math.log(4), 9);
  });
});
