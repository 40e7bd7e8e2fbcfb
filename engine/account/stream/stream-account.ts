import type { Faults } from '../../twin/faults.ts';
import type { LatencyModel } from '../../twin/latency.ts';
import type { AccountFolder } from '../account-folder.ts';
import type { AccountState } from '../account-state.ts';
import type { Clock } from '../clock.ts';
import type { AccountOptions } from '../options.ts';
import type { RecordStore, StoreSize } from '../store/record-store.ts';
import type { ShardState, StreamState } from './stream-state.ts';

/** A stream as its account needs it. */
export interface StreamOfAccount {
  readonly state: StreamState;
  destroy(): Promise<void>;
}

/** An account as its streams and shards need it. */
export interface StreamAccount {
  readonly options: AccountOptions;
  readonly clock: Clock;
  readonly folder: AccountFolder;
  readonly faults: Faults;
  /** Delay between a put and its visibility; undefined if there is none. */
  readonly latency: LatencyModel | undefined;
  /** Called after each put, for the scaling of on-demand streams. */
  readonly traffic: OnTraffic | undefined;
  readonly state: AccountState;
  /** In the order of their names. */
  readonly streams: readonly StreamOfAccount[];
  readonly isClosed: boolean;
  arnOf(streamName: string): string;
  /** A shard's share of its stream's memory. */
  storeSize(stream: StreamState): StoreSize;
  openStore(stream: StreamState, shard: ShardState): RecordStore;
  findStream(name: string): StreamOfAccount | undefined;
  removeStream(stream: StreamOfAccount): Promise<void>;
  /** Must be called after each change that a restart must keep. */
  changed(): void;
  /** Runs many changes, which are kept as one. */
  changeAtOnce(run: () => void): void;
}

export type OnTraffic = (stream: StreamState, shardIndex: number, bytes: number, records: number) => void;
