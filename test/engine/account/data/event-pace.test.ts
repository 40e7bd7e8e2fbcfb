import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import { EventPace, eitherClock } from '../../../../engine/account/data/event-pace.ts';

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

  test('a timer that was called off does not run', () => {
    const [one, other] = [new VirtualClock(0), new VirtualClock(0)];
    let runs = 0;
    eitherClock(one, other).at(10, () => runs++)();
    one.advance(10);
    other.advance(10);
    expect(runs).toBe(0);
  });
});

describe('the pace of events', () => {
  test.each([
    [false, 0, 'the first'],
    [false, 7, 'the eighth'],
  ])('without a latency, %s: event %i after a pause leaves at once (%s)', (hasLatency, sent) => {
    const clock = new VirtualClock(1e12);
    const pace = new EventPace(clock, hasLatency);
    for (let i = 0; i < sent; i++) pace.sent();
    expect(pace.nextAtMs).toBeLessThanOrEqual(pace.clock.nowMs());
  });

  test('without a latency the ninth event at once waits an eighth of a second', () => {
    const pace = new EventPace(new VirtualClock(1e12), false);
    for (let i = 0; i < 8; i++) pace.sent();
    const waitMs = pace.nextAtMs - pace.clock.nowMs();
    expect(waitMs).toBeGreaterThan(100);
    expect(waitMs).toBeLessThanOrEqual(125);
  });

  test('with a latency the second event waits for the next slot of 100 ms', () => {
    const clock = new VirtualClock(1e12);
    const pace = new EventPace(clock, true);
    pace.sent();
    expect(pace.nextAtMs - pace.clock.nowMs()).toBeGreaterThan(50);
    clock.advance(100);
    expect(pace.nextAtMs).toBeLessThanOrEqual(pace.clock.nowMs());
  });
});
