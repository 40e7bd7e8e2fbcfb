import type { SubscribeToShardInput } from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import { putColumns } from '../data/put-columns.ts';
import type { KinesisService, Subscription, SubscriptionSink } from '../kinesis-service.ts';
import type { PutColumns } from '../records/put-columns.ts';
import type { PutOutcome } from '../records/put-outcome.ts';
import type { RecordWriter } from '../records/record-writer.ts';
import type { ColumnService, PutOperation } from './column-service.ts';
import { callWithFaults } from './faulty-call.ts';
import { callGetRecords, callOperation, checkCall, OPERATION_NAMES } from './operations.ts';

/** An account as a wire protocol calls it. */
export class AccountService implements KinesisService, ColumnService {
  readonly account: Account;
  readonly operations: ReadonlySet<string> = OPERATION_NAMES;

  constructor(account: Account) {
    this.account = account;
  }

  call(operation: string, input: object): object | Promise<object> {
    return callWithFaults(this.account, operation, input, () => callOperation(this.account, operation, input));
  }

  get columns(): PutColumns {
    return this.account.intake.columns;
  }

  putColumns(operation: PutOperation, columns: PutColumns): PutOutcome | Promise<PutOutcome> | undefined {
    return this.account.whenKept(() => putColumns(this.account, operation, columns));
  }

  getRecords(input: object, writer: RecordWriter): object | Promise<object> {
    const { account } = this;
    return callWithFaults(account, 'GetRecords', input, () => callGetRecords(account, input, writer));
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
