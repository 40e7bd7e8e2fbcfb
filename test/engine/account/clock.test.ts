import { describe, expect, test } from 'vitest';
import { eitherClock, REAL_CLOCK, VirtualClock } from '../../../engine/account/clock.ts';

describe('a virtual clock', () => {
  test('stops until it is advanced', () => {
    const clock = new VirtualClock(1000);
    expect(clock.nowMs()).toBe(1000);
    clock.advance(250.5);
    expect(clock.nowMs()).toBe(1250.5);
  });

  test('runs timers in the order of their times, each at its own time', () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    clock.at(20, () => seen.push(`b ${clock.nowMs()}`));
    clock.at(10, () => seen.push(`a ${clock.nowMs()}`));
    clock.at(20, () => seen.push(`c ${clock.nowMs()}`));
    clock.at(30, () => seen.push('late'));
    clock.advance(25);
    expect(seen).toEqual(['a 10', 'b 20', 'c 20']);
  });

  test('runs timers that are set while it advances, if they fall due too', () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    const beat = () => {
      seen.push(clock.nowMs());
      clock.at(clock.nowMs() + 10, beat);
    };
    clock.at(10, beat);
    clock.advance(35);
    expect(seen).toEqual([10, 20, 30]);
  });

  test('does not run a cancelled timer', () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    const cancel = clock.at(10, () => seen.push(1));
    cancel();
    cancel();
    clock.advance(20);
    expect(seen).toEqual([]);
  });

  test('never goes back', () => {
    expect(() => new VirtualClock(0).advance(-1)).toThrow('a clock cannot be turned by -1 ms');
    expect(() => new VirtualClock(0).advance(Number.NaN)).toThrow(RangeError);
  });
});

test('the real clock returns epoch time', () => {
  expect(Math.abs(REAL_CLOCK.nowMs() - Date.now())).toBeLessThan(60_000);
});

test('the real clock runs nothing before it is due, even by a fraction of a millisecond', async () => {
  const startMs = REAL_CLOCK.nowMs();
  const dueMs = Array.from({ length: 40 }, (_, i) => startMs + i * 0.27);
  const ranMs = await Promise.all(
    dueMs.map((atMs) => new Promise<number>((resolve) => REAL_CLOCK.at(atMs, () => resolve(REAL_CLOCK.nowMs())))),
  );
  expect(ranMs.filter((atMs, i) => atMs < dueMs[i]!)).toEqual([]);
});

describe('a clock made of two', () => {
  test('runs a timer once, when enough time has passed on both together', () => {
    const [one, other] = [new VirtualClock(1000), new VirtualClock(50)];
    const clock = eitherClock(one, other);
    let runs = 0;
    clock.at(clock.nowMs() + 100, () => runs++);
    one.advance(99);
    expect(runs).toBe(0);
    one.advance(1);
    other.advance(100);
    expect(runs).toBe(1);
  });

  test('does not run a cancelled timer', () => {
    const [one, other] = [new VirtualClock(0), new VirtualClock(0)];
    let runs = 0;
    eitherClock(one, other).at(10, () => runs++)();
    one.advance(10);
    other.advance(10);
    expect(runs).toBe(0);
  });
});
