import type { SubscribeToShardInput } from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import type { KinesisService, Subscription, SubscriptionSink } from '../kinesis-service.ts';
import { callWithFaults } from './faulty-call.ts';
import { callOperation, checkCall, isOperation } from './operations.ts';

/** An account as a wire protocol calls it. */
export class AccountService implements KinesisService {
  readonly account: Account;

  constructor(account: Account) {
    this.account = account;
  }

  knows(operation: string): boolean {
    return isOperation(operation);
  }

  call(operation: string, input: object): object | Promise<object> {
    return callWithFaults(this.account, operation, input, () => callOperation(this.account, operation, input));
  }

  subscribe(input: SubscribeToShardInput, sink: SubscriptionSink): Subscription | Promise<Subscription> {
    const checked = checkCall(this.account, 'SubscribeToShard', input) as SubscribeToShardInput;
    let opened: Subscription | undefined;
    const open = () => {
      opened = this.account.subscriptions.open(checked, sink);
      return opened;
    };
    const opening = callWithFaults(this.account, 'SubscribeToShard', input, open);
    if (!(opening instanceof Promise)) return opening;
    return opening.catch((error: unknown) => {
      // A fault dropped the response, and with it the connection for the events.
      opened?.close();
      throw error;
    });
  }
}
