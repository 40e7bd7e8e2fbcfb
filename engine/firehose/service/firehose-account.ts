import { existsSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from '../../account/account.ts';
import { type Clock, REAL_CLOCK } from '../../account/clock.ts';
import type { OperationService } from '../../account/kinesis-service.ts';
import { recordMemoryBytes } from '../../account/options.ts';
import { notDeleted } from '../../account/store-defect.ts';
import { type ArnPlace, deliveryStreamArn } from '../control/arn.ts';
import type { DeliveryAccount } from '../control/delivery-account.ts';
import type { DeliveryStreamState } from '../control/delivery-stream-state.ts';
import { finishChanges } from '../control/states.ts';
import type { ObjectStore } from '../delivery/object-store.ts';
import { FolderStore } from '../destinations/folder.ts';
import { type S3Endpoint, S3Store } from '../destinations/s3-store.ts';
import { QUERY_TIMEOUT_MS } from '../processing/query-thread.ts';
import { DeliveryStream } from './delivery-stream.ts';
import type { ProcessingSources } from './processing-sources.ts';
import { type PutQuotaChoice, putQuotaOf } from './put-quota.ts';

export interface FirehoseSettings {
  /** Folder of S3 objects: FOLDER/BUCKET/KEY. By default `buckets` in the folder of the account. */
  readonly folder?: string | undefined;
  /** S3 endpoint to which objects go instead of the folder. */
  readonly s3?: (Omit<S3Endpoint, 'region'> & Partial<Pick<S3Endpoint, 'region'>>) | undefined;
  /** Functions and tables that delivery streams name, and that AWS has in Lambda and in Glue. */
  readonly sources?: Partial<ProcessingSources> | undefined;
  /** Largest number of delivery streams of an account in a region. AWS: 5,000. */
  readonly streamsMax?: number | undefined;
  /** Quota of puts of a delivery stream. By default that of the region, or none for an engine without limits. */
  readonly quota?: PutQuotaChoice | undefined;
  /**
   * Bytes of undelivered records of a delivery stream from which on puts are rejected (default 4 GiB). Most of them are on
   * disk.
   */
  readonly backlogBytesMax?: number | undefined;
  /** Real time that a jq query may take for a batch of up to 5,000 records before the batch fails (default 20 s). */
  readonly queryTimeoutMs?: number | undefined;
}

export interface FirehoseOptions extends FirehoseSettings {
  /** Kinesis in an account and region, for delivery streams that read a stream. @throws KinesisError */
  readonly kinesisIn: (place: ArnPlace) => OperationService;
  /** Called for a bug of a processor or of a destination. */
  readonly onDefect: (error: unknown) => void;
}

/** Longest time, in real time, for the delivery of what waits at the end. */
const FLUSH_MS_MAX = 2000;

/** Interval of tries to start a delivery stream that could not be started after a restart. */
const START_RETRY_MS = 10_000;

const BACKLOG_BYTES_MAX = 4 * 1024 ** 3;
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
  /** Delivery streams from before a restart that cannot run, such as one whose function is not there any more. */
  readonly #stopped = new Map<string, DeliveryStreamState>();
  readonly #closing = new Set<Promise<void>>();
  #isClosed = false;

  constructor(account: Account, options: FirehoseOptions) {
    const { accountId, region } = account.options;
    this.place = { accountId, region };
    this.account = account;
    this.streamsMax = options.streamsMax ?? STREAMS_MAX;
    this.#options = options;
    this.#store = storeOf(account, options);
    // The account's file has what `changed` wrote.
    const states = (account.state.deliveryStreams ?? []) as readonly DeliveryStreamState[];
    for (const state of states) this.#resume(state);
    for (const state of states) finishChanges(this, state);
    removeOrphans(join(account.folder.path, 'firehose'), new Set(states.map((state) => this.#folderOf(state))));
  }

  get clock(): Clock {
    return this.account.clock;
  }

  get queryTimeoutMs(): number {
    return this.#options.queryTimeoutMs ?? QUERY_TIMEOUT_MS;
  }

  get hasQuotas(): boolean {
    return this.account.options.limits === 'aws';
  }

  /** In the order of their names. */
  get streams(): readonly DeliveryStream[] {
    return [...this.#streams.values()].sort((a, b) => (a.state.name < b.state.name ? -1 : 1));
  }

  get states(): readonly DeliveryStreamState[] {
    const states = [...Array.from(this.#streams.values(), ({ state }) => state), ...this.#stopped.values()];
    return states.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  stream(name: string): DeliveryStream | undefined {
    return this.#streams.get(name);
  }

  find(name: string): DeliveryStreamState | undefined {
    return this.#streams.get(name)?.state ?? this.#stopped.get(name);
  }

  add(state: DeliveryStreamState): void {
    const { onDefect, backlogBytesMax = BACKLOG_BYTES_MAX, quota = this.hasQuotas ? 'region' : 'none' } = this.#options;
    const { durability, memoryBytes, onDefect: onStoreDefect } = this.account.options;
    const stream = new DeliveryStream(state, {
      arn: deliveryStreamArn(this.place, state.name),
      clock: this.clock,
      place: this.place,
      sources: { functions: {}, tables: {}, ...this.#options.sources },
      queryTimeoutMs: this.queryTimeoutMs,
      store: this.#store,
      folder: this.#folderOf(state),
      durability,
      memoryBytes: recordMemoryBytes(memoryBytes),
      quota: putQuotaOf(quota, this.place.region),
      backlogBytesMax,
      callKinesis: async (place, operation, input) => this.#options.kinesisIn(place).call(operation, input),
      onDefect,
      onStoreDefect,
    });
    this.#streams.set(state.name, stream);
  }

  /** Starts a delivery stream from before a restart. One that cannot start keeps its records, and is tried again. */
  #resume(state: DeliveryStreamState): void {
    const { name } = state;
    try {
      this.add(state);
      this.#stopped.delete(name);
    } catch (error) {
      if (!this.#stopped.has(name)) this.#options.onDefect(error);
      this.#stopped.set(name, state);
      this.clock.at(this.clock.nowMs() + START_RETRY_MS, () => {
        if (!this.#isClosed && this.#stopped.get(name) === state) this.#resume(state);
      });
    }
  }

  /** A delivery stream that was deleted and created again has another folder than before. */
  #folderOf({ name, createdAtMs }: DeliveryStreamState): string {
    return join(this.account.folder.path, 'firehose', `${name}@${Math.floor(createdAtMs)}`);
  }

  change({ name }: DeliveryStreamState, destination: DeliveryStreamState['destination']): void {
    this.#streams.get(name)?.change(destination);
  }

  remove(state: DeliveryStreamState): void {
    const { name } = state;
    const stream = this.#streams.get(name);
    this.#streams.delete(name);
    this.#stopped.delete(name);
    this.changed();
    const closing = this.#destroy(state, stream).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #destroy(state: DeliveryStreamState, stream: DeliveryStream | undefined): Promise<void> {
    const folder = this.#folderOf(state);
    try {
      await stream?.destroy();
      await rm(folder, { recursive: true, force: true });
    } catch (cause) {
      this.account.options.onDefect(notDeleted(folder, cause));
    }
  }

  activate({ name }: DeliveryStreamState): void {
    this.#streams.get(name)?.activate();
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

  /** Ends the delivery. Without a data directory, what waits is delivered first, if that is possible at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const { isTemporary } = this.account.folder;
    const untilMs = performance.now() + FLUSH_MS_MAX;
    const end = async (stream: DeliveryStream) => {
      if (isTemporary && this.clock === REAL_CLOCK) await stream.flush(() => performance.now() > untilMs);
      await (isTemporary ? stream.destroy() : stream.close());
    };
    await Promise.all([...this.#closing, ...[...this.#streams.values()].map(end)]);
    await this.#store.close();
  }
}

function storeOf({ options, folder }: Account, { folder: objectFolder, s3 }: FirehoseSettings): ObjectStore {
  if (s3 !== undefined) return new S3Store({ region: options.region, ...s3 });
  return new FolderStore(objectFolder ?? join(folder.path, 'buckets'), options.durability !== 'none');
}

/** Deletes folders of delivery streams that are gone: the last engine ended before it had deleted them. */
function removeOrphans(folder: string, known: ReadonlySet<string>): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const orphans = names.map((name) => join(folder, name)).filter((path) => !known.has(path));
  for (const path of orphans) rmSync(path, { recursive: true, force: true });
}
