import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BodyAllowance } from '../../../engine/wire/body.ts';
import { SpareMemory } from '../../../engine/wire/spare-memory.ts';

const MIB = 1024 * 1024;

let collections = 0;
const collect = () => {
  collections += 1;
};
beforeEach(() => {
  collections = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the memory of large bodies', () => {
  test('is collected once, two seconds after the last of them was released', () => {
    const spare = new SpareMemory(collect);
    for (let i = 0; i < 30; i++) {
      spare.released(10 * MIB);
      vi.advanceTimersByTime(1500);
    }
    expect(collections).toBe(0);
    vi.advanceTimersByTime(600);
    expect(collections).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(collections).toBe(1);
  });

  test('is collected again after the next ones', () => {
    const spare = new SpareMemory(collect);
    for (let i = 0; i < 2; i++) {
      spare.released(16 * MIB);
      vi.advanceTimersByTime(3000);
    }
    expect(collections).toBe(2);
  });

  test('is not collected for bodies that are small or few', () => {
    const spare = new SpareMemory(collect);
    for (let i = 0; i < 10_000; i++) spare.released(16 * 1024);
    spare.released(15 * MIB);
    vi.advanceTimersByTime(60_000);
    expect(collections).toBe(0);
  });

  test('counts bodies that are returned to the allowance and responses whose client has gone', () => {
    const allowance = new BodyAllowance(
      { maxBodyBytes: 16 * MIB, maxBodiesBytes: 64 * MIB },
      undefined,
      new SpareMemory(collect),
    );
    allowance.charge(10 * MIB);
    allowance.give(10 * MIB);
    allowance.discard(10 * MIB);
    vi.advanceTimersByTime(3000);
    expect(collections).toBe(1);
    expect(allowance.take(64 * MIB)).toBe(true);
  });

  test('is collected by the function that Node exposes', () => {
    new SpareMemory().released(16 * MIB);
    expect(() => vi.advanceTimersByTime(3000)).not.toThrow();
  });
});
