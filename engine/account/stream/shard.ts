import type { RecordBatch } from '../../log/record-batch.ts';
import { THROTTLED } from '../../log/record-batch.ts';
import type { LatencyModel } from '../../twin/latency.ts';
import { secondOf } from '../identifiers/sequence-layout.ts';
import { canFollow, SequenceNumbers } from '../identifiers/sequence-number.ts';
import { shardIdOf } from '../identifiers/shard-id.ts';
import type { RecordStore } from '../store/record-store.ts';
import { unreadable } from '../store-defect.ts';
import { EncryptedPlaces } from './encrypted-places.ts';
import { ShardMetrics, type StreamMetrics } from './metrics.ts';
import { ReadLimit } from './read-limit.ts';
import { settleRows } from './row-status.ts';
import { SettledFrontier } from './settled-frontier.ts';
import type { StreamAccount } from './stream-account.ts';
import type { ShardState, StreamState } from './stream-state.ts';
import { VisibleFrontier } from './visible-frontier.ts';
import { WriteLimit } from './write-limit.ts';

/** The stream of a shard. */
export interface ShardStream {
  readonly account: StreamAccount;
  readonly state: StreamState;
  readonly metrics: StreamMetrics;
  /** The stream was deleted: nothing can be read any more. */
  readonly isGone: boolean;
  /** Largest record, key and data. */
  readonly maxRecordBytes: number;
  /** Delay between a put and its visibility; undefined if there is none. */
  readonly latency: LatencyModel | undefined;
  readonly hasLatency: boolean;
  /** ns since the stream was created, on the account's clock. */
  nowNs(): number;
  /** Epoch ms of a time of the stream. */
  msOf(ns: number): number;
  nsOf(epochMs: number): number;
  childrenOf(shard: Shard): readonly Shard[];
}

/** A shard of a stream, open or closed, with its records. */
export class Shard {
  readonly stream: ShardStream;
  readonly state: ShardState;
  readonly id: string;
  readonly sequenceNumbers: SequenceNumbers;
  readonly encryptedPlaces: EncryptedPlaces;
  readonly metrics = new ShardMetrics();
  /** Second of the newest put, as it is in its sequence number. */
  putSecond = 0;
  readonly readLimit: ReadLimit;
  readonly #writeLimit: WriteLimit;
  readonly #waiting = new Set<() => void>();
  #store: RecordStore | undefined;
  #frontier: VisibleFrontier | undefined;
  #settled: SettledFrontier | undefined;
  #trimmedToNs = 0;
  /** Largest record of the stream when the store was opened or resized. */
  #sizedFor = 0;
  #woken = false;
  #isTold = false;

  constructor(stream: ShardStream, state: ShardState) {
    this.stream = stream;
    this.state = state;
    this.id = shardIdOf(state.index);
    this.sequenceNumbers = new SequenceNumbers(state);
    this.encryptedPlaces = new EncryptedPlaces(state);
    this.readLimit = new ReadLimit(stream.account.options, stream.state.name, this.id);
    this.#writeLimit = new WriteLimit(stream.account.options.limits, stream);
  }

  get isOpen(): boolean {
    return this.state.closedAtMs === undefined;
  }

  get startingSequenceNumber(): string {
    return this.sequenceNumbers.starting;
  }

  get endingSequenceNumber(): string | undefined {
    return this.isOpen ? undefined : this.sequenceNumbers.ending;
  }

  get hasStore(): boolean {
    return this.#store !== undefined;
  }

  /** Its records; opened on first use. */
  get store(): RecordStore {
    if (this.#store === undefined) {
      this.#store = this.stream.account.openStore(this.stream.state, this.state);
      this.#sizedFor = this.stream.maxRecordBytes;
      if (this.stream.account.options.durability === 'every-put') {
        this.#settled = new SettledFrontier(this.#store, () => this.wake());
      }
    }
    return this.#store;
  }

  /** Opens its records. @throws errors of the file system. */
  open(): void {
    void this.store;
  }

  /**
   * Takes rows `order[from..to)` of a batch as far as the write limits go. Afterwards each is ACCEPTED, THROTTLED or
   * FAILED. Returns how many are in.
   */
  append(batch: RecordBatch, order: Int32Array, from: number, to: number, nowNs: number): number {
    const admitted = this.#writeLimit.admit(batch, order, from, to, nowNs);
    if (admitted < to - from) this.metrics.WriteProvisionedThroughputExceeded.add(to - from - admitted);
    if (admitted === 0) return 0;
    if (this.#store !== undefined || this.opens()) {
      const store = this.#sizedStore();
      const endBefore = store.end;
      this.#noteEncryption(endBefore);
      store.append(batch, order, from, from + admitted, nowNs);
      this.putSecond = secondOf(this.stream.msOf(store.writtenAtNs));
      this.#settled?.appended(endBefore);
    }
    const accepted = settleRows(batch, order, from, from + admitted);
    let bytes = 0;
    for (let k = from; k < from + admitted; k++) {
      const row = order[k]!;
      if (batch.status[row] !== THROTTLED) bytes += batch.recordBytes(row);
    }
    this.metrics.IncomingBytes.add(bytes);
    this.metrics.IncomingRecords.add(accepted);
    this.stream.account.traffic?.(this.stream.state, this.state.index, bytes, accepted);
    this.wake();
    return accepted;
  }

  /** Stores whether records from a place on are encrypted, if that has changed. */
  #noteEncryption(place: number): void {
    if (this.encryptedPlaces.switch(place, this.stream.state.encryption === 'KMS')) this.stream.account.changed();
  }

  /** Opens its records if possible. Returns false if not; the cause is reported once. */
  opens(): boolean {
    try {
      this.open();
    } catch (cause) {
      const { account, state } = this.stream;
      if (!this.#isTold) account.options.onDefect(unreadable(account.folder.ofShard(state, this.state), cause));
      this.#isTold = true;
      return false;
    }
    this.#isTold = false;
    return true;
  }

  /** The store, made larger when the stream takes larger records than before. */
  #sizedStore(): RecordStore {
    const { store, stream } = this;
    if (this.#sizedFor !== stream.maxRecordBytes) {
      store.resize(stream.account.storeSize(stream.state));
      this.#sizedFor = stream.maxRecordBytes;
    }
    return store;
  }

  /** One past the newest record that may be read by now. */
  visibleEnd(): number {
    const { latency } = this.stream;
    if (latency === undefined) return this.#settledEnd;
    this.#frontier ??= new VisibleFrontier(this, latency);
    return Math.min(this.#settledEnd, this.#frontier.end(this.stream.nowNs()));
  }

  get #settledEnd(): number {
    return this.#settled?.end ?? this.store.end;
  }

  /** True if a place is after the last record that there will ever be. */
  isEnd(place: number): boolean {
    return !this.isOpen && place >= this.store.end;
  }

  /** Trims records past the stream's retention. */
  trim(): void {
    const horizonNs = this.stream.nowNs() - this.stream.state.retentionHours * 3_600e9;
    if (horizonNs <= this.#trimmedToNs) return;
    this.#trimmedToNs = horizonNs;
    this.store.trimBefore(horizonNs);
    if (this.state.encryptedPlaces.length > 0) this.encryptedPlaces.trimBefore(this.store.oldest);
  }

  /** True if the shard is closed and all its records have passed retention. */
  get hasExpired(): boolean {
    if (this.isOpen) return false;
    this.trim();
    const sinceCloseMs = this.stream.account.clock.nowMs() - (this.state.closedAtMs ?? 0);
    return sinceCloseMs > this.stream.state.retentionHours * 3_600_000 && this.store.oldest >= this.store.end;
  }

  /** Calls back, soon, each time there may be something new to read. Returns how to stop that. */
  onWake(listener: () => void): () => void {
    this.#waiting.add(listener);
    return () => this.#waiting.delete(listener);
  }

  /** Wakes all readers that wait at the shard, after the present call. */
  wake(): void {
    if (this.#woken || this.#waiting.size === 0) return;
    this.#woken = true;
    queueMicrotask(() => {
      this.#woken = false;
      for (const listener of [...this.#waiting]) listener();
    });
  }

  /** True if the next record's sequence number will be greater than this one. Its records must be open. */
  canFollow(sequenceNumber: string): boolean {
    const { store, stream } = this;
    const nowSecond = secondOf(Math.max(stream.account.clock.nowMs(), stream.msOf(store.writtenAtNs)));
    return canFollow(sequenceNumber, this.sequenceNumbers, store.end, nowSecond);
  }

  /** Closes the shard: from now on nothing is put into it. */
  seal(): void {
    this.state.closedAtMs = this.stream.account.clock.nowMs();
    this.state.endSequenceNumber = this.store.end;
    this.store.seal();
  }

  async close(): Promise<void> {
    this.#frontier?.close();
    await this.#store?.close();
  }

  async destroy(): Promise<void> {
    this.#frontier?.close();
    await this.store.destroy();
  }
}
