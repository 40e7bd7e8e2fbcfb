import { expect, test } from 'vitest';
import { signTestP } from '../../../reports/statistics/sign-test.ts';

// The exact p is twice the sum of C(n, k) / 2^n over the smaller side.
test.each([
  [10, 0, 2 / 1024],
  [0, 10, 2 / 1024],
  [9, 1, (2 * 11) / 1024],
  [5, 5, 1],
  [0, 0, 1],
  [15, 5, 2 * 0.020694732666015625],
])('%i values above and %i below give p = %f', (above, below, p) => expect(signTestP(above, below)).toBeCloseTo(p, 10));
