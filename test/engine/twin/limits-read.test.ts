import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsLimits, MIB } from '../../../engine/twin/limits.ts';
import {
  PushBudget,
  ReadLimiter,
  readLimiterBytes,
  readLimitsOf,
  type ShardReadLimits,
} from '../../../engine/twin/limits-read.ts';
import { drawInSteps, THREADS } from './limits-steps.ts';

const NOW_MS = 1_764_000_000_000.37;
const RESPONSE_BYTES_MAX = 10 * MIB;

const AWS_READ_LIMITS = readLimitsOf('aws')!;

const limiterOf = (limits: Partial<ShardReadLimits> = {}): ReadLimiter =>
  new ReadLimiter(new SharedArrayBuffer(readLimiterBytes(3)), { ...AWS_READ_LIMITS, ...limits });

/** Reads if it may. The bytes given, or why none were. */
function read(limiter: ReadLimiter, atMs: number, bytes: number, shard = 0): number | string {
  const decision = limiter.mayRead(shard, NOW_MS + atMs);
  if (decision !== 'ok') return decision;
  limiter.charge(shard, bytes, NOW_MS + atMs);
  return bytes;
}

describe('calls of GetRecords', () => {
  it('five polls pass in the second that begins with the first, for any callers at any times', () => {
    const limiter = limiterOf();
    const at = (ms: number) => limiter.mayRead(0, NOW_MS + ms);
    expect([0, 0, 0, 0, 0, 0].map(at)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'calls']);
    expect([1, 200, 500, 949].map(at)).toEqual(['calls', 'calls', 'calls', 'calls']);
    expect([1000, 1100, 1300, 1301, 1900, 1901].map(at)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'calls']);
  });

  it('every other poll passes at ten a second', () => {
    const limiter = limiterOf();
    const decisions = Array.from({ length: 20 }, (_, i) => limiter.mayRead(0, NOW_MS + i * 100));
    const second = [...new Array(5).fill('ok'), ...new Array(5).fill('calls')];
    expect(decisions).toEqual([...second, ...second]);
  });

  it('a poll up to 50 ms before the next second belongs to that second, which begins no earlier', () => {
    const limiter = limiterOf();
    const at = (ms: number) => limiter.mayRead(0, NOW_MS + ms);
    for (const ms of [0, 200, 400, 600, 800]) expect(at(ms)).toBe('ok');
    expect([960, 970, 980, 1600, 1601].map(at)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect([1602, 1940].map(at)).toEqual(['calls', 'calls']);
    expect([1999, 2000].map(at)).toEqual(['ok', 'ok']);
  });

  it.each([1, 10, 37, 150])(
    'five polls pass a second with a call every %d ms for a minute, because throttled calls do not count',
    (gap) => {
      const limiter = limiterOf();
      let calls = 0;
      for (let ms = 0; ms < 60_000; ms += gap) calls += limiter.mayRead(0, NOW_MS + ms) === 'ok' ? 1 : 0;
      expect(calls).toBeGreaterThan(280);
      expect(calls).toBeLessThanOrEqual(305);
    },
  );

  it('no more than five polls pass a second, at any times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }), (gaps) => {
        const limiter = limiterOf();
        let atMs = 0;
        let calls = 0;
        for (const gap of gaps) {
          atMs += gap;
          if (limiter.mayRead(0, NOW_MS + atMs) === 'ok') calls += 1;
          expect(calls).toBeLessThanOrEqual(5 * (Math.floor((atMs + 51) / 1000) + 1));
        }
      }),
    );
  });

  it('polls are not throttled for one consumer that polls every 200 ms, nor for five that poll once a second', () => {
    const one = limiterOf();
    const late = [0, 3, 24, 1, 0, 17, 20, 2, 11, 0, 5];
    for (let i = 0; i < 10_000; i++) expect(one.mayRead(0, NOW_MS + i * 200 + late[i % 11]!)).toBe('ok');
    const five = limiterOf();
    for (let i = 0; i < 2000; i++) {
      for (const phase of [0, 0, 1, 500, 999]) expect(five.mayRead(0, NOW_MS + i * 1000 + phase)).toBe('ok');
    }
  });

  it('polls of one shard do not affect another shard', () => {
    const limiter = limiterOf();
    for (let i = 0; i < 9; i++) limiter.mayRead(1, NOW_MS);
    expect(read(limiter, 0, RESPONSE_BYTES_MAX, 2)).toBe(RESPONSE_BYTES_MAX);
    expect(limiter.mayRead(0, NOW_MS)).toBe('ok');
    expect(limiter.mayRead(1, NOW_MS)).toBe('calls');
    expect(limiter.mayRead(2, NOW_MS)).toBe('bytes');
  });

  it('polls pass one at a time with a limit below one a second', () => {
    const limiter = limiterOf({ callsPerSecond: 0.5 });
    const at = (ms: number) => limiter.mayRead(0, NOW_MS + ms);
    expect([0, 1, 1899, 2000, 2001].map(at)).toEqual(['ok', 'calls', 'calls', 'ok', 'calls']);
  });

  it('polls and calls of GetShardIterator have separate limits of five a second', () => {
    const limiter = limiterOf();
    const get = (ms: number) => limiter.mayGetIterator(0, NOW_MS + ms);
    expect([0, 0, 0, 0, 0, 0, 949, 1000].map(get)).toEqual([true, true, true, true, true, false, false, true]);
    expect(limiter.mayRead(0, NOW_MS)).toBe('ok');
    const fast = limiterOf({ iteratorsPerSecond: 1000 });
    for (let i = 0; i < 3000; i++) expect(fast.mayGetIterator(0, NOW_MS + i)).toBe(true);
    expect(limiterOf({ iteratorsPerSecond: Number.POSITIVE_INFINITY }).mayGetIterator(0, NOW_MS)).toBe(true);
  });
});

describe('bytes of GetRecords', () => {
  it('one response of 10 MiB throttles the polls of the next 5 s', () => {
    const limiter = limiterOf();
    expect(read(limiter, 0, RESPONSE_BYTES_MAX)).toBe(RESPONSE_BYTES_MAX);
    for (const ms of [0, 1, 200, 1000, 2500, 4999]) expect(read(limiter, ms, 1)).toBe('bytes');
    expect(read(limiter, 5000, RESPONSE_BYTES_MAX)).toBe(RESPONSE_BYTES_MAX);
    expect(read(limiter, 9999, 1)).toBe('bytes');
    expect(read(limiter, 10_000, 1)).toBe(1);
  });

  it('a response over the limit by any amount throttles the polls of the next second', () => {
    const limiter = limiterOf();
    expect(read(limiter, 0, 2 * MIB)).toBe(2 * MIB);
    expect(read(limiter, 0, 2000)).toBe(2000);
    expect(read(limiter, 500, 1)).toBe('bytes');
    expect(read(limiter, 1000, 1)).toBe('bytes');
    expect(read(limiter, 1001, 1)).toBe(1);
  });

  it.each([
    [200, 0.4],
    [1000, 2],
    [250, 0.5],
  ])(
    'polls are not throttled for a consumer that reads every %d ms exactly the available bytes, %d MiB',
    (gap, mebibytes) => {
      const limiter = limiterOf();
      const bytes = Math.floor(mebibytes * MIB);
      for (let i = 0; i < 1000; i++) expect(read(limiter, i * gap, bytes)).toBe(bytes);
    },
  );

  it.each([0.5, 1, 3, 10])('a consumer that reads %d MiB as often as possible gets 2 MiB/s', (mebibytes) => {
    const limiter = limiterOf();
    let bytes = 0;
    for (let ms = 0; ms < 300_000; ms += 20) bytes += Number(read(limiter, ms, mebibytes * MIB)) || 0;
    expect(bytes / MIB / 300).toBeGreaterThan(1.9);
    expect(bytes / MIB / 300).toBeLessThan(2.05);
  });

  it('read bytes never exceed the rate by more than one second and one response', () => {
    const polls = fc.array(
      fc.record({ afterMs: fc.integer({ min: 0, max: 3000 }), bytes: fc.integer({ min: 0, max: RESPONSE_BYTES_MAX }) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(polls, (polls) => {
        const limiter = limiterOf();
        let atMs = 0;
        let sum = 0;
        for (const { afterMs, bytes } of polls) {
          atMs += afterMs;
          const given = read(limiter, atMs, bytes);
          if (typeof given === 'number') sum += given;
          expect(sum).toBeLessThanOrEqual((2 * MIB * (atMs + 1000)) / 1000 + RESPONSE_BYTES_MAX);
        }
        // A caller that waits long enough may read: at most 6 s after the last response.
        expect(read(limiter, atMs + 6001, 0)).not.toBe('bytes');
      }),
    );
  });

  it('a poll without records uses no bytes of the limit', () => {
    const limiter = limiterOf({ callsPerSecond: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 1000; i++) expect(read(limiter, 0, 0)).toBe(0);
    expect(read(limiter, 0, 2 * MIB)).toBe(2 * MIB);
    expect(read(limiter, 0, 0)).toBe(0);
  });
});

describe('several threads at once on one shard', () => {
  it('several threads together get five polls in every second', async () => {
    const task = { kind: 'read', limits: AWS_READ_LIMITS, callsPerStep: 20, responseBytes: 1000 } as const;
    const buffer = new SharedArrayBuffer(readLimiterBytes(1));
    expect(await drawInSteps(buffer, task, 100)).toEqual(new Array(100).fill(5));
  });

  it('several threads together get 2 MiB/s, ahead by at most a second and the responses that they read at the same time', async () => {
    const limits = { ...AWS_READ_LIMITS, callsPerSecond: Number.POSITIVE_INFINITY };
    const task = { kind: 'read', limits, callsPerStep: 50, responseBytes: MIB / 4 } as const;
    const calls = await drawInSteps(new SharedArrayBuffer(readLimiterBytes(1)), task, 100);
    let sum = 0;
    for (const [second, count] of calls.entries()) {
      sum += count;
      expect(sum).toBeLessThanOrEqual(8 * (second + 1) + THREADS);
    }
    // A bucket that is overdrawn for one response waits two steps of a second, for a second and an eighth.
    expect(sum).toBeGreaterThanOrEqual((100 / 2) * 8);
  });
});

describe('the pace of a subscription', () => {
  it.each([100, 10_000, MIB, 10 * MIB])('the pace of a subscription is 2 MiB/s with events of %d bytes', (bytes) => {
    const budget = new PushBudget(AWS_READ_LIMITS.pushBytesPerSecond);
    let atMs = NOW_MS;
    let sum = 0;
    while (atMs < NOW_MS + 60_000) {
      sum += bytes;
      atMs = budget.nextAllowedAtMs(bytes, atMs);
    }
    const seconds = (atMs - NOW_MS) / 1000;
    expect(sum / MIB).toBeGreaterThan(2 * seconds - 0.01);
    expect(sum / MIB).toBeLessThan(2 * (seconds + 0.11));
  });

  it('small events leave a subscription at once, and one of 1 MiB delays the next by 0.4 s', () => {
    const budget = new PushBudget(2 * MIB);
    for (let ms = 0; ms < 10_000; ms += 100) {
      expect(budget.nextAllowedAtMs(100_000, NOW_MS + ms)).toBe(NOW_MS + ms);
    }
    expect(budget.nextAllowedAtMs(MIB, NOW_MS + 20_000)).toBeCloseTo(NOW_MS + 20_400, 2);
  });

  it('a subscription without a limit does not delay events', () => {
    expect(new PushBudget(Number.POSITIVE_INFINITY).nextAllowedAtMs(1e9, NOW_MS)).toBe(NOW_MS);
  });
});

describe('the read limits that go with a choice of limits', () => {
  it("read limits are those of AWS, none, or the user's own, where an undefined rate is no limit", () => {
    expect(readLimitsOf('aws')).toEqual({
      bytesPerSecond: 2_097_152,
      callsPerSecond: 5,
      iteratorsPerSecond: 5,
      pushBytesPerSecond: 2_097_152,
    });
    expect(readLimitsOf('none')).toBeUndefined();
    expect(readLimitsOf(undefined)).toBeUndefined();
    expect(readLimitsOf(awsLimits(MIB))).toBeUndefined();
    expect(readLimitsOf({ ...awsLimits(MIB), readBytesPerSecond: 5e6 })).toEqual({
      bytesPerSecond: 5e6,
      callsPerSecond: Number.POSITIVE_INFINITY,
      iteratorsPerSecond: Number.POSITIVE_INFINITY,
      pushBytesPerSecond: 5e6,
    });
    expect(readLimitsOf({ ...awsLimits(MIB), readCallsPerSecond: 50 })).toMatchObject({
      callsPerSecond: 50,
      iteratorsPerSecond: 50,
    });
  });

  it('unlimited reads are never throttled', () => {
    const limiter = limiterOf({ callsPerSecond: Number.POSITIVE_INFINITY, bytesPerSecond: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 100; i++) expect(read(limiter, 0, RESPONSE_BYTES_MAX)).toBe(RESPONSE_BYTES_MAX);
  });
});
