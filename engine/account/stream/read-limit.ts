import { rateExceededText } from '../../twin/limits.ts';
import {
  PushBudget,
  ReadLimiter,
  readLimiterBytes,
  readLimitsOf,
  type ShardReadLimits,
} from '../../twin/limits-read.ts';
import type { AccountOptions } from '../options.ts';

/** Read limits of one shard, from the account's options. */
export class ReadLimit {
  readonly #account: AccountOptions;
  readonly #streamName: string;
  readonly #shardId: string;
  readonly #limits: ShardReadLimits | undefined;
  #limiter: ReadLimiter | undefined;

  constructor(account: AccountOptions, streamName: string, shardId: string) {
    this.#account = account;
    this.#streamName = streamName;
    this.#shardId = shardId;
    this.#limits = readLimitsOf(account.limits);
  }

  /** AWS's text when a GetShardIterator is one too many; undefined when it may pass. */
  throttleIterator(nowMs: number): string | undefined {
    return this.#opened?.mayGetIterator(0, nowMs) === false ? this.#rateExceeded() : undefined;
  }

  /** AWS's text when a GetRecords is one too many; undefined when it may pass. */
  throttleRead(nowMs: number): string | undefined {
    return (this.#opened?.mayRead(0, nowMs) ?? 'ok') === 'ok' ? undefined : this.#rateExceeded();
  }

  /** A GetRecords has given so many bytes. */
  charge(bytes: number, nowMs: number): void {
    this.#opened?.charge(0, bytes, nowMs);
  }

  /** The pace of one more subscription. */
  pushBudget(): PushBudget {
    return new PushBudget(this.#limits?.pushBytesPerSecond ?? Number.POSITIVE_INFINITY);
  }

  /** Made when it is first asked: a shard at rest has none. */
  get #opened(): ReadLimiter | undefined {
    if (this.#limits === undefined) return undefined;
    this.#limiter ??= new ReadLimiter(new SharedArrayBuffer(readLimiterBytes(1)), this.#limits);
    return this.#limiter;
  }

  #rateExceeded(): string {
    return rateExceededText(this.#shardId, this.#streamName, this.#account.accountId);
  }
}
