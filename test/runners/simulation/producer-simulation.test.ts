import { describe, expect, it } from 'vitest';
import { LatencyCounts } from '../../../runners/simulation/latency-counts.ts';
import type { ProducerModel } from '../../../runners/simulation/load.ts';
import { ProducerSimulation } from '../../../runners/simulation/producer-simulation.ts';
import { noCounts } from '../../../runners/simulation/run-counts.ts';
import { RandomStream, unitExponential } from '../../../workloads/random.ts';

const MS = 1e6;
const SECOND = 1e9;

interface Put {
  readonly atNs: number;
  readonly intendedAtNs: number;
}

/** A producer in front of one shard that accepts as \`accepts\` decides. */
function aProducer(changes: Partial<ProducerModel>, accepts = (_: number): boolean => true, retryQueueLimit?: number) {
  const model: ProducerModel = {
    count: 1,
    batch: { records: 500, bytes: 1e9, lingerNs: 0 },
    whenBusy: 'wait',
    retry: { attempts: 10, baseNs: 100 * MS, capNs: 20 * SECOND },
    callNs: 0,
    ...changes,
  };
  const counts = noCounts();
  const ackLatency = new LatencyCounts();
  const puts: Put[] = [];
  let nowNs = 0;
  const intake = {
    beginCall: (atNs: number) => {
      nowNs = atNs;
    },
    put: (_shard: number, _bytes: number, intendedAtNs: number) => {
      const isAccepted = accepts(nowNs);
      if (isAccepted) puts.push({ atNs: nowNs, intendedAtNs });
      return isAccepted;
    },
  };
  const random = new RandomStream(1, 'retries');
  const producer = new ProducerSimulation(model, random, intake, counts, ackLatency, retryQueueLimit);
  const turnUntil = (beforeNs: number) => {
    while (producer.nextAtNs < beforeNs) producer.turn(producer.nextAtNs);
  };
  const offer = (atNs: number) => {
    turnUntil(atNs);
    producer.offer(atNs, 0, 100);
  };
  return { producer, counts, ackLatency, puts, offer, finish: () => turnUntil(Number.POSITIVE_INFINITY) };
}

describe('batches of a simulated producer', () => {
  it.each([
    [100, 0.55316, 96.5006],
    [50, 0, 51],
  ])('close full and have the theoretical sizes with a linger of %d ms and 100 records', (ms, full, size) => {
    const { producer, offer, finish } = aProducer({ batch: { records: 100, bytes: 1e9, lingerNs: ms * MS } });
    const random = new RandomStream(2, 'arrivals');
    const records = 1_000_000;
    let atNs = 0;
    for (let i = 0; i < records; i++) {
      atNs += unitExponential(random.uniform()) * MS;
      offer(atNs);
    }
    finish();
    expect(Math.abs(producer.fullCalls / producer.calls - full)).toBeLessThan(0.02);
    expect(records / producer.calls / size).toBeCloseTo(1, 2);
  });

  it('are sent when they have lingered since the first record, or at once if they are full', () => {
    const { puts, offer, finish } = aProducer({ batch: { records: 3, bytes: 1e9, lingerNs: 10 } });
    for (const atNs of [0, 4, 20, 21, 22, 40]) offer(atNs);
    finish();
    expect(puts.map(({ atNs }) => atNs)).toEqual([10, 10, 22, 22, 22, 50]);
  });

  it('hold the records that are due at one time if they do not linger', () => {
    const { producer, offer, finish } = aProducer({});
    for (const atNs of [5, 5, 5, 6]) offer(atNs);
    finish();
    expect(producer.calls).toBe(2);
  });
});

describe('retries of a simulated producer', () => {
  it('wait a random part of a time that doubles, and end after the last attempt', () => {
    const retry = { attempts: 3, baseNs: SECOND, capNs: 20 * SECOND };
    const records = 4000;
    const { counts, offer, finish } = aProducer({ retry }, () => false);
    for (let i = 0; i < records; i++) offer(i * MS);
    finish();
    expect(counts).toMatchObject({ failed: records, attempts: 3 * records, throttledRecords: records });
  });

  it('wait 500 and 1,000 ms on average before the first and the second retry of the current SDK', () => {
    for (const [refusals, meanMs] of [
      [1, 500],
      [2, 1500],
    ] as const) {
      let attempt = 0;
      const retry = { attempts: 3, baseNs: SECOND, capNs: 20 * SECOND };
      const batch = { records: 1, bytes: 1e9, lingerNs: 0 };
      const { ackLatency, offer, finish } = aProducer({ retry, batch }, () => {
        attempt += 1;
        return attempt > refusals;
      });
      for (let i = 0; i < 3000; i++) {
        attempt = 0;
        offer(i * 10 * SECOND);
        finish();
      }
      expect(Math.abs(ackLatency.quantiles().mean / MS / meanMs - 1)).toBeLessThan(0.05);
    }
  });

  it.each([
    [0.5, 3, 1.75, 0.125],
    [0.9, 3, 2.71, 0.729],
    [0.9, 10, 6.5132, 0.348678],
  ])('are as many as theory predicts for a probability of %d and at most %d attempts', (p, most, mean, lost) => {
    const random = new RandomStream(5, 'throttling');
    const records = 40_000;
    const retry = { attempts: most, baseNs: MS, capNs: SECOND };
    const { counts, offer, finish } = aProducer({ retry }, () => random.uniform() >= p);
    for (let i = 0; i < records; i++) offer(i * MS);
    finish();
    expect(Math.abs(counts.attempts / records - mean)).toBeLessThan(0.03);
    expect(Math.abs(counts.failed / records - lost)).toBeLessThan(0.01);
  });

  it('are 100 at most from a full quota of 500 tokens', () => {
    const retry = { attempts: 3, baseNs: MS, capNs: SECOND };
    const { counts, offer, finish } = aProducer({ retry, quota: { tokens: 500, tokensPerRetry: 5 } }, () => false);
    for (let i = 0; i < 5000; i++) offer(i * MS);
    finish();
    expect(counts.attempts - 5000).toBe(100);
    expect(counts.failed).toBe(5000);
  });
});

describe('a simulated producer with a full retry queue', () => {
  const openFrom = (ns: number) => (nowNs: number) => nowNs >= ns;
  const retry = { attempts: 100, baseNs: 10 * MS, capNs: 10 * MS };

  it('holds new records back, and sends each of them later', () => {
    const { counts, puts, offer, finish } = aProducer({ retry }, openFrom(SECOND / 10), 5);
    for (let i = 0; i < 200; i++) offer(i * MS);
    finish();
    expect(counts).toMatchObject({ unsent: 0, accepted: 200 });
    expect(puts.map(({ intendedAtNs }) => intendedAtNs).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, i) => i * MS),
    );
  });

  it('drops new records if it must not wait', () => {
    const { counts, offer, finish } = aProducer({ retry, whenBusy: 'drop' }, openFrom(SECOND / 10), 5);
    for (let i = 0; i < 200; i++) offer(i * MS);
    finish();
    expect(counts.unsent).toBeGreaterThan(90);
    expect(counts.unsent + counts.accepted).toBe(200);
  });
});

describe('a simulated producer whose calls take time', () => {
  const batch = { records: 500, bytes: 1e9, lingerNs: 0 };

  it('collects records while as many calls are open as may be', () => {
    const { producer, puts, counts, offer, finish } = aProducer({ batch, callNs: 10 * MS, inFlight: 1 });
    for (let i = 0; i < 100; i++) offer(i * MS);
    finish();
    expect(counts).toMatchObject({ accepted: 100, unsent: 0 });
    expect(producer.calls).toBe(11);
    expect(puts.slice(0, 12).map(({ atNs }) => atNs / MS)).toEqual([0, ...new Array(10).fill(10), 20]);
  });

  it('drops records that find no call if it must not wait', () => {
    const { counts, offer, finish } = aProducer({ batch, callNs: 10 * MS, inFlight: 2, whenBusy: 'drop' });
    for (let i = 0; i < 100; i++) offer(i * MS);
    finish();
    expect(counts).toMatchObject({ accepted: 20, unsent: 80 });
  });

  it('takes no time from records if more calls may be open than there are', () => {
    const { puts, offer, finish } = aProducer({ batch, callNs: 10 * MS, inFlight: 11 });
    for (let i = 0; i < 100; i++) offer(i * MS);
    finish();
    expect(puts.every(({ atNs, intendedAtNs }) => atNs === intendedAtNs)).toBe(true);
  });

  it('retries throttled records after the response, when a call is free', () => {
    const retry = { attempts: 50, baseNs: MS, capNs: MS };
    const { counts, ackLatency, offer, finish } = aProducer(
      { batch, retry, callNs: 10 * MS, inFlight: 1 },
      (nowNs) => nowNs >= 35 * MS,
    );
    for (let i = 0; i < 5; i++) offer(i * MS);
    finish();
    expect(counts).toMatchObject({ accepted: 5, failed: 0 });
    expect(ackLatency.quantiles().p50 / MS).toBeGreaterThan(35);
  });

  it('has the latencies that its calls are drawn from', () => {
    const callQuantiles = [
      { p: 0, ns: 5 * MS },
      { p: 0.5, ns: 10 * MS },
      { p: 1, ns: 100 * MS },
    ];
    const { ackLatency, offer, finish } = aProducer({ batch, callNs: 20 * MS, callQuantiles });
    for (let i = 0; i < 10_000; i++) offer(i * MS);
    finish();
    const { p50, p99, max } = ackLatency.quantiles();
    expect(Math.abs(p50 / MS - 10)).toBeLessThan(0.5);
    expect(p99 / MS).toBeGreaterThan(85);
    expect(max / MS).toBeLessThan(100.1);
  });
});
