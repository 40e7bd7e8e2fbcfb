import type { RecordStore } from '../../account/store/record-store.ts';
import { BATCH_RECORDS_MAX, LogBatch, LogBatchBuilder, type LogTimes } from './log-batch.ts';
import { SettledOrder } from './settled-order.ts';
import type { Waiting } from './waiting.ts';

export interface LogTailOptions {
  readonly store: RecordStore;
  readonly times: LogTimes;
  /** Everything before this place is settled. */
  readonly from: number;
  /** Called when everything before a place is settled. */
  readonly onSettled: (place: number) => void;
}

/** Reads a log for one way of delivery, and knows up to where everything is settled. */
export class LogTail implements Waiting<LogBatch> {
  readonly #options: LogTailOptions;
  readonly #cursor: ReturnType<RecordStore['cursor']>;
  /** Up to one past the last record of each batch. */
  readonly #order: SettledOrder<number>;
  #settledTo: number;
  #bytes: number;
  #sinceMs: number | undefined;

  /** @param bytesBefore estimate of the bytes that wait already. */
  constructor(options: LogTailOptions, bytesBefore: number) {
    this.#options = options;
    this.#settledTo = options.from;
    this.#order = new SettledOrder((place) => {
      this.#settledTo = place;
      options.onSettled(place);
    });
    this.#bytes = bytesBefore;
    this.#cursor = options.store.cursor();
    this.#cursor.seek(options.from);
    this.#note(this.#cursor.next(), 0);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get sinceMs(): number | undefined {
    return this.#sinceMs;
  }

  get settledTo(): number {
    return this.#settledTo;
  }

  /** Records were appended to the log. */
  appended(bytes: number, nowMs: number): void {
    this.#bytes += bytes;
    this.#sinceMs ??= nowMs;
  }

  take(maxBytes: number): LogBatch | undefined {
    const cursor = this.#cursor;
    const builder = new LogBatchBuilder(Math.min(maxBytes, this.#bytes));
    let hasMore = cursor.next();
    while (hasMore && builder.count < BATCH_RECORDS_MAX) {
      if (builder.count > 0 && builder.bytes + cursor.dataBytes > maxBytes) break;
      builder.add(cursor);
      hasMore = cursor.next();
    }
    if (builder.count === 0) return undefined;
    this.#note(hasMore, builder.bytes);
    return new LogBatch(builder, this.#options.times, this.#order.add(builder.places.at(-1)! + 1));
  }

  /** Notes what waits after some bytes were taken. */
  #note(hasMore: boolean, takenBytes: number): void {
    const cursor = this.#cursor;
    const { store, times } = this.#options;
    if (hasMore) cursor.seek(cursor.sequenceNumber);
    // Records of a file that cannot be read now wait as well.
    const isAtEnd = !hasMore && cursor.passedTo >= store.end;
    this.#bytes = isAtEnd ? 0 : Math.max(1, this.#bytes - takenBytes);
    this.#sinceMs = isAtEnd ? undefined : times.msOf(cursor.writtenAtNs);
  }
}
