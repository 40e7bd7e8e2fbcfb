import type { Account } from '../../account/account.ts';
import { FirehoseAccount, type FirehoseOptions } from './firehose-account.ts';
import { firehoseMetricsText } from './metrics-text.ts';
import { callFirehose } from './operations.ts';

/** The delivery streams of all accounts and regions of an engine. */
export class Firehoses {
  readonly #options: FirehoseOptions;
  readonly #accounts = new Map<Account, FirehoseAccount>();

  /** @param accounts those that may have delivery streams from before a restart, which go on at once. */
  constructor(accounts: readonly Account[], options: FirehoseOptions) {
    this.#options = options;
    for (const account of accounts) if (account.state.deliveryStreams !== undefined) this.#firehoseOf(account);
  }

  /** Calls Firehose in the account and region of an account of Kinesis. @throws as callFirehose. */
  call(account: Account, operation: string, input: object): object | Promise<object> {
    return callFirehose(this.#firehoseOf(account), operation, input);
  }

  /** Metrics of all delivery streams in Prometheus text format. */
  get metricsText(): string {
    return firehoseMetricsText([...this.#accounts.values()]);
  }

  #firehoseOf(account: Account): FirehoseAccount {
    let firehose = this.#accounts.get(account);
    if (firehose === undefined) {
      // The engine forgets accounts that are empty, and closes them.
      for (const known of this.#accounts.keys()) if (known.isClosed) this.#accounts.delete(known);
      firehose = new FirehoseAccount(account, this.#options);
      this.#accounts.set(account, firehose);
    }
    return firehose;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#accounts.values()].map((account) => account.close()));
  }
}
