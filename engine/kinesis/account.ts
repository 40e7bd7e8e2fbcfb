import type { Clock } from '../clock.ts';
import type { LatencyModel } from '../latency.ts';
import type { RecordStore } from '../record-store.ts';
import { Intake } from './data/intake.ts';
import { Subscriptions } from './data/subscriptions.ts';
import { internalFailure, resourceNotFound } from './errors.ts';
import { type AccountOptions, DEFAULT_ACCOUNT } from './options.ts';
import type { Shard } from './shard.ts';
import { KinesisStream } from './stream.ts';
import type { ShardState, StreamState } from './stream-state.ts';

/** How a call names its stream: by name, by ARN, or by both. */
export interface StreamReference {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

/** One account in one region: its streams and settings. Everything happens on one thread. */
export class Account {
  readonly options: AccountOptions;
  /** Where the records of a call are laid out. */
  readonly intake = new Intake();
  readonly subscriptions: Subscriptions = new Subscriptions(this);
  /** Told of everything that is taken in, for the scaling of on-demand streams. */
  traffic: ((shard: Shard, bytes: number, records: number) => void) | undefined;
  /** Asked for each record before it is stored: the status of one that a fault is to hit. */
  recordFault: ((stream: KinesisStream, shard: Shard) => number | undefined) | undefined;
  readonly #streams = new Map<string, KinesisStream>();

  constructor(options: Partial<AccountOptions> = {}) {
    this.options = { ...DEFAULT_ACCOUNT, ...options };
  }

  /** The delay of every stream of the account; undefined when there is none. */
  readonly latency: LatencyModel | undefined = undefined;

  get clock(): Clock {
    return this.options.clock;
  }

  /** In the order of their names. */
  get streams(): readonly KinesisStream[] {
    return [...this.#streams.values()].sort((a, b) => (a.state.name < b.state.name ? -1 : 1));
  }

  arnOf(streamName: string): string {
    return `arn:aws:kinesis:${this.options.region}:${this.options.accountId}:stream/${streamName}`;
  }

  findStream(name: string): KinesisStream | undefined {
    return this.#streams.get(name);
  }

  /** @throws ResourceNotFoundException when there is no such stream. */
  stream(reference: StreamReference): KinesisStream {
    const name = reference.StreamName ?? nameInArn(reference.StreamARN ?? '');
    const stream = this.#streams.get(name);
    if (stream !== undefined) return stream;
    throw resourceNotFound(`Stream ${name} under account ${this.options.accountId} not found.`);
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

  async removeStream(stream: KinesisStream): Promise<void> {
    this.#streams.delete(stream.state.name);
    this.changed();
    await stream.destroy();
  }

  /** Opens the records of a shard. */
  openStore(_stream: KinesisStream, _shard: ShardState): RecordStore {
    throw internalFailure();
  }

  /** Something that outlives a restart has changed. */
  changed(): void {}
}

/** `orders` of `arn:aws:kinesis:us-east-1:000000000000:stream/orders` and of the ARNs of its consumers. */
export const nameInArn = (arn: string): string => arn.split(':stream/')[1]?.split('/')[0] ?? '';
