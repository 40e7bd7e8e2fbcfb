import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerHeap } from '../../../runners/simulation/timer-heap.ts';
import { RandomStream, unitExponential } from '../../../workloads/random.ts';

const ARRIVAL = 0;
const DEPARTURE = 1;

/** Mean time in a queue with one server, first come first served, of the customers after the first `skipped`. */
function meanSojourn(gap: () => number, service: () => number, customers: number, skipped: number): number {
  const timers = new TimerHeap(2);
  const waiting: number[] = [];
  let arrived = 0;
  let left = 0;
  let sum = 0;
  timers.set(ARRIVAL, gap());
  while (left < customers) {
    const now = timers.firstAtNs;
    if (timers.first === ARRIVAL) {
      waiting.push(now);
      arrived += 1;
      timers.set(ARRIVAL, now + gap());
      if (arrived - left === 1) timers.set(DEPARTURE, now + service());
    } else {
      if (left >= skipped) sum += now - waiting[left]!;
      left += 1;
      timers.set(DEPARTURE, arrived > left ? now + service() : Number.POSITIVE_INFINITY);
    }
  }
  return sum / (customers - skipped);
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('timers', () => {
  it('fire in the order of their times, the lower number first at one time', () => {
    const times = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(times, fc.array(fc.tuple(fc.nat(39), fc.integer({ min: 0, max: 20 }))), (times, moves) => {
        const timers = new TimerHeap(times.length);
        const expected = [...times];
        for (const [timer, at] of times.entries()) timers.set(timer, at);
        for (const [timer, at] of moves) {
          timers.set(timer % times.length, at);
          expected[timer % times.length] = at;
        }
        const fired: number[] = [];
        while (timers.firstAtNs < Number.POSITIVE_INFINITY) {
          fired.push(timers.first);
          timers.set(timers.first, Number.POSITIVE_INFINITY);
        }
        const order = [...expected.keys()].sort((a, b) => expected[a]! - expected[b]! || a - b);
        expect(fired).toEqual(order);
      }),
    );
  });

  it('carry a queue with random service times whose mean sojourn is that of M/M/1', () => {
    const means = Array.from({ length: 10 }, (_, seed) => {
      const random = new RandomStream(seed, 'queue');
      const exponential = () => unitExponential(random.uniform());
      return meanSojourn(() => exponential() / 0.8, exponential, 40_000, 5000);
    });
    expect(Math.abs(meanOf(means) - 5)).toBeLessThan(0.264);
  });

  it('carry a queue with a fixed service time whose mean sojourn is that of M/D/1', () => {
    const means = Array.from({ length: 10 }, (_, seed) => {
      const random = new RandomStream(seed, 'queue');
      return meanSojourn(
        () => unitExponential(random.uniform()) / 0.8,
        () => 1,
        40_000,
        5000,
      );
    });
    expect(Math.abs(meanOf(means) - 3)).toBeLessThan(0.1);
  });

  it('carry a queue with fixed gaps and service times in which nobody waits', () => {
    expect(
      meanSojourn(
        () => 8,
        () => 5,
        1000,
        0,
      ),
    ).toBe(5);
  });
});
