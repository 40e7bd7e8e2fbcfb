import type { StoreDefect } from './archive/defect.ts';
import { type Clock, REAL_CLOCK } from './clock.ts';
import type { RecordBatch } from './record-batch.ts';
import { SpanCursor } from './record-cursor.ts';
import type { RecordSource, RecordSpan } from './record-span.ts';
import type { RecordCursor, RecordStore, StoreSize } from './record-store.ts';
import { ShardRing } from './shard-ring.ts';

export interface ShardStoreOptions extends StoreSize {
  /** Where the archive is; made when first needed. Without one a full ring forgets its oldest records. */
  readonly folder: string | undefined;
  readonly durability: 'none' | 'interval' | 'every-put';
  readonly clock?: Clock;
  /** Told of everything that is wrong on disk. */
  readonly onDefect: (defect: StoreDefect) => void;
}

/** Opens a shard's store; what its folder holds is there again. */
export function openShardStore(options: ShardStoreOptions): RecordStore {
  return new ShardStore({ clock: REAL_CLOCK, ...options });
}

class ShardStore implements RecordStore, RecordSource {
  changes = 0;
  #size: StoreSize;
  #ring: ShardRing | undefined;
  #oldestTerm = 0;
  #sealed = false;
  /** Records below this have been given up. */
  #trimmed = 0;
  #lastWrittenNs = Number.NEGATIVE_INFINITY;

  constructor(options: ShardStoreOptions) {
    this.#size = options;
  }

  get end(): number {
    return this.#ring?.end ?? 0;
  }

  get oldest(): number {
    const cursor = this.cursor();
    return cursor.next() ? cursor.sequenceNumber : this.end;
  }

  get archivedBytes(): number {
    return 0;
  }

  append(batch: RecordBatch, order: Int32Array, from: number, to: number, nowNs: number): number {
    if (this.#sealed) return to - from;
    this.#ring ??= new ShardRing(this.#size, 0);
    // Times never fall, so that records can be found by them.
    this.#lastWrittenNs = Math.max(this.#lastWrittenNs, nowNs);
    const refused = this.#ring.write(batch, order, from, to, this.#lastWrittenNs);
    const { oldestTerm } = this.#ring.log;
    if (oldestTerm !== this.#oldestTerm) {
      this.#oldestTerm = oldestTerm;
      this.changes += 1;
    }
    return refused;
  }

  settled(): Promise<void> | undefined {
    return undefined;
  }

  cursor(): RecordCursor {
    return new SpanCursor(this);
  }

  locate(sequenceNumber: number, span: RecordSpan): boolean {
    return this.#ring?.locate(Math.max(sequenceNumber, this.#trimmed), span) ?? false;
  }

  firstSince(writtenAtNs: number): number {
    if (this.#ring === undefined) return 0;
    const cursor = this.cursor();
    cursor.seek(Math.max(this.#trimmed, this.#ring.firstSince(writtenAtNs)));
    return cursor.next() ? cursor.sequenceNumber : this.end;
  }

  trimBefore(writtenAtNs: number): void {
    const first = this.firstSince(writtenAtNs);
    if (first <= this.#trimmed) return;
    this.#trimmed = first;
    this.changes += 1;
  }

  seal(): void {
    this.#sealed = true;
  }

  resize(size: StoreSize): void {
    this.#size = size;
  }

  async close(): Promise<void> {
    this.#sealed = true;
  }

  async destroy(): Promise<void> {
    this.#sealed = true;
    this.#ring = undefined;
    this.#trimmed = 0;
    this.changes += 1;
  }
}
