import { Account } from '../../../../engine/account/account.ts';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import type { InputOf, OperationName, OutputOf } from '../../../../engine/account/operation-types.ts';
import type { AccountOptions } from '../../../../engine/account/options.ts';
import { callOperation } from '../../../../engine/account/service/operations.ts';

export const START_MS = Date.UTC(2026, 0, 1);
export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const ACCOUNT_ID = '000000000000';
export const ARN = `arn:aws:kinesis:us-east-1:${ACCOUNT_ID}:stream/orders`;
const MIB = 1024 * 1024;

/** An account behind its operations, on a clock that a test advances. */
export class Caller {
  readonly clock = new VirtualClock(START_MS);
  readonly account: Account;

  constructor(options: Partial<AccountOptions> = {}) {
    this.account = new Account({ clock: this.clock, memoryBytes: 16 * MIB, ...options });
  }

  call<Name extends OperationName>(operation: Name, input: InputOf<Name>): OutputOf<Name> {
    return callOperation(this.account, operation, input) as OutputOf<Name>;
  }

  /** Completes every change of state in progress. */
  settle(): void {
    this.clock.advance(10 * SECOND_MS);
  }

  /** `orders`, provisioned, ACTIVE. */
  withStream(shardCount: number, name = 'orders'): this {
    this.call('CreateStream', { StreamName: name, ShardCount: shardCount });
    this.settle();
    return this;
  }

  /** `orders`, on-demand, ACTIVE. */
  withOnDemandStream(name = 'orders'): this {
    this.call('CreateStream', { StreamName: name, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    this.settle();
    return this;
  }

  withCommitment(): this {
    this.call('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } });
    return this;
  }

  summary(name = 'orders') {
    // The operation has a rate limit, so this does not call it.
    const { state, openShards } = this.account.stream({ StreamName: name });
    return { ...state, openShardCount: openShards.length };
  }

  shardIds(filter?: InputOf<'ListShards'>['ShardFilter']): string[] {
    const { Shards = [] } = this.call('ListShards', { StreamName: 'orders', ShardFilter: filter });
    return Shards.map(({ ShardId = '' }) => ShardId);
  }

  openShardIds(): string[] {
    return this.account.stream({ StreamName: 'orders' }).openShards.map(({ id }) => id);
  }
}

export const caller = (options: Partial<AccountOptions> = {}): Caller => new Caller(options);

export const shardId = (index: number): string => `shardId-${String(index).padStart(12, '0')}`;

/** Returns `Code: message` of a rejected call, and 'accepted' for any other. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}
