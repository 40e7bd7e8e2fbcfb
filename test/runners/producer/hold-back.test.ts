import { expect, test } from 'vitest';
import { HoldBack } from '../../../runners/producer/hold-back.ts';

test('a producer that was held back is excused for as long again', () => {
  const holdBack = new HoldBack();
  expect(holdBack.excuse(5)).toBe(5);
  holdBack.begin(100);
  holdBack.begin(120);
  expect(holdBack.isKnown).toBe(true);
  expect(holdBack.end(140)).toBe(40);
  expect(holdBack.isKnown).toBe(false);
  expect(holdBack.excuse(110)).toBe(180);
  expect(holdBack.excuse(200)).toBe(200);
});

test('a producer that has caught up is not excused any more', () => {
  const holdBack = new HoldBack();
  holdBack.begin(100);
  holdBack.end(140);
  holdBack.caughtUp(150);
  expect(holdBack.excuse(145)).toBe(150);
  expect(holdBack.excuse(160)).toBe(160);
});
