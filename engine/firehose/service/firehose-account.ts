import { join } from 'node:path';
import type { Account } from '../../account/account.ts';
import type { Clock } from '../../account/clock.ts';
import type { ArnPlace } from '../control/arn.ts';
import type { DeliveryStreamState } from '../control/delivery-stream-state.ts';
import type { DeliveryAccount } from '../control/delivery-streams.ts';
import type { ObjectStore } from '../delivery/object-store.ts';
import { FolderStore } from '../destinations/folder.ts';
import { DeliveryStream } from './delivery-stream.ts';

export interface FirehoseOptions {
  /** Folder of S3 objects: FOLDER/BUCKET/KEY. By default `buckets` in the folder of the account. */
  readonly folder?: string | undefined;
  /** Called for a bug of a processor or of a destination. */
  readonly onDefect: (error: unknown) => void;
}

/** The delivery streams of one account in one region. */
export class FirehoseAccount implements DeliveryAccount {
  readonly place: ArnPlace;
  readonly #account: Account;
  readonly #options: FirehoseOptions;
  readonly #store: ObjectStore;
  readonly #streams = new Map<string, DeliveryStream>();
  readonly #closing = new Set<Promise<void>>();
  #isClosed = false;

  constructor(account: Account, options: FirehoseOptions) {
    const { accountId, region, durability } = account.options;
    this.place = { accountId, region };
    this.#account = account;
    this.#options = options;
    this.#store = new FolderStore(options.folder ?? join(account.folder.path, 'buckets'), durability !== 'none');
  }

  get clock(): Clock {
    return this.#account.clock;
  }

  get states(): readonly DeliveryStreamState[] {
    return [...this.#streams.values()].map(({ state }) => state).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  stream(name: string): DeliveryStream | undefined {
    return this.#streams.get(name);
  }

  find(name: string): DeliveryStreamState | undefined {
    return this.#streams.get(name)?.state;
  }

  add(state: DeliveryStreamState): void {
    const parts = { clock: this.clock, store: this.#store, onDefect: this.#options.onDefect };
    this.#streams.set(state.name, new DeliveryStream(state, parts));
  }

  remove({ name }: DeliveryStreamState): void {
    const stream = this.#streams.get(name);
    this.#streams.delete(name);
    if (stream === undefined) return;
    const closing = stream.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  after(status: 'CREATING' | 'DELETING', run: () => void): void {
    const { creating, deleting } = this.#account.options.delaysMs;
    const delayMs = status === 'CREATING' ? creating : deleting;
    if (delayMs <= 0) run();
    else {
      this.clock.at(this.clock.nowMs() + delayMs, () => {
        if (!this.#isClosed) run();
      });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#closing, ...[...this.#streams.values()].map((stream) => stream.close())]);
    await this.#store.close();
  }
}
