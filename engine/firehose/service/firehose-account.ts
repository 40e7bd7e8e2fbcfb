import { join } from 'node:path';
import type { Account } from '../../account/account.ts';
import type { Clock } from '../../account/clock.ts';
import { type ArnPlace, deliveryStreamArn } from '../control/arn.ts';
import type { DeliveryAccount } from '../control/delivery-account.ts';
import type { DeliveryStreamState } from '../control/delivery-stream-state.ts';
import { finishChanges } from '../control/states.ts';
import type { ObjectStore } from '../delivery/object-store.ts';
import { FolderStore } from '../destinations/folder.ts';
import { DeliveryStream } from './delivery-stream.ts';

export interface FirehoseOptions {
  /** Folder of S3 objects: FOLDER/BUCKET/KEY. By default `buckets` in the folder of the account. */
  readonly folder?: string | undefined;
  /** Largest number of delivery streams of an account in a region. AWS: 5,000. */
  readonly streamsMax?: number | undefined;
  /** Called for a bug of a processor or of a destination. */
  readonly onDefect: (error: unknown) => void;
}

const STREAMS_MAX = 5000;

/** The delivery streams of one account in one region. */
export class FirehoseAccount implements DeliveryAccount {
  readonly place: ArnPlace;
  /** The account of Kinesis, whose clock, folder and faults this one shares. */
  readonly account: Account;
  readonly streamsMax: number;
  readonly #options: FirehoseOptions;
  readonly #store: ObjectStore;
  readonly #streams = new Map<string, DeliveryStream>();
  readonly #closing = new Set<Promise<void>>();
  #isClosed = false;

  constructor(account: Account, options: FirehoseOptions) {
    const { accountId, region, durability } = account.options;
    this.place = { accountId, region };
    this.account = account;
    this.streamsMax = options.streamsMax ?? STREAMS_MAX;
    this.#options = options;
    this.#store = new FolderStore(options.folder ?? join(account.folder.path, 'buckets'), durability !== 'none');
    // The account's file has what `changed` wrote.
    const states = (account.state.deliveryStreams ?? []) as readonly DeliveryStreamState[];
    for (const state of states) this.add(state);
    for (const state of states) finishChanges(this, state);
  }

  get clock(): Clock {
    return this.account.clock;
  }

  get hasQuotas(): boolean {
    return this.account.options.limits === 'aws';
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
    const { onDefect } = this.#options;
    const arn = deliveryStreamArn(this.place, state.name);
    this.#streams.set(state.name, new DeliveryStream(state, { arn, clock: this.clock, store: this.#store, onDefect }));
  }

  change({ name }: DeliveryStreamState, destination: DeliveryStreamState['destination']): void {
    this.#streams.get(name)?.change(destination);
  }

  remove({ name }: DeliveryStreamState): void {
    const stream = this.#streams.get(name);
    this.#streams.delete(name);
    this.changed();
    if (stream === undefined) return;
    const closing = stream.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  after(change: 'creating' | 'updating' | 'deleting', state: DeliveryStreamState, run: () => void): void {
    const delayMs = this.account.options.delaysMs[change];
    if (delayMs <= 0) run();
    else {
      this.clock.at(this.clock.nowMs() + delayMs, () => {
        if (!this.#isClosed && this.find(state.name) === state) run();
      });
    }
  }

  changed(): void {
    this.account.state.deliveryStreams = this.states;
    this.account.changed();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#closing, ...[...this.#streams.values()].map((stream) => stream.close())]);
    await this.#store.close();
  }
}
