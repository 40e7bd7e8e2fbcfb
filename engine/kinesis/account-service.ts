import type { SubscribeToShardInput } from '@aws-sdk/client-kinesis';
import type { Account } from './account.ts';
import { callOperation, checkInput } from './operations.ts';
import type { KinesisService, Subscription, SubscriptionSink } from './service.ts';

/** An account as a wire protocol calls it. */
export class AccountService implements KinesisService {
  readonly account: Account;

  constructor(account: Account) {
    this.account = account;
  }

  call(operation: string, input: object): object | Promise<object> {
    return callOperation(this.account, operation, input);
  }

  subscribe(input: SubscribeToShardInput, sink: SubscriptionSink): Subscription {
    checkInput('SubscribeToShard', input);
    return this.account.subscriptions.open(input, sink);
  }
}
