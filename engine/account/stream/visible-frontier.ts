import type { LatencyModel } from '../../twin/latency.ts';
import type { Clock } from '../clock.ts';
import type { RecordCursor, RecordStore } from '../store/record-store.ts';

/** The shard of a frontier. */
interface DelayedShard {
  readonly state: { readonly index: number };
  readonly store: RecordStore;
  readonly stream: {
    readonly account: { readonly clock: Clock };
    nowNs(): number;
    msOf(ns: number): number;
  };
  wake(): void;
}

/**
 * How far the records of a shard may be read by now, when the stream has a latency. It moves on from record to record,
 * each no earlier than the one before it, so the order of the shard holds.
 */
export class VisibleFrontier {
  readonly #shard: DelayedShard;
  readonly #latency: LatencyModel;
  readonly #cursor: RecordCursor;
  #end: number;
  /** The record at the frontier, and when it becomes visible; undefined when none is known. */
  #next: { readonly place: number; readonly visibleAtNs: number } | undefined;
  #visibleAtNs = 0;
  #cancel: (() => void) | undefined;

  constructor(shard: DelayedShard, latency: LatencyModel) {
    this.#shard = shard;
    this.#latency = latency;
    // What was written longer ago than the longest delay is visible whatever the model.
    this.#end = shard.store.firstSince(shard.stream.nowNs() - latency.maxDelayNs);
    this.#cursor = shard.store.cursor();
    this.#cursor.seek(this.#end);
  }

  /** One past the newest visible record. */
  end(nowNs: number): number {
    for (;;) {
      if (this.#next === undefined && !this.#look()) {
        // Everything is visible: the end is where the next record will stand, behind the last one's padding.
        this.#end = this.#shard.store.end;
        return this.#end;
      }
      const next = this.#next!;
      if (next.visibleAtNs > nowNs) {
        this.#cancel ??= this.#wakeAt(next.visibleAtNs);
        return this.#end;
      }
      this.#end = next.place + 1;
      this.#next = undefined;
    }
  }

  close(): void {
    this.#cancel?.();
  }

  #look(): boolean {
    if (!this.#cursor.next()) return false;
    const { sequenceNumber: place, writtenAtNs } = this.#cursor;
    this.#visibleAtNs = Math.max(
      this.#visibleAtNs,
      writtenAtNs + this.#latency.delayNs(this.#shard.state.index, writtenAtNs),
    );
    this.#next = { place, visibleAtNs: this.#visibleAtNs };
    return true;
  }

  #wakeAt(visibleAtNs: number): () => void {
    const { stream } = this.#shard;
    return stream.account.clock.at(stream.msOf(visibleAtNs), () => {
      this.#cancel = undefined;
      this.#shard.wake();
    });
  }
}
