import { LINE_BYTES } from '../log/layout.ts';
import { bitsOf, roundingNear, timeOf } from './atomic-time.ts';
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
/** Of a window of calls: by how much a call may come before its end and count in the next one. */
const EARLY_RATIO = 0.05;
/** A window is one 64-bit word: its start in 1/16 ms above, the calls in it in the low 16 bits. */
const START_SHIFT = 16n;
const TICKS_PER_MS = 16;
const CALLS_MASK = 0xffffn;
const WINDOW_CALLS_MAX = 0xffff;

/** Of a second's bytes: what a subscription may be ahead of its pace, so that small events need not queue up. */
const PUSH_BURST_MS = 100;

export const readLimiterBytes = (shardCount: number): number => shardCount * LINE_BYTES;

/**
 * What GetRecords and GetShardIterator may still take from each shard, in shared memory, drawn on by every thread. Times
 * are ms of one clock that all threads share, 0 or later.
 *
 * Calls are counted in windows of a second that begin with their first call: five pass whenever they come, the sixth is
 * refused until the second is over, and refused calls cost nothing. AWS says five transactions a second and no more
 * about it. A token bucket that saves up a second would let ten pass in the first one, and consumers that all ask every
 * 200 ms would find every token taken by the same one of them. A call that comes up to 50 ms before the end of a full
 * window belongs to the next, which then begins when this one ends, not earlier: a consumer that polls every 200 ms is
 * not refused because one call took less long than the one before, and the rate holds.
 *
 * Bytes are known only once they have been read, so they are charged afterwards and may overdraw. AWS: a response of
 * 10 MiB refuses the calls of the next 5 s, and throughput that falls short those of the next 1 s, or longer. Both
 * follow from one rule: a bucket holds one second's bytes, and one that is overdrawn refuses every call until it is full
 * again. From a full bucket 10 MiB take 5 s, and the least overdraft takes one second. However a consumer polls, a shard
 * gives no more than rate times seconds plus one second's worth and the response that overdraws.
 *
 * The bucket of bytes is one time, when it will be full again, as in Limiter.
 */
export class ReadLimiter {
  readonly #times: BigInt64Array;
  readonly #calls: CallWindow;
  readonly #iterators: CallWindow;
  readonly #byteMs: number;

  /** @param buffer of `readLimiterBytes(shardCount)` bytes, zeros at first. */
  constructor(buffer: SharedArrayBuffer, limits: ShardReadLimits) {
    this.#times = new BigInt64Array(buffer);
    this.#calls = callWindow(limits.callsPerSecond);
    this.#iterators = callWindow(limits.iteratorsPerSecond);
    this.#byteMs = MS_PER_SECOND / limits.bytesPerSecond;
  }

  /** Asked before a GetRecords reads. A call that may read and finds nothing has still been made. */
  mayRead(shard: number, nowMs: number): ReadAnswer {
    const first = shard * BUCKET_LONGS;
    if (timeOf(Atomics.load(this.#times, first + REFUSED_LONG)) > nowMs + roundingNear(nowMs)) return 'bytes';
    return this.#count(first + CALLS_LONG, this.#calls, nowMs) ? 'ok' : 'calls';
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
    return this.#count(shard * BUCKET_LONGS + ITERATORS_LONG, this.#iterators, nowMs);
  }

  /** Counts a call in its window; false when that is full. */
  #count(long: number, { calls, lengthMs }: CallWindow, nowMs: number): boolean {
    if (calls === Number.POSITIVE_INFINITY) return true;
    for (;;) {
      const before = Atomics.load(this.#times, long);
      const endMs = Number(before >> START_SHIFT) / TICKS_PER_MS + lengthMs;
      const counted = Number(before & CALLS_MASK);
      let after = before + 1n;
      if (nowMs >= endMs) after = windowWord(nowMs);
      else if (counted >= calls) {
        if (nowMs < endMs - lengthMs * EARLY_RATIO) return false;
        after = windowWord(endMs);
      }
      if (Atomics.compareExchange(this.#times, long, before, after) === before) return true;
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

/** So many calls in so long a time. */
interface CallWindow {
  readonly calls: number;
  readonly lengthMs: number;
}

/** As many whole calls as there are in a second, in the time that they take at the rate; one call at the least. */
function callWindow(perSecond: number): CallWindow {
  if (perSecond === Number.POSITIVE_INFINITY) return { calls: perSecond, lengthMs: MS_PER_SECOND };
  const calls = Math.min(Math.max(1, Math.floor(perSecond)), WINDOW_CALLS_MAX);
  return { calls, lengthMs: (calls / perSecond) * MS_PER_SECOND };
}

/** A window that begins at a time, with one call in it. */
const windowWord = (startMs: number): bigint => (BigInt(Math.floor(startMs * TICKS_PER_MS)) << START_SHIFT) | 1n;

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
