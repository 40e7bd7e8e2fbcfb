import { Faults } from '../twin/faults.ts';
import { type LatencyModel, latencyModelOf } from '../twin/latency.ts';
import { AccountFolder } from './account-folder.ts';
import { type AccountState, newAccountState } from './account-state.ts';
import { allEnded } from './all-ended.ts';
import type { Clock } from './clock.ts';
import { internalFailure, invalidArgument, resourceNotFound } from './errors.ts';
import { accountIdInArn, nameInArn, streamArn } from './identifiers/arn.ts';
import { type AccountOptions, DEFAULT_ACCOUNT, recordMemoryBytes } from './options.ts';
import { Intake } from './records/intake.ts';
import { Subscriptions } from './records/subscriptions.ts';
import type { RecordStore, StoreSize } from './store/record-store.ts';
import { openShardStore } from './store/shard-store.ts';
import { notDeleted } from './store-defect.ts';
import { KinesisStream } from './stream/stream.ts';
import type { OnTraffic, StreamAccount, StreamOfAccount } from './stream/stream-account.ts';
import { maxRecordBytesOf, type ShardState, type StreamState } from './stream/stream-state.ts';

/** Stream of a call: its name, its ARN, or both. */
export interface StreamReference {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

/** Parts that the accounts of one engine share. */
export interface SharedParts {
  readonly faults: Faults;
  readonly intake: Intake;
}

/** One account in one region: its streams and settings. Everything happens on one thread. */
export class Account implements StreamAccount {
  readonly options: AccountOptions;
  readonly folder: AccountFolder;
  /** Faults to inject into the calls of the engine. */
  readonly faults: Faults;
  /** State that survives a restart, besides the streams. */
  state: AccountState = newAccountState();
  /** Where the records of a call are laid out. */
  readonly intake: Intake;
  readonly subscriptions: Subscriptions = new Subscriptions(this);
  /** Saves a change before the call that made it returns. Returns false while the disk does not accept it. */
  onChange: (() => boolean) | undefined;
  /** Called after each put, for the scaling of on-demand streams. */
  traffic: OnTraffic | undefined;
  /** Nothing changes by itself any more. */
  isClosed = false;
  readonly #streams = new Map<string, KinesisStream>();
  readonly #removals = new Map<string, Promise<void>>();
  #changesHeld = false;
  #unkeptChanges = 0;

  constructor(options: Partial<AccountOptions> = {}, shared?: SharedParts) {
    this.options = { ...DEFAULT_ACCOUNT, ...options };
    const { latency, seed, dataDir, accountId } = this.options;
    this.latency = latency === 'none' ? undefined : latencyModelOf(latency, seed);
    this.folder = new AccountFolder(dataDir);
    this.faults = shared?.faults ?? new Faults(seed, accountId);
    this.intake = shared?.intake ?? new Intake();
  }

  /** The delay of every stream of the account; undefined when there is none. */
  readonly latency: LatencyModel | undefined;

  get clock(): Clock {
    return this.options.clock;
  }

  /** In the order of their names. */
  get streams(): readonly KinesisStream[] {
    return [...this.#streams.values()].sort((a, b) => (a.state.name < b.state.name ? -1 : 1));
  }

  /** True if nothing is lost when the account is forgotten. */
  get isEmpty(): boolean {
    const { commitment, channels, deliveryStreams = [] } = this.state;
    const isUnused = commitment.status === 'DISABLED' && channels.length === 0 && deliveryStreams.length === 0;
    return isUnused && this.#streams.size === 0 && this.#removals.size === 0;
  }

  arnOf(streamName: string): string {
    return streamArn(this.options, streamName);
  }

  findStream(name: string): KinesisStream | undefined {
    return this.#streams.get(name);
  }

  /** @throws ResourceNotFoundException when there is no such stream. */
  stream(reference: StreamReference): KinesisStream {
    const { StreamName, StreamARN } = reference;
    const name = StreamName ?? nameInArn(StreamARN ?? '');
    const stream = this.#streams.get(name);
    if (stream !== undefined && (StreamARN === undefined || StreamARN === stream.arn)) return stream;
    if (StreamARN !== undefined && nameInArn(StreamARN) !== name) {
      throw invalidArgument(`${StreamARN} is not the ARN of stream ${name}.`);
    }
    const accountId = StreamARN === undefined ? this.options.accountId : accountIdInArn(StreamARN);
    throw resourceNotFound(`Stream ${name} under account ${accountId} not found.`);
  }

  /** A stream that may be read: one that is not CREATING. @throws ResourceNotFoundException */
  readableStream(reference: StreamReference): KinesisStream {
    const stream = this.stream(reference);
    if (stream.state.status !== 'CREATING') return stream;
    throw resourceNotFound(`Stream ${stream.state.name} under account ${this.options.accountId} not found.`);
  }

  /** A stream that may be written: AWS documents ACTIVE, and goes on through UPDATING. @throws ResourceNotFoundException */
  writableStream(reference: StreamReference): KinesisStream {
    return this.readableStream(reference);
  }

  addStream(state: StreamState): KinesisStream {
    const stream = new KinesisStream(this, state);
    this.#streams.set(state.name, stream);
    this.changed();
    return stream;
  }

  /**
   * Removes the stream at once; its records and files are deleted afterwards. Files that cannot be deleted are reported as a
   * defect.
   */
  removeStream(stream: StreamOfAccount): Promise<void> {
    const { name } = stream.state;
    this.#streams.delete(name);
    this.changed();
    const removal = this.#removeFiles(stream).finally(() => this.#removals.delete(name));
    this.#removals.set(name, removal);
    return removal;
  }

  /** When nothing is left of a deleted stream of this name; undefined when nothing is. */
  removalOf(name: string): Promise<void> | undefined {
    return this.#removals.get(name);
  }

  async #removeFiles(stream: StreamOfAccount): Promise<void> {
    try {
      await stream.destroy();
      await this.folder.removeStream(stream.state);
    } catch (cause) {
      this.options.onDefect(notDeleted(this.folder.ofStream(stream.state), cause));
    }
  }

  /** A shard's share of its stream's memory, by the shards that are open now. */
  storeSize(stream: StreamState): StoreSize {
    const openShards = stream.shards.filter(({ closedAtMs }) => closedAtMs === undefined).length;
    return {
      memoryBytes: Math.floor(recordMemoryBytes(this.options.memoryBytes) / Math.max(1, openShards)),
      maxRecordBytes: maxRecordBytesOf(stream),
    };
  }

  /** Opens the records of a shard. */
  openStore(stream: StreamState, shard: ShardState): RecordStore {
    const { durability, clock, onDefect } = this.options;
    return openShardStore({
      folder: this.folder.ofShard(stream, shard),
      ...this.storeSize(stream),
      durability,
      clock,
      onDefect,
    });
  }

  /** Closes every stream; what a data directory still lacks is written, and a temporary folder goes. */
  async close(): Promise<void> {
    this.isClosed = true;
    const { isTemporary } = this.folder;
    await allEnded([
      ...this.#removals.values(),
      ...this.streams.map((stream) => (isTemporary ? stream.destroy() : stream.close())),
    ]).finally(() => this.folder.removeIfTemporary());
  }

  /** Something that outlives a restart has changed. */
  changed(): void {
    if (!this.#changesHeld && this.onChange?.() === false) this.#unkeptChanges += 1;
  }

  /**
   * Runs a call. If its change could not be saved, the call fails, because a crash may still lose the change. The change itself
   * stays.
   * @throws InternalFailureException in that case, besides the errors of the call.
   */
  whenKept<Output>(call: () => Output): Output {
    const before = this.#unkeptChanges;
    const output = call();
    if (this.#unkeptChanges !== before) throw internalFailure();
    return output;
  }

  /** Does something of many changes, which are kept as one when all is done: to keep each would take their square. */
  changeAtOnce(run: () => void): void {
    this.#changesHeld = true;
    try {
      run();
    } finally {
      this.#changesHeld = false;
      this.changed();
    }
  }
}
