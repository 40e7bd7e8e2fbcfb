import type { Shard } from './shard.ts';

/** What one shard may give out: the account's limits. */
export class ReadLimit {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** AWS's text when a GetShardIterator is one too many; undefined when it may pass. */
  refuseIterator(_nowMs: number): string | undefined {
    return undefined;
  }

  /** AWS's text when a GetRecords is one too many; undefined when it may pass. */
  refuseRead(_nowMs: number): string | undefined {
    return undefined;
  }

  /** A GetRecords has given so many bytes. */
  charge(_bytes: number, _nowMs: number): void {}

  /** When a subscription that has just been given so many bytes may be given more. */
  payPush(_bytes: number, nowMs: number): number {
    return this.#shard.stream.account.options.limits === 'none' ? 0 : nowMs;
  }
}
