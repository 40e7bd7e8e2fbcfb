import { describe, expect, it } from 'vitest';
import { RecordBatch } from '../../../engine/log/record-batch.ts';
import {
  awsLimits,
  Limiter,
  limiterBytes,
  MIB,
  rateExceededText,
  type ShardLimits,
} from '../../../engine/twin/limits.ts';
import { tableOf, textTable } from '../log/records.ts';
import { drawInSteps, THREADS } from './limits-steps.ts';

const AWS = awsLimits(MIB);
const BATCH_RECORDS = 500;

/** Puts records of one size into one shard, at virtual times. */
class Putter {
  readonly #limiter: Limiter;
  readonly #batch: RecordBatch;
  readonly #order: Int32Array;

  constructor(limits: ShardLimits, recordBytes: number, batchRecords = 10_000) {
    this.#limiter = new Limiter(new SharedArrayBuffer(limiterBytes(1)), limits);
    this.#batch = new RecordBatch(batchRecords, textTable(['']), tableOf([new Uint8Array(recordBytes)]), 0);
    this.#order = new Int32Array(batchRecords);
  }

  /** Number of records that pass. */
  put(seconds: number, records: number): number {
    for (let row = 0; row < records; row++) this.#order[row] = row;
    return this.#limiter.admit(0, seconds * 1e9, this.#batch, this.#order, 0, records);
  }
}

/** Uniform draws in (0, 1): the congruential generator of Numerical Recipes. */
function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

interface Load {
  readonly recordBytes: number;
  readonly recordsPerSecond: number;
  readonly batchRecords: number;
  readonly arrivals: 'even' | 'Poisson';
  readonly seconds: number;
}

/** Share of the records that are throttled, after the first so many seconds. */
function throttledShare(load: Load, fromSeconds = 0): number {
  const putter = new Putter(AWS, load.recordBytes);
  const uniform = uniforms(7);
  const gap = load.batchRecords / load.recordsPerSecond;
  let offered = 0;
  let passed = 0;
  for (let at = gap; at <= load.seconds; at += load.arrivals === 'even' ? gap : -Math.log(uniform()) * gap) {
    const passes = putter.put(at, load.batchRecords);
    if (at <= fromSeconds) continue;
    offered += load.batchRecords;
    passed += passes;
  }
  return 1 - passed / offered;
}

/** By records: small ones. By bytes: ones of 2 KiB, of which 512 make a MiB. */
const BY = {
  records: (factor: number) => ({ recordBytes: 100, recordsPerSecond: 1000 * factor }),
  bytes: (factor: number) => ({ recordBytes: 2048, recordsPerSecond: 512 * factor }),
} as const;

const SHAPES = [
  { arrivals: 'even', batchRecords: 1 },
  { arrivals: 'Poisson', batchRecords: 1 },
  { arrivals: 'even', batchRecords: BATCH_RECORDS },
] as const;

const CASES = (['records', 'bytes'] as const).flatMap((by) => SHAPES.map((shape) => ({ by, ...shape })));

describe.each(CASES)("AWS's limit of $by, $arrivals arrivals, $batchRecords at a time", ({ by, ...shape }) => {
  it('a limit accepts every record at 0.95 of the rate for 60 s', () => {
    expect(throttledShare({ ...BY[by](0.95), ...shape, seconds: 60 })).toBe(0);
  });

  it('a limit throttles 3.2 % of single records at 1.05 of the rate in the first 60 s, because one second is saved up', () => {
    const share = throttledShare({ ...BY[by](1.05), ...shape, seconds: 60 });
    // Poisson: 63,000 records vary by 250, so the excess of 3,000 does too. A batch of a burst's size finds less of the
    // second saved up than single records do, as a full bucket saves up no more.
    expect(share).toBeGreaterThan((2000 - 750) / 63_000);
    expect(share).toBeLessThan(shape.batchRecords === 1 ? (2000 + 750) / 63_000 : 0.05 / 1.05);
    if (shape.arrivals === 'even' && shape.batchRecords === 1) expect(share).toBeCloseTo(2000 / 63_000, 3);
  });

  it('a limit throttles 4.8 % at 1.05 of the rate in the long run', () => {
    const share = throttledShare({ ...BY[by](1.05), ...shape, seconds: 600 }, 60);
    expect(share).toBeCloseTo(0.05 / 1.05, 2);
    expect(Math.abs(share - 0.05 / 1.05)).toBeLessThan(0.003);
  });
});

describe('a burst', () => {
  it.each([1, 5, 3600])('a burst after %d s without a record is exactly 1,000 records', (idleSeconds) => {
    const putter = new Putter(AWS, 10);
    expect(putter.put(1, 1000)).toBe(1000);
    expect(putter.put(1 + idleSeconds, 3000)).toBe(1000);
    expect(putter.put(1 + idleSeconds, 1)).toBe(0);
    expect(putter.put(1.5 + idleSeconds, 3000)).toBe(500);
  });

  it.each([1, 5, 3600])('a burst after %d s without a record is exactly 1 MiB', (idleSeconds) => {
    const putter = new Putter(AWS, MIB / 64);
    expect(putter.put(1, 64)).toBe(64);
    expect(putter.put(1 + idleSeconds, 500)).toBe(64);
    expect(putter.put(1.5 + idleSeconds, 500)).toBe(32);
  });

  it('a burst is the rest of a bucket of 1,000 with 1,000 a second after earlier records', () => {
    const putter = new Putter(AWS, 10);
    const offered = [
      [0, 400],
      [0.1, 400],
      [0.2, 400],
      [0.5, 300],
      [0.6, 200],
      [1.0, 500],
      [1.5, 600],
      [1.9, 400],
    ] as const;
    expect(offered.map(([at, records]) => putter.put(at, records))).toEqual([400, 400, 400, 300, 100, 400, 500, 400]);
  });

  it('a burst of a stream with large records is one record of 10 MiB, then 1 MiB/s of any size', () => {
    const limiter = new Limiter(new SharedArrayBuffer(limiterBytes(1)), awsLimits(10 * MIB));
    const batch = new RecordBatch(2, textTable(['']), tableOf([new Uint8Array(10 * MIB), new Uint8Array(MIB / 2)]), 0);
    batch.payloadIndex[1] = 1;
    const put = (row: number, seconds: number) => limiter.admit(0, seconds * 1e9, batch, Int32Array.of(row), 0, 1);
    expect(put(0, 0)).toBe(1);
    expect(put(1, 0)).toBe(0);
    expect(put(1, 0.5)).toBe(1);
    expect(put(1, 0.75)).toBe(0);
    expect(put(0, 10.4)).toBe(0);
    expect(put(0, 10.5)).toBe(1);
  });

  it('a burst is complete for a stream of any age', () => {
    for (const days of [1, 30, 365, 3650]) {
      const limits = { recordsPerSecond: 999, bytesPerSecond: MIB, burstRecords: 999, burstBytes: 999 * 7 };
      const putter = new Putter(limits, 7);
      const seconds = days * 86_400 + 0.123_456_789;
      let passed = 0;
      for (let record = 0; record < 1100; record++) passed += putter.put(seconds, 1);
      expect(passed).toBe(999);
    }
  });
});

describe('several threads at once on one shard', () => {
  const draw = (by: keyof typeof BY, factor: number, batchRecords: number) => {
    const { recordBytes, recordsPerSecond } = BY[by](factor);
    const buffer = new SharedArrayBuffer(limiterBytes(1));
    const recordsPerStep = Math.ceil(recordsPerSecond / THREADS);
    return drawInSteps(buffer, { kind: 'put', limits: AWS, recordBytes, recordsPerStep, batchRecords }, 60);
  };

  it.each([1, 7])(
    'threads that put %d at a time lose no record at 950 records/s, and store 1,000 a second at 1,050',
    async (batchRecords) => {
      expect(await draw('records', 0.95, batchRecords)).toEqual(new Array(60).fill(951));
      expect(await draw('records', 1.05, batchRecords)).toEqual(new Array(60).fill(1000));
    },
  );

  it('threads store no more than the limit of bytes in any second', async () => {
    expect(await draw('bytes', 0.95, 1)).toEqual(new Array(60).fill(489));
    expect(await draw('bytes', 1.05, 1)).toEqual(new Array(60).fill(512));
  });
});

it('the error of a limit has the text of AWS', () => {
  expect(rateExceededText('shardId-000000000001', 'exampleStreamName', '111111111111')).toBe(
    'Rate exceeded for shard shardId-000000000001 in stream exampleStreamName under account 111111111111.',
  );
});
