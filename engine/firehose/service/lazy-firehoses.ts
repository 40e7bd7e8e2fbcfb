import type { Account } from '../../account/account.ts';
import type { OperationService } from '../../account/kinesis-service.ts';
import type { FirehoseOptions } from './firehose-account.ts';
import type { Firehoses } from './firehoses.ts';
import { FIREHOSE_OPERATIONS } from './operation-names.ts';

/** Firehose, loaded at its first call: most engines serve Kinesis only, and loading it takes about a tenth of their start. */
export class LazyFirehoses {
  readonly #accounts: readonly Account[];
  readonly #options: FirehoseOptions;
  #loading: Promise<Firehoses> | undefined;
  #loaded: Firehoses | undefined;

  constructor(accounts: readonly Account[], options: FirehoseOptions) {
    this.#accounts = accounts;
    this.#options = options;
  }

  /** Continues the delivery streams from before a restart, if there are any. */
  async resume(): Promise<void> {
    if (this.#accounts.some(({ state }) => state.deliveryStreams !== undefined)) await this.#load();
  }

  /** Firehose in the account and region of an account of Kinesis. */
  serviceOf(account: Account): OperationService {
    return { operations: FIREHOSE_OPERATIONS, call: (operation, input) => this.#call(account, operation, input) };
  }

  /** Metrics of all delivery streams in Prometheus text format; empty as long as Firehose is not loaded. */
  get metricsText(): string {
    return this.#loaded?.metricsText ?? '';
  }

  #call(account: Account, operation: string, input: object): object | Promise<object> {
    if (this.#loaded !== undefined) return this.#loaded.call(account, operation, input);
    return this.#load().then((firehoses) => firehoses.call(account, operation, input));
  }

  async #load(): Promise<Firehoses> {
    this.#loading ??= import('./firehoses.ts').then(({ Firehoses }) => new Firehoses(this.#accounts, this.#options));
    this.#loaded = await this.#loading;
    return this.#loaded;
  }

  async close(): Promise<void> {
    await (await this.#loading)?.close();
  }
}
