import { join } from 'node:path';
import type { Clock } from '../../account/clock.ts';
import type { Durability } from '../../account/options.ts';
import type { RecordStore } from '../../account/store/record-store.ts';
import { openShardStore } from '../../account/store/shard-store.ts';
import { notKept, type OnDefect } from '../../account/store-defect.ts';
import { FRAME_ALIGNMENT_BYTES } from '../../log/layout.ts';
import type { LogTimes } from './log-batch.ts';
import { LogTail } from './log-tail.ts';
import { PositionFile } from './position-file.ts';
import type { PutIntake } from './put-intake.ts';

export interface DirectLogOptions {
  readonly folder: string;
  /** Memory of the newest records. Older ones that are not settled are only on disk. */
  readonly memoryBytes: number;
  readonly maxRecordBytes: number;
  readonly durability: Durability;
  readonly clock: Clock;
  /** Epoch time in ms from which times in the log count. */
  readonly epochMs: number;
  /** Id of the record at a place of the log. */
  readonly idAt: (place: number) => string;
  readonly onDefect: OnDefect;
}

const NS_PER_MS = 1e6;

/**
 * The records that were put to a delivery stream, until every way of delivery has settled them. The log is a shard store:
 * the newest records are in memory, and older ones on disk.
 */
export class DirectLog {
  readonly #options: DirectLogOptions;
  readonly #store: RecordStore;
  readonly #times: LogTimes;
  readonly #tails = new Map<string, { readonly tail: LogTail; readonly file: PositionFile }>();
  #hasFailed = false;

  /** @throws errors of the file system. */
  constructor(options: DirectLogOptions) {
    const { folder, memoryBytes, maxRecordBytes, durability, clock, epochMs, idAt, onDefect } = options;
    this.#options = options;
    this.#store = openShardStore({
      folder: join(folder, 'records'),
      memoryBytes,
      maxRecordBytes,
      durability,
      clock,
      onDefect,
    });
    this.#times = { msOf: (writtenAtNs) => epochMs + writtenAtNs / NS_PER_MS, idAt };
  }

  /** Bytes of the records that are not settled, with what the log needs for each. */
  get backlogBytes(): number {
    return (this.#store.end - this.#settledTo) * FRAME_ALIGNMENT_BYTES;
  }

  /**
   * Appends the admitted rows of a call, marks them ACCEPTED and notes their places. Returns how many: not all of them if the
   * disk is full.
   */
  append({ batch, admitted, admittedCount }: PutIntake): number {
    const nowMs = this.#options.clock.nowMs();
    const nowNs = (nowMs - this.#options.epochMs) * NS_PER_MS;
    const accepted = admittedCount - this.#store.append(batch, admitted, 0, admittedCount, nowNs);
    if (accepted === 0) return 0;
    let bytes = 0;
    for (let k = 0; k < accepted; k++) bytes += batch.recordBytes(admitted[k]!);
    for (const { tail } of this.#tails.values()) tail.appended(bytes, nowMs);
    return accepted;
  }

  /** When everything appended is as safe as the durability level promises; undefined when it is already. */
  settled(): Promise<void> | undefined {
    return this.#store.settled();
  }

  /**
   * The records for one way of delivery: those that it had not settled before a restart. A way that is new begins with the
   * oldest record or with the next one.
   * @throws errors of the file system.
   */
  tail(name: string, begin: 'oldest' | 'next'): LogTail {
    const known = this.#tails.get(name);
    if (known !== undefined) return known.tail;
    const file = new PositionFile(join(this.#options.folder, `${name}.position`));
    const { end, oldest } = this.#store;
    const from = Math.min(file.read() ?? (begin === 'oldest' ? oldest : end), end);
    // A crash before the first batch is settled must not lose where it began.
    file.write(from);
    const options = {
      store: this.#store,
      times: this.#times,
      from,
      onSettled: (place: number) => this.#settle(file, place),
    };
    const tail = new LogTail(options, (end - from) * FRAME_ALIGNMENT_BYTES);
    this.#tails.set(name, { tail, file });
    return tail;
  }

  async close(): Promise<void> {
    for (const { file } of this.#tails.values()) file.close();
    await this.#store.close();
  }

  async destroy(): Promise<void> {
    for (const { file } of this.#tails.values()) file.close();
    await this.#store.destroy();
  }

  get #settledTo(): number {
    let place = this.#store.end;
    for (const { tail } of this.#tails.values()) place = Math.min(place, tail.settledTo);
    return place;
  }

  #settle(file: PositionFile, place: number): void {
    try {
      file.write(place);
      this.#hasFailed = false;
    } catch (cause) {
      // An earlier position repeats records after a restart, and loses none.
      if (!this.#hasFailed) this.#options.onDefect(notKept(this.#options.folder, cause));
      this.#hasFailed = true;
    }
    this.#store.trimTo(this.#settledTo);
  }
}
