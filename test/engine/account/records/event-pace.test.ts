import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import { EventPace } from '../../../../engine/account/records/event-pace.ts';

describe('the pace of events', () => {
  test.each([
    [false, 0, 'the first'],
    [false, 7, 'the eighth'],
  ])('lets an event leave at once after a pause without a latency (%s, after %i events: %s)', (hasLatency, sent) => {
    const clock = new VirtualClock(1e12);
    const pace = new EventPace(clock, hasLatency);
    for (let i = 0; i < sent; i++) pace.sent();
    expect(pace.nextAtMs).toBeLessThanOrEqual(pace.clock.nowMs());
  });

  test('delays the ninth event in a row by an eighth of a second without a latency', () => {
    const pace = new EventPace(new VirtualClock(1e12), false);
    for (let i = 0; i < 8; i++) pace.sent();
    const waitMs = pace.nextAtMs - pace.clock.nowMs();
    expect(waitMs).toBeGreaterThan(100);
    expect(waitMs).toBeLessThanOrEqual(125);
  });

  test('delays the second event to the next slot of 100 ms with a latency', () => {
    const clock = new VirtualClock(1e12);
    const pace = new EventPace(clock, true);
    pace.sent();
    expect(pace.nextAtMs - pace.clock.nowMs()).toBeGreaterThan(50);
    clock.advance(100);
    expect(pace.nextAtMs).toBeLessThanOrEqual(pace.clock.nowMs());
  });
});
