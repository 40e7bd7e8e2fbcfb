import { describe, expect, test } from 'vitest';
import { createServiceQueue, ServiceQueue } from '../../../../runners/targets/noop/service-queue.ts';

const US = 1e3;

describe('a queue with a fixed service time', () => {
  test('a queue serves calls one after another, each for its records', () => {
    const queue = new ServiceQueue(createServiceQueue({ servers: 1, serviceNs: 20 * US }));
    expect(queue.enter(10, 0)).toBe(200 * US);
    expect(queue.enter(5, 50 * US)).toBe(300 * US);
    expect(queue.enter(1, 1000 * US)).toBe(1020 * US);
  });

  test('a queue gives a call to the server that is free first', () => {
    const queue = new ServiceQueue(createServiceQueue({ servers: 2, serviceNs: 10 * US }));
    expect(queue.enter(10, 0)).toBe(100 * US);
    expect(queue.enter(2, 0)).toBe(20 * US);
    expect(queue.enter(2, 0)).toBe(40 * US);
    expect(queue.enter(10, 0)).toBe(140 * US);
    expect(queue.enter(1, 0)).toBe(110 * US);
  });

  test('all ports of a target share one queue', () => {
    const handle = createServiceQueue({ servers: 1, serviceNs: 20 * US });
    const [one, other] = [new ServiceQueue(handle), new ServiceQueue(handle)];
    expect(one.enter(1, 0)).toBe(20 * US);
    expect(other.enter(1, 0)).toBe(40 * US);
    expect(one.enter(1, 0)).toBe(60 * US);
  });

  test('a queue with enough calls serves exactly servers / service time records', () => {
    const queue = new ServiceQueue(createServiceQueue({ servers: 4, serviceNs: 20 * US }));
    let lastNs = 0;
    for (let call = 0; call < 4000; call++) lastNs = queue.enter(50, 0);
    expect(lastNs).toBeCloseTo(((4000 * 50) / 4) * 20 * US, 3);
  });
});
