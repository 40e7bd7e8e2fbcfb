import {
  PushBudget,
  ReadLimiter,
  readLimiterBytes,
  readLimitsOf,
  type ShardReadLimits,
} from '../../../engine/twin/limits-read.ts';
import type { ConsumerSpec } from '../../../workloads/scenario.ts';
import type { EngineTargetSpec } from '../../../workloads/targets/engine.ts';
import { writeLimitsOf } from './write-limits.ts';

/** Read limits of each shard, and the memory in which its consumers share them. Survives `postMessage`. */
export interface EngineReadLimits {
  readonly limits: ShardReadLimits;
  readonly limiter: SharedArrayBuffer;
}

export function engineReadLimitsOf(spec: EngineTargetSpec, shardCapacity: number): EngineReadLimits | undefined {
  const limits = readLimitsOf(spec.limits === 'aws' ? 'aws' : writeLimitsOf(spec));
  return limits && { limits, limiter: new SharedArrayBuffer(readLimiterBytes(shardCapacity)) };
}

/** Keeps a consumer within the read limits of shards. */
export interface ReadPace {
  /** Called before each read of a shard. */
  mayRead(shard: number, nowNs: number): boolean;
  /** Called after each read. @returns false if no more may be read of the shard now. */
  hasRead(shard: number, bytes: number, nowNs: number): boolean;
  /** True while a shard that may hold something must not be read. */
  isHeld(nowNs: number): boolean;
  /** True if a read is a call of the service also when it finds nothing. */
  readonly countsEmptyReads: boolean;
  readonly counts: Readonly<Record<string, number>>;
}

export function readPaceOf({ limits, limiter }: EngineReadLimits, { kind }: ConsumerSpec): ReadPace {
  return kind === 'polling' ? new PollPace(limiter, limits) : new PushPace(limits);
}

/** The limiter's times are never negative; a run's are, for some ms before the load starts. */
const msOf = (nowNs: number): number => Math.max(0, nowNs / 1e6);

/** A poll of a shard is one GetRecords call. Over the limit it is throttled, and the consumer retries with its next poll. */
class PollPace implements ReadPace {
  readonly countsEmptyReads = true;
  readonly #limiter: ReadLimiter;
  #calls = 0;
  #throttled = 0;

  constructor(limiter: SharedArrayBuffer, limits: ShardReadLimits) {
    this.#limiter = new ReadLimiter(limiter, limits);
  }

  mayRead(shard: number, nowNs: number): boolean {
    this.#calls += 1;
    const isAllowed = this.#limiter.mayRead(shard, msOf(nowNs)) === 'ok';
    if (!isAllowed) this.#throttled += 1;
    return isAllowed;
  }

  hasRead(shard: number, bytes: number, nowNs: number): boolean {
    this.#limiter.charge(shard, bytes, msOf(nowNs));
    return true;
  }

  isHeld(): boolean {
    return false;
  }

  get counts(): Readonly<Record<string, number>> {
    if (this.#throttled === 0) return {};
    return { calls: this.#calls, 'errors.ProvisionedThroughputExceededException': this.#throttled };
  }
}

/** Each shard is pushed to each consumer at a pace of its own. */
class PushPace implements ReadPace {
  readonly countsEmptyReads = false;
  readonly #bytesPerSecond: number;
  readonly #budgets: PushBudget[] = [];
  /** By shard: when the next event may come. */
  readonly #nextAtNs: number[] = [];
  #lastNextAtNs = Number.NEGATIVE_INFINITY;
  readonly counts = {};

  constructor({ pushBytesPerSecond }: ShardReadLimits) {
    this.#bytesPerSecond = pushBytesPerSecond;
  }

  mayRead(shard: number, nowNs: number): boolean {
    return nowNs >= (this.#nextAtNs[shard] ?? Number.NEGATIVE_INFINITY);
  }

  hasRead(shard: number, bytes: number, nowNs: number): boolean {
    this.#budgets[shard] ??= new PushBudget(this.#bytesPerSecond);
    const nextAtNs = this.#budgets[shard]!.nextAllowedAtMs(bytes, msOf(nowNs)) * 1e6;
    this.#nextAtNs[shard] = nextAtNs;
    if (nextAtNs > this.#lastNextAtNs) this.#lastNextAtNs = nextAtNs;
    return nextAtNs <= nowNs;
  }

  isHeld(nowNs: number): boolean {
    return nowNs < this.#lastNextAtNs;
  }
}
