import { describe, expect, test } from 'vitest';
import { mser } from '../../../reports/statistics/mser.ts';

const BATCH_MEANS = [30, 22, 15, 12, 11, 10, 9, 10, 11, 10, 9, 11, 10, 10, 9, 11, 10, 9, 10, 11];

describe('the end of a warm-up', () => {
  test('the warm-up ends where the standard error of the rest is smallest', () => {
    const { dropped, isSteady, statistics } = mser(BATCH_MEANS);
    expect(statistics.slice(0, 6).map((value) => Number(value.toFixed(5)))).toEqual([
      1.255, 0.44584, 0.10631, 0.04315, 0.03491, 0.03556,
    ]);
    expect({ dropped, isSteady }).toEqual({ dropped: 4, isSteady: true });
    const rest = BATCH_MEANS.slice(dropped);
    expect(rest.reduce((sum, value) => sum + value, 0) / rest.length).toBe(10.0625);
  });

  test('the warm-up has no end if the values never settle', () => {
    expect(mser([10, 9, 8, 7, 6, 5, 4, 3])).toMatchObject({ isSteady: false });
  });
});
