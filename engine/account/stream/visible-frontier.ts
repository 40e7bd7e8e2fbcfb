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
 * End of the visible records of a shard whose stream has a latency. It moves from record to record, and none becomes visible
 * before the one in front of it, so the order of the shard holds.
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
    // Records older than the longest delay are visible in every model.
    this.#end = shard.store.firstSince(shard.stream.nowNs() - latency.maxDelayNs);
    this.#cursor = shard.store.cursor();
    this.#cursor.seek(this.#end);
  }

  /** One past the newest visible record. */
  end(nowNs: number): number {
    for (;;) {
      if (this.#next === undefined && !this.#look()) {
        // Everything is visible: the end is the place of the next record, after the padding of the last one.
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
