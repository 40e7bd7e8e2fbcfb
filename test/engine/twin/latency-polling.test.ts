import { describe, expect, it } from 'vitest';
import { type LatencyModel, latencyModelOf, NO_LATENCY } from '../../../engine/twin/latency.ts';
import { ReadLimiter, readLimiterBytes, readLimitsOf } from '../../../engine/twin/limits-read.ts';

const MS = 1e6;
const SECONDS = 2000;

interface Polling {
  readonly consumers: number;
  /** Time from one call of a consumer to its next. */
  readonly gapMs: (uniform: () => number) => number;
  readonly recordsPerSecond: number;
  readonly model?: LatencyModel;
}

/** Uniform draws in [0, 1): the congruential generator of Numerical Recipes. */
function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Mean of put -> in the hands of a consumer, over all consumers of one shard and its shared limit of calls. */
function meanPutToGetMs({ consumers, gapMs, recordsPerSecond, model = latencyModelOf('polling', 4) }: Polling): number {
  const uniform = uniforms(11);
  const limiter = new ReadLimiter(new SharedArrayBuffer(readLimiterBytes(1)), readLimitsOf('aws')!);
  const puts = Array.from({ length: SECONDS * recordsPerSecond }, () => uniform() * SECONDS * 1000).sort(
    (a, b) => a - b,
  );
  let visibleMs = 0;
  const visibleAtMs = puts.map((putMs) => {
    visibleMs = Math.max(visibleMs, putMs + model.delayNs(0, putMs * MS) / MS);
    return visibleMs;
  });
  const pollers = Array.from({ length: consumers }, () => ({ nextMs: uniform() * 1000, read: 0 }));
  let sumMs = 0;
  let count = 0;
  for (let nowMs = 0; nowMs < SECONDS * 1000; ) {
    const poller = pollers.reduce((first, other) => (other.nextMs < first.nextMs ? other : first));
    nowMs = poller.nextMs;
    poller.nextMs += gapMs(uniform);
    if (limiter.mayRead(0, nowMs) !== 'ok') continue;
    for (; poller.read < puts.length && visibleAtMs[poller.read]! <= nowMs; poller.read++) {
      sumMs += nowMs - puts[poller.read]!;
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(0.99 * consumers * puts.length);
  return sumMs / count;
}

describe('the twin of polling', () => {
  it.each([1, 20, 500])(
    'a twin of polling averages 200 ms from put to get with one consumer that polls every 200 ms, at %d records/s',
    (rate) => {
      const mean = meanPutToGetMs({ consumers: 1, gapMs: () => 200, recordsPerSecond: rate });
      expect(mean).toBeGreaterThan(190);
      expect(mean).toBeLessThan(210);
    },
  );

  it('a twin of polling averages 600 ms with five consumers that poll once a second each', () => {
    const mean = meanPutToGetMs({ consumers: 5, gapMs: () => 1000, recordsPerSecond: 20 });
    expect(mean).toBeGreaterThan(580);
    expect(mean).toBeLessThan(620);
  });

  it.each([
    [100, 200],
    [200, 10],
    [200, 100],
    [250, 100],
  ])(
    'a twin of polling averages little more with five consumers that each poll every %d ms and up to %d more',
    (minMs, spreadMs) => {
      const gapMs = (uniform: () => number) => minMs + spreadMs * uniform();
      const mean = meanPutToGetMs({ consumers: 5, gapMs, recordsPerSecond: 20 });
      expect(mean).toBeGreaterThan(590);
      expect(mean).toBeLessThan(720);
    },
  );

  it('a twin of polling averages about 1,100 ms with five consumers that poll at random times, every 200 ms on average', () => {
    const gapMs = (uniform: () => number) => -Math.log(1 - uniform()) * 200;
    const mean = meanPutToGetMs({ consumers: 5, gapMs, recordsPerSecond: 20 });
    expect(mean).toBeGreaterThan(1000);
    expect(mean).toBeLessThan(1200);
  });

  it('an engine without a latency averages the wait for the polls', () => {
    const load = { consumers: 1, gapMs: () => 200, recordsPerSecond: 20, model: NO_LATENCY };
    expect(Math.abs(meanPutToGetMs(load) - 100)).toBeLessThan(2);
  });

  it('a twin of polling never holds a record back for longer than its maximum', () => {
    const model = latencyModelOf('polling', 8);
    let visibleAtNs = 0;
    let longestNs = 0;
    for (let ns = 0; ns < 1e13; ns += 1e7) {
      visibleAtNs = Math.max(visibleAtNs, ns + model.delayNs(2, ns));
      longestNs = Math.max(longestNs, visibleAtNs - ns);
    }
    expect(longestNs).toBeGreaterThan(0.9 * model.maxDelayNs);
    expect(longestNs).toBeLessThanOrEqual(model.maxDelayNs);
  });
});
