import { describe, expect, it } from 'vitest';
import { ShardLog } from '../../../engine/log/shard-log.ts';
import { createShardLog } from '../../../engine/log/shard-log-memory.ts';
import { CLAIM_READY } from '../../../engine/log/shard-log-reader.ts';
import { LATER, ShardReader } from '../../../engine/threads/stream-reader.ts';
import { latencyModelOf } from '../../../engine/twin/latency.ts';
import { TestProducer } from '../log/records.ts';

const MS = 1e6;

/** Mean of written -> visible on one shard, with the order kept as a reader keeps it. */
function meanDelayMs(seed: number, shard: number, records: number, writtenAtNs: (i: number) => number): number {
  const model = latencyModelOf('enhanced-fan-out', seed);
  let visibleAtNs = 0;
  let sumNs = 0;
  for (let i = 0; i < records; i++) {
    const writtenNs = writtenAtNs(i);
    visibleAtNs = Math.max(visibleAtNs, writtenNs + model.delayNs(shard, writtenNs));
    sumNs += visibleAtNs - writtenNs;
  }
  return sumNs / records / MS;
}

describe('the twin of enhanced fan-out', () => {
  it.each([
    ['one record in 10 s', 1e10],
    ['2 records/s', 5e8],
    ['20 records/s', 5e7],
    ['1,000 records/s', 1e6],
    ['20,000 records/s', 5e4],
  ])('a twin of enhanced fan-out averages about 70 ms at %s', (_, gapNs) => {
    const records = Math.max(20_000, 2e12 / gapNs);
    for (const seed of [1, 2]) {
      const mean = meanDelayMs(seed, seed + 3, Math.min(records, 2e6), (i) => i * gapNs);
      expect(mean).toBeGreaterThan(65);
      expect(mean).toBeLessThan(75);
    }
  });

  it('a twin of enhanced fan-out gives the same delays for the same seed, others for another seed, shard or slot', () => {
    const at = (seed: number, shard: number, ns: number) => latencyModelOf('enhanced-fan-out', seed).delayNs(shard, ns);
    const delays = (seed: number, shard: number) => Array.from({ length: 50 }, (_, i) => at(seed, shard, i * 1e8));
    expect(delays(7, 2)).toEqual(delays(7, 2));
    expect(delays(7, 2)).not.toEqual(delays(8, 2));
    expect(delays(7, 2)).not.toEqual(delays(7, 3));
    expect(new Set(delays(7, 2)).size).toBe(50);
    expect(at(7, 2, 1.01e8)).toBe(at(7, 2, 1.99e8));
  });

  it('a reader with a latency keeps the order of a shard, returns no record early, and names the time to wait for', () => {
    const log = new ShardLog(createShardLog({ termLengthBytes: 1 << 20, termCount: 2 }));
    const producer = new TestProducer(log);
    const model = latencyModelOf('enhanced-fan-out', 3);
    const reader = new ShardReader(0, log, model, 'trim-horizon');
    const written: number[] = [];
    for (let i = 0; i < 500; i++) {
      written.push(i * 7 * MS);
      producer.append(1, i * 7 * MS);
    }
    let nowNs = 0;
    let read = 0;
    while (read < 500) {
      const found = reader.next(nowNs);
      if (found === LATER) {
        expect(reader.visibleAtNs).toBeGreaterThan(nowNs);
        nowNs = reader.visibleAtNs;
        continue;
      }
      expect(found).toBe(CLAIM_READY);
      expect(reader.reader.writtenAtNs).toBe(written[read]);
      expect(nowNs).toBeGreaterThanOrEqual(written[read]! + model.delayNs(0, written[read]!));
      read += 1;
    }
  });
});
