import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RetryQueue } from '../../../runners/producer/retry-queue.ts';

const row = (dueNs: number, keyCounter: number) => ({
  dueNs,
  keyIndex: 1,
  payloadIndex: 2,
  keyCounter,
  intendedAtNs: dueNs - 5,
  firstSentAtNs: dueNs - 3,
  attempts: 4,
  phase: 1,
  throttled: 1,
});

test('records come back in the order of their times, none lost, however many', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 3000 }), (times) => {
      const queue = new RetryQueue();
      for (const [number, time] of times.entries()) queue.push(row(time, number));
      const popped: number[] = [];
      const numbers = new Set<number>();
      while (queue.size > 0) {
        const due = queue.nextDueNs;
        expect(queue.pop()).toBe(true);
        expect(queue.row).toEqual(row(due, queue.row.keyCounter));
        popped.push(queue.row.dueNs);
        numbers.add(queue.row.keyCounter);
      }
      expect(popped).toEqual([...times].sort((a, b) => a - b));
      expect(numbers.size).toBe(times.length);
    }),
  );
});

test('an empty queue has nothing due', () => {
  const queue = new RetryQueue();
  expect(queue.nextDueNs).toBe(Number.POSITIVE_INFINITY);
  expect(queue.pop()).toBe(false);
});
