import { describe, expect, test } from 'vitest';
import {
  formatByteRate,
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  formatRatio,
  formatShortCount,
} from '../../../reports/format/numbers.ts';
import { bar, sparkline } from '../../../reports/text/render-table.ts';

describe('numbers for people', () => {
  test.each([
    [0, '0ns'],
    [1, '1ns'],
    [412, '412ns'],
    [1.5, '1.50ns'],
    [999.6, '1.00µs'],
    [1234, '1.23µs'],
    [12_345_678, '12.3ms'],
    [71_234_567, '71.2ms'],
    [999_900_000, '1.00s'],
    [61e9, '61.0s'],
    [3600e9, '3600s'],
  ])('formats %d ns as %s', (ns, text) => {
    expect(formatDuration(ns)).toBe(text);
  });

  test.each([
    [0, '0/s'],
    [0.25, '0.25/s'],
    [12.34, '12.3/s'],
    [998.7, '999/s'],
    [12_345, '12,300/s'],
    [2_345_678, '2.35M/s'],
  ])('formats the rate %d as %s', (rate, text) => {
    expect(formatRate(rate)).toBe(text);
  });

  test.each([
    [0, '0%'],
    [1, '100%'],
    [0.99987, '>99.9%'],
    [0.998, '99.8%'],
    [0.0123, '1.23%'],
    [0.00001, '<0.01%'],
    [1.5, '150%'],
  ])('formats the ratio %d as %s', (ratio, text) => {
    expect(formatRatio(ratio)).toBe(text);
  });

  test('formats sizes in steps of a thousand', () => {
    expect([0, 999, 1024, 912_345, 1.5e6, 2e9].map(formatBytes)).toEqual([
      '0B',
      '999B',
      '1.02kB',
      '912kB',
      '1.50MB',
      '2.00GB',
    ]);
    expect(formatByteRate(1.5e6)).toBe('1.50MB/s');
  });

  test('formats counts with every digit, or short for narrow columns', () => {
    expect([formatCount(1_234_566.8), formatShortCount(1_234_567), formatShortCount(999_999)]).toEqual([
      '1,234,567',
      '1.23M',
      '999,999',
    ]);
  });
});

describe('bars and sparklines', () => {
  test('a bar is as long as its ratio, and any ratio above 0 is visible', () => {
    expect([-1, 0, 0.0001, 0.5, 0.53, 1, 7].map((ratio) => bar(ratio, 4))).toEqual([
      '',
      '',
      '▏',
      '██',
      '██▏',
      '████',
      '████',
    ]);
  });

  test('a sparkline reaches from 0 to the largest value', () => {
    expect(sparkline([0, 1, 4, null, 8])).toBe('▁▂▅ █');
    expect(sparkline([])).toBe('');
    expect(sparkline([0, 0])).toBe('▁▁');
    expect(sparkline([1, 2], 0)).toBe('');
  });

  test('a sparkline marks silent seconds at full height and shows other gaps as spaces', () => {
    expect(sparkline([4, null, null, 8, null, 4], 6, [false, true, true, false, false, false])).toBe('▅▒▒█ ▅');
    expect(sparkline([null, null], 2, [true, true])).toBe('▒▒');
  });

  test('a narrow sparkline keeps a short silence', () => {
    const silent = Array.from({ length: 480 }, (_, second) => second === 137);
    const line = sparkline(
      silent.map((isSilent) => (isSilent ? null : 1)),
      48,
      silent,
    );
    expect(line).toBe(`${'█'.repeat(13)}▒${'█'.repeat(34)}`);
  });

  test('a narrow sparkline keeps a short peak', () => {
    expect(sparkline([0, 0, 0, 8, 0, 0], 3)).toBe('▁█▁');
    const values = Array.from({ length: 1000 }, (_, index) => (index === 777 ? 100 : 1));
    const line = sparkline(values, 40);
    expect(line).toHaveLength(40);
    expect([...line].filter((character) => character === '█')).toHaveLength(1);
  });
});
