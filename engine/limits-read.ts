import { bitsOf, roundingNear, timeOf } from './atomic-time.ts';
import { LINE_BYTES } from './layout.ts';
import { MIB, type ShardLimits } from './limits.ts';

/** What one shard gives out. Infinity is no limit. */
export interface ShardReadLimits {
  /** GetRecords, all callers together. */
  readonly bytesPerSecond: number;
  readonly callsPerSecond: number;
  /** GetShardIterator, all callers together. */
  readonly iteratorsPerSecond: number;
  /** Enhanced fan-out, each subscription for itself. */
  readonly pushBytesPerSecond: number;
}

/**
 * 5 GetRecords/s and 2 MiB/s shared by all who poll, 5 GetShardIterator/s, 2 MiB/s to each subscription.
 * Source: type documentation of GetRecords, GetShardIterator and SubscribeToShard in @aws-sdk/client-kinesis 3.1143.0;
 * "Quotas and limits" of the developer guide, which writes MB for what the types call MiB. Read 2026-11.
 */
export const AWS_READ_LIMITS: ShardReadLimits = {
  bytesPerSecond: 2 * MIB,
  callsPerSecond: 5,
  iteratorsPerSecond: 5,
  pushBytesPerSecond: 2 * MIB,
};

/**
 * The read limits that go with a choice of limits; undefined when nothing is limited. Of a user's own limits the rate of
 * bytes holds for each subscription too and the rate of calls for iterators; a rate that is left out is no limit.
 */
export function readLimitsOf(limits: 'aws' | 'none' | ShardLimits | undefined): ShardReadLimits | undefined {
  if (limits === undefined || limits === 'none') return undefined;
  if (limits === 'aws') return AWS_READ_LIMITS;
  const bytes = limits.readBytesPerSecond ?? Number.POSITIVE_INFINITY;
  const calls = limits.readCallsPerSecond ?? Number.POSITIVE_INFINITY;
  if (bytes === Number.POSITIVE_INFINITY && calls === Number.POSITIVE_INFINITY) return undefined;
  return { bytesPerSecond: bytes, callsPerSecond: calls, iteratorsPerSecond: calls, pushBytesPerSecond: bytes };
}

/** ok: the call may read, and has taken its place among the calls; otherwise what there was too much of. */
export type ReadAnswer = 'ok' | 'calls' | 'bytes';

const BUCKET_LONGS = LINE_BYTES / 8;
const CALLS_LONG = 0;
const ITERATORS_LONG = 1;
const BYTES_LONG = 2;
/** Until when GetRecords is refused because the bytes ran out. */
const REFUSED_LONG = 3;
const MS_PER_SECOND = 1000;
/** Of a second's bytes: what a subscription may be ahead of its pace, so that small events need not queue up. */
const PUSH_BURST_MS = 100;

export const readLimiterBytes = (shardCount: number): number => shardCount * LINE_BYTES;

/**
 * What GetRecords and GetShardIterator may still take from each shard, in shared memory, drawn on by every thread. Times
 * are ms of one clock that all threads share, 0 or later.
 *
 * Calls draw on token buckets that save up one second's worth: after a pause five calls pass at once, then one every
 * 200 ms. A refused call costs nothing.
 *
 * Bytes are known only once they have been read, so they are charged afterwards and may overdraw. AWS: a response of
 * 10 MiB refuses the calls of the next 5 s, and throughput that falls short those of the next 1 s, or longer. Both
 * follow from one rule: a bucket holds one second's bytes, and one that is overdrawn refuses every call until it is full
 * again. From a full bucket 10 MiB take 5 s, and the least overdraft takes one second. However a consumer polls, a shard
 * gives no more than rate times seconds plus one second's worth and the response that overdraws.
 *
 * Each bucket is one time, when it will be full again, as in Limiter.
 */
export class ReadLimiter {
  readonly #times: BigInt64Array;
  readonly #callMs: number;
  readonly #iteratorMs: number;
  readonly #byteMs: number;

  /** @param buffer of `readLimiterBytes(shardCount)` bytes, zeros at first. */
  constructor(buffer: SharedArrayBuffer, limits: ShardReadLimits) {
    this.#times = new BigInt64Array(buffer);
    this.#callMs = MS_PER_SECOND / limits.callsPerSecond;
    this.#iteratorMs = MS_PER_SECOND / limits.iteratorsPerSecond;
    this.#byteMs = MS_PER_SECOND / limits.bytesPerSecond;
  }

  /** Asked before a GetRecords reads. A call that may read and finds nothing has still been made. */
  mayRead(shard: number, nowMs: number): ReadAnswer {
    const first = shard * BUCKET_LONGS;
    if (timeOf(Atomics.load(this.#times, first + REFUSED_LONG)) > nowMs + roundingNear(nowMs)) return 'bytes';
    return this.#draw(first + CALLS_LONG, this.#callMs, nowMs) ? 'ok' : 'calls';
  }

  /** Told after a GetRecords has read: bytes of keys and data in its response. */
  charge(shard: number, bytes: number, nowMs: number): void {
    if (bytes === 0) return;
    const first = shard * BUCKET_LONGS;
    const costMs = bytes * this.#byteMs;
    let before: bigint;
    let fullAtMs: number;
    do {
      before = Atomics.load(this.#times, first + BYTES_LONG);
      fullAtMs = Math.max(timeOf(before), nowMs) + costMs;
    } while (Atomics.compareExchange(this.#times, first + BYTES_LONG, before, bitsOf(fullAtMs)) !== before);
    if (fullAtMs > nowMs + MS_PER_SECOND + roundingNear(nowMs)) this.#refuseUntil(first + REFUSED_LONG, fullAtMs);
  }

  /** Asked before a GetShardIterator. False when it is one too many. */
  mayGetIterator(shard: number, nowMs: number): boolean {
    return this.#draw(shard * BUCKET_LONGS + ITERATORS_LONG, this.#iteratorMs, nowMs);
  }

  #draw(long: number, costMs: number, nowMs: number): boolean {
    // One call must fit even where a second's worth is less than one.
    const untilMs = nowMs + Math.max(MS_PER_SECOND, costMs) + roundingNear(nowMs);
    for (;;) {
      const before = Atomics.load(this.#times, long);
      const fullAtMs = Math.max(timeOf(before), nowMs) + costMs;
      if (fullAtMs > untilMs) return false;
      if (Atomics.compareExchange(this.#times, long, before, bitsOf(fullAtMs)) === before) return true;
    }
  }

  /** Of threads that overdraw together the latest time holds. */
  #refuseUntil(long: number, untilMs: number): void {
    for (;;) {
      const before = Atomics.load(this.#times, long);
      if (timeOf(before) >= untilMs) return;
      if (Atomics.compareExchange(this.#times, long, before, bitsOf(untilMs)) === before) return;
    }
  }
}

/**
 * The pace of one enhanced fan-out subscription: 2 MiB/s for itself. Nothing is refused, what comes too fast waits. Used
 * by one thread.
 */
export class PushBudget {
  readonly #byteMs: number;
  /** Times count from the first event: those of the epoch are too coarse for what a small event costs. */
  #originMs: number | undefined;
  #paidUntilMs = 0;

  /** @param bytesPerSecond above 0; Infinity for no limit. */
  constructor(bytesPerSecond: number) {
    this.#byteMs = MS_PER_SECOND / bytesPerSecond;
  }

  /**
   * Pays for an event that has just been given.
   * @returns when the next one may be given: `nowMs` when at once. An event of any size may go when its time has come.
   */
  nextAllowedAtMs(bytes: number, nowMs: number): number {
    this.#originMs ??= nowMs;
    this.#paidUntilMs = Math.max(this.#paidUntilMs, nowMs - this.#originMs) + bytes * this.#byteMs;
    return Math.max(nowMs, this.#originMs + this.#paidUntilMs - PUSH_BURST_MS);
  }
}
