import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { notePeak } from '../../../../engine/account/control/on-demand.ts';
import { StreamTraffic } from '../../../../engine/account/control/traffic.ts';
import { startUpkeep } from '../../../../engine/account/control/upkeep.ts';
import type { AccountOptions } from '../../../../engine/account/options.ts';
import type { DailyPeak } from '../../../../engine/account/stream/stream-state.ts';
import { Caller, DAY_MS, HOUR_MS, MINUTE_MS, shardId } from './set-up.ts';

function keptUp(options: Partial<AccountOptions> = {}): Caller {
  const engine = new Caller(options);
  startUpkeep(engine.account);
  return engine;
}

/** Puts this many bytes and records a second into a shard, for this many minutes. */
function load(engine: Caller, shardIndex: number, bytesPerSecond: number, recordsPerSecond: number, minutes: number) {
  for (let i = 0; i < minutes; i++) {
    const { account } = engine;
    const shard = account.stream({ StreamName: 'orders' }).shard(shardId(shardIndex));
    account.traffic?.(shard.stream.state, shard.state.index, bytesPerSecond * 60, recordsPerSecond * 60);
    engine.clock.advance(MINUTE_MS);
  }
  engine.settle();
}

describe('traffic of a shard', () => {
  test('is counted by the minute, over the last 15 full minutes', () => {
    const traffic = new StreamTraffic();
    traffic.recordTraffic(3, 6000, 60, 0);
    traffic.recordTraffic(3, 6000, 60, MINUTE_MS - 1);
    traffic.recordTraffic(3, 600, 120, MINUTE_MS);
    expect(traffic.busiestMinute(3, 0)).toEqual({ bytesPerSecond: 0, recordsPerSecond: 0 });
    expect(traffic.busiestMinute(3, MINUTE_MS)).toEqual({ bytesPerSecond: 200, recordsPerSecond: 2 });
    expect(traffic.lastMinute(2 * MINUTE_MS)).toEqual({ bytesPerSecond: 10, recordsPerSecond: 2 });
    expect(traffic.busiestMinute(3, 15 * MINUTE_MS)).toEqual({ bytesPerSecond: 200, recordsPerSecond: 2 });
    expect(traffic.busiestMinute(3, 16 * MINUTE_MS)).toEqual({ bytesPerSecond: 10, recordsPerSecond: 2 });
    expect(traffic.busiestMinute(3, 17 * MINUTE_MS)).toEqual({ bytesPerSecond: 0, recordsPerSecond: 0 });
  });

  test('equals the sum of all calls', () => {
    const calls = fc.array(fc.record({ atMs: fc.nat(40 * MINUTE_MS), bytes: fc.nat(1000) }), { maxLength: 60 });
    fc.assert(
      fc.property(calls, fc.nat(5 * MINUTE_MS), (unsorted, moreMs) => {
        const sorted = unsorted.sort((a, b) => a.atMs - b.atMs);
        const traffic = new StreamTraffic();
        for (const { atMs, bytes } of sorted) traffic.recordTraffic(0, bytes, 1, atMs);
        const nowMs = (sorted.at(-1)?.atMs ?? 0) + moreMs;
        const byMinute = new Map<number, number>();
        for (const { atMs, bytes } of sorted) {
          const minute = Math.floor(atMs / MINUTE_MS);
          byMinute.set(minute, (byMinute.get(minute) ?? 0) + bytes);
        }
        const now = Math.floor(nowMs / MINUTE_MS);
        const recent = [...byMinute].filter(([minute]) => minute < now && minute >= now - 15).map(([, bytes]) => bytes);
        expect(traffic.busiestMinute(0, nowMs).bytesPerSecond).toBe(Math.max(0, ...recent) / 60);
      }),
    );
  });
});

describe('an on-demand stream', () => {
  test('stays as it is while its shards are below 500 KB/s', () => {
    const engine = keptUp().withOnDemandStream();
    load(engine, 0, 490_000, 490, 20);
    expect(engine.openShardIds()).toEqual([0, 1, 2, 3].map(shardId));
  });

  test.each([
    ['bytes', 600_000, 10],
    ['records', 1000, 600],
  ])('splits a shard with too many %s in two, through UPDATING', (_what, bytes, records) => {
    const engine = keptUp().withOnDemandStream();
    load(engine, 1, bytes, records, 1);
    expect(engine.openShardIds()).toEqual([0, 4, 5, 2, 3].map(shardId));
    expect(engine.summary()).toMatchObject({ status: 'ACTIVE', dailyPeaks: [{ bytesPerSecond: bytes }] });
  });

  test('stops splitting for a single hot key, which stays hot in any shard', () => {
    const engine = keptUp().withOnDemandStream();
    for (let i = 0; i < 30; i++) {
      const [hottest] = engine.account.stream({ StreamName: 'orders' }).openShards;
      load(engine, hottest!.state.index, 900_000, 10, 1);
    }
    expect(engine.summary().openShardCount).toBeLessThan(12);
  });

  test('keeps shards for twice the peak of 30 days, then returns to what it needs', () => {
    const engine = keptUp({ limits: 'aws' }).withOnDemandStream();
    for (const index of [0, 1, 2, 3]) load(engine, index, 900_000, 10, 1);
    expect(engine.summary().openShardCount).toBe(8);
    engine.clock.advance(29 * DAY_MS);
    expect(engine.summary().openShardCount).toBe(8);
    engine.clock.advance(3 * DAY_MS);
    expect(engine.summary()).toMatchObject({ openShardCount: 4, dailyPeaks: [] });
  });

  test('does not scale without limits, and a provisioned one never does', () => {
    const free = keptUp({ limits: 'none' }).withOnDemandStream();
    load(free, 0, 5_000_000, 5000, 3);
    expect(free.openShardIds()).toHaveLength(4);
    const provisioned = keptUp().withStream(2);
    load(provisioned, 0, 1_000_000, 1000, 3);
    expect(provisioned.openShardIds()).toHaveLength(2);
  });

  test('scales with the actual puts', () => {
    const engine = keptUp().withOnDemandStream();
    for (let second = 0; second < 60; second++) {
      const Records = Array.from({ length: 500 }, () => ({ PartitionKey: 'hot', Data: new Uint8Array(1200) }));
      engine.call('PutRecords', { StreamName: 'orders', Records });
      engine.clock.advance(1000);
    }
    engine.clock.advance(MINUTE_MS);
    engine.settle();
    expect(engine.openShardIds().length).toBeGreaterThan(4);
  });
});

test('the busiest minute of each of the last 30 days is remembered', () => {
  const rates = fc.array(fc.tuple(fc.nat(3 * DAY_MS), fc.nat(100), fc.nat(100)), { maxLength: 100 });
  fc.assert(
    fc.property(rates, (steps) => {
      const peaks: DailyPeak[] = [];
      let nowMs = 0;
      for (const [stepMs, bytesPerSecond, recordsPerSecond] of steps) {
        nowMs += stepMs;
        const before = JSON.stringify(peaks);
        const changed = notePeak(peaks, { bytesPerSecond, recordsPerSecond }, nowMs);
        expect(changed).toBe(JSON.stringify(peaks) !== before);
        const today = peaks.at(-1);
        if (bytesPerSecond > 0) expect(today!.bytesPerSecond).toBeGreaterThanOrEqual(bytesPerSecond);
        expect(peaks.length).toBeLessThanOrEqual(31);
        expect(peaks.every(({ dayStartMs }) => dayStartMs >= nowMs - 31 * DAY_MS)).toBe(true);
      }
    }),
  );
});

describe('a closed shard', () => {
  const splitShard = (engine: Caller) => {
    engine.call('PutRecord', { StreamName: 'orders', PartitionKey: 'a', Data: Buffer.from('x') });
    engine.call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: '1000' });
    engine.settle();
  };

  test('is deleted when all its records have passed retention', () => {
    const engine = keptUp().withStream(1);
    splitShard(engine);
    engine.clock.advance(23 * HOUR_MS);
    expect(engine.shardIds()).toEqual([0, 1, 2].map(shardId));
    engine.clock.advance(2 * HOUR_MS);
    expect(engine.shardIds()).toEqual([1, 2].map(shardId));
    expect(engine.summary().shards).toHaveLength(2);
  });

  test('is deleted sooner when retention is lowered, and later when it is raised', () => {
    const engine = keptUp().withStream(1);
    engine.call('IncreaseStreamRetentionPeriod', { StreamName: 'orders', RetentionPeriodHours: 72 });
    engine.settle();
    splitShard(engine);
    engine.clock.advance(48 * HOUR_MS);
    expect(engine.shardIds()).toHaveLength(3);
    engine.call('DecreaseStreamRetentionPeriod', { StreamName: 'orders', RetentionPeriodHours: 24 });
    engine.clock.advance(MINUTE_MS);
    expect(engine.shardIds()).toHaveLength(2);
  });
});

test('stopped upkeep changes nothing', () => {
  const engine = new Caller().withOnDemandStream();
  const stop = startUpkeep(engine.account);
  load(engine, 0, 900_000, 10, 1);
  const { openShardCount } = engine.summary();
  stop();
  load(engine, 1, 900_000, 10, 3);
  expect(engine.summary().openShardCount).toBe(openShardCount);
});
