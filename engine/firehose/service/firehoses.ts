import type { Account } from '../../account/account.ts';
import type { OperationService } from '../../account/kinesis-service.ts';
import { FirehoseAccount, type FirehoseOptions } from './firehose-account.ts';
import { callFirehose, isFirehoseOperation } from './operations.ts';

/** The delivery streams of all accounts and regions of an engine. */
export class Firehoses {
  readonly #options: FirehoseOptions;
  readonly #accounts = new Map<Account, FirehoseAccount>();

  constructor(options: FirehoseOptions) {
    this.#options = options;
  }

  /** Firehose in the account and region of an account of Kinesis. */
  serviceOf(account: Account): OperationService {
    let firehose = this.#accounts.get(account);
    if (firehose === undefined) {
      firehose = new FirehoseAccount(account, this.#options);
      this.#accounts.set(account, firehose);
    }
    const found = firehose;
    return { knows: isFirehoseOperation, call: (operation, input) => callFirehose(found, operation, input) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#accounts.values()].map((account) => account.close()));
  }
}
