import { expect, test } from 'vitest';
import { giveMemory, takeMemory } from '../../../../runners/aws/lean/response-memory.ts';

test('memory of a response serves a later one that fits', () => {
  const first = takeMemory(3_000_000);
  expect(first.length).toBeGreaterThanOrEqual(3_000_000);
  giveMemory(first);
  expect(takeMemory(1000)).toBe(first);
  expect(takeMemory(1000)).not.toBe(first);
});

test('memory that is too small for a response stays for another one', () => {
  const small = takeMemory(1000);
  giveMemory(small);
  expect(takeMemory(2 * small.length).length).toBeGreaterThanOrEqual(2 * small.length);
  expect(takeMemory(1000)).toBe(small);
});

test('memory of many responses at once is not kept for ever', () => {
  const buffers = Array.from({ length: 50 }, () => takeMemory(100_000));
  for (const buffer of buffers) giveMemory(buffer);
  const taken = Array.from({ length: 50 }, () => takeMemory(100_000));
  expect(taken.filter((buffer) => buffers.includes(buffer)).length).toBeLessThan(10);
});
