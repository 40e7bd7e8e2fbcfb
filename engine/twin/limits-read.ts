import { LINE_BYTES } from '../log/layout.ts';
import { bitsOf, roundingNear, timeOf } from './atomic-time.ts';
import { MIB, type ShardLimits } from './limits.ts';

/** Read limits of one shard. Infinity is no limit. */
export interface ShardReadLimits {
  /** Bytes of GetRecords, all callers together. */
  readonly bytesPerSecond: number;
  readonly callsPerSecond: number;
  /** Calls of GetShardIterator, all callers together. */
  readonly iteratorsPerSecond: number;
  /** Bytes of enhanced fan-out, for each subscription. */
  readonly pushBytesPerSecond: number;
}

/**
 * 5 GetRecords/s and 2 MiB/s shared by all polling consumers, 5 GetShardIterator/s, 2 MiB/s for each subscription.
 * Source: type documentation of GetRecords, GetShardIterator and SubscribeToShard in @aws-sdk/client-kinesis 3.1143.0;
 * "Quotas and limits" of the developer guide, which writes MB where the types write MiB. Read 2026-11.
 */
const AWS_READ_LIMITS: ShardReadLimits = {
  bytesPerSecond: 2 * MIB,
  callsPerSecond: 5,
  iteratorsPerSecond: 5,
  pushBytesPerSecond: 2 * MIB,
};

/**
 * The read limits of a choice of limits; undefined if nothing is limited. With a user's own limits, the rate of
 * bytes also applies to each subscription, and the rate of calls to iterators. An undefined rate is no limit.
 */
export function readLimitsOf(limits: 'aws' | 'none' | ShardLimits | undefined): ShardReadLimits | undefined {
  if (limits === undefined || limits === 'none') return undefined;
  if (limits === 'aws') return AWS_READ_LIMITS;
  const bytes = limits.readBytesPerSecond ?? Number.POSITIVE_INFINITY;
  const calls = limits.readCallsPerSecond ?? Number.POSITIVE_INFINITY;
  if (bytes === Number.POSITIVE_INFINITY && calls === Number.POSITIVE_INFINITY) return undefined;
  return { bytesPerSecond: bytes, callsPerSecond: calls, iteratorsPerSecond: calls, pushBytesPerSecond: bytes };
}

/** ok: the call may read, and counts as a call. Otherwise the limit that it exceeds. */
export type ReadDecision = 'ok' | 'calls' | 'bytes';

const BUCKET_LONGS = LINE_BYTES / 8;
const CALLS_LONG = 0;
const ITERATORS_LONG = 1;
const BYTES_LONG = 2;
/** Time until which GetRecords is throttled because the bytes are used up. */
const THROTTLED_LONG = 3;
const MS_PER_SECOND = 1000;
/** Share of a window of calls before its end in which a call counts in the next window. */
const EARLY_RATIO = 0.05;
/** A window is one 64-bit word: its start in 1/16 ms above, the calls in it in the low 16 bits. */
const START_SHIFT = 16n;
const TICKS_PER_MS = 16;
const CALLS_MASK = 0xffffn;
const WINDOW_CALLS_MAX = 0xffff;

/** Time by which a subscription may be ahead of its pace, so that small events do not queue. */
const PUSH_BURST_MS = 100;

export const readLimiterBytes = (shardCount: number): number => shardCount * LINE_BYTES;

/**
 * The remaining allowance of GetRecords and GetShardIterator of each shard, in shared memory, used by every thread. Times
 * are ms of one clock that all threads share, 0 or later.
 *
 * Calls are counted in windows of a second that begin with their first call: the first five pass, the sixth is
 * throttled until the second is over, and throttled calls do not count. AWS documents five transactions a second and no
 * details. A token bucket that saves up a second would let ten pass in the first one, and of consumers that all poll every
 * 200 ms the same one would take every token. A call up to 50 ms before the end of a full
 * window belongs to the next window, which begins when this one ends, not earlier: a consumer that polls every 200 ms is
 * not throttled because one call was faster than the one before, and the rate is kept.
 *
 * Bytes are known only after they were read, so they are charged afterwards and may overdraw. AWS: after a response of
 * 10 MiB, the calls of the next 5 s are throttled, and after insufficient throughput those of the next 1 s, or longer. Both
 * follow from one rule: a bucket holds one second's bytes, and an overdrawn bucket throttles every call until it is full
 * again. From a full bucket 10 MiB take 5 s, and the smallest overdraft takes one second. However a consumer polls, a shard
 * returns no more than rate times seconds plus one second's worth and the response that overdraws.
 *
 * The bucket of bytes is one time, at which it will be full again, as in Limiter.
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

  /** Called before GetRecords reads. A call that may read counts even if it finds nothing. */
  mayRead(shard: number, nowMs: number): ReadDecision {
    const first = shard * BUCKET_LONGS;
    if (timeOf(Atomics.load(this.#times, first + THROTTLED_LONG)) > nowMs + roundingNear(nowMs)) return 'bytes';
    return this.#count(first + CALLS_LONG, this.#calls, nowMs) ? 'ok' : 'calls';
  }

  /** Called after GetRecords has read, with the bytes of keys and data in its response. */
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
    if (fullAtMs > nowMs + MS_PER_SECOND + roundingNear(nowMs)) this.#throttleUntil(first + THROTTLED_LONG, fullAtMs);
  }

  /** Called before GetShardIterator. Returns false if the call exceeds the limit. */
  mayGetIterator(shard: number, nowMs: number): boolean {
    return this.#count(shard * BUCKET_LONGS + ITERATORS_LONG, this.#iterators, nowMs);
  }

  /** Counts a call in its window. Returns false if the window is full. */
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

  /** If threads overdraw together, the latest time wins. */
  #throttleUntil(long: number, untilMs: number): void {
    for (;;) {
      const before = Atomics.load(this.#times, long);
      if (timeOf(before) >= untilMs) return;
      if (Atomics.compareExchange(this.#times, long, before, bitsOf(untilMs)) === before) return;
    }
  }
}

/** A number of calls in a length of time. */
interface CallWindow {
  readonly calls: number;
  readonly lengthMs: number;
}

/** The whole calls of a second (at least one), and the time that they take at the rate. */
function callWindow(perSecond: number): CallWindow {
  if (perSecond === Number.POSITIVE_INFINITY) return { calls: perSecond, lengthMs: MS_PER_SECOND };
  const calls = Math.min(Math.max(1, Math.floor(perSecond)), WINDOW_CALLS_MAX);
  return { calls, lengthMs: (calls / perSecond) * MS_PER_SECOND };
}

/** A window that begins at a time, with one call in it. */
const windowWord = (startMs: number): bigint => (BigInt(Math.floor(startMs * TICKS_PER_MS)) << START_SHIFT) | 1n;

/**
 * The pace of one enhanced fan-out subscription: 2 MiB/s. Nothing is throttled; events that come too fast wait. Used
 * by one thread.
 */
export class PushBudget {
  readonly #byteMs: number;
  /** Start of the times: epoch times are too coarse for the cost of a small event. */
  #originMs: number | undefined;
  #paidUntilMs = 0;

  /** @param bytesPerSecond above 0; Infinity for no limit. */
  constructor(bytesPerSecond: number) {
    this.#byteMs = MS_PER_SECOND / bytesPerSecond;
  }

  /**
   * Pays for an event that was just delivered.
   * @returns the time of the next delivery; `nowMs` for immediately. An event of any size may be delivered at its time.
   */
  nextAllowedAtMs(bytes: number, nowMs: number): number {
    this.#originMs ??= nowMs;
    this.#paidUntilMs = Math.max(this.#paidUntilMs, nowMs - this.#originMs) + bytes * this.#byteMs;
    return Math.max(nowMs, this.#originMs + this.#paidUntilMs - PUSH_BURST_MS);
  }
}
