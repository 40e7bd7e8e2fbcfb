import { setTimeout as sleep } from 'node:timers/promises';
import { Counts } from '../../aws/call-faults.ts';
import { RECEIPT } from '../receipt.ts';
import type { ConsumerContext, ConsumerPort, Receiver } from '../target.ts';
import type { DeliveredObject, DestinationReading } from './delivered-object.ts';
import { countFailedRecords } from './failed-records.ts';
import type { FirehoseHandle } from './firehose-target.ts';
import { emptyReceipts, type ObjectReceipts, OddObjects } from './object-receipts.ts';
import { readingFailed, readingOf } from './reading-place.ts';
import { emptyStamp, StampReader } from './stamp.ts';

/** Records of one poll: an object may have millions, and the thread has other things to do. */
const POLL_RECORDS_MAX = 5000;
/** An object that is being read must not delay the end of the run. */
const LEAVE_MS_MAX = 2000;

/** An object on its way to the receiver. */
interface OpenObject {
  readonly object: DeliveredObject;
  readonly receipts: ObjectReceipts;
  part: number;
  position: number;
  readonly done: () => void;
}

/** Reads the records of this run from what the delivery stream delivered, whatever is between them. */
export class DeliveredConsumerPort implements ConsumerPort {
  readonly #handle: FirehoseHandle;
  readonly #now: () => number;
  readonly #wake: () => void;
  readonly #reading: DestinationReading;
  readonly #stamps: StampReader;
  readonly #stamp = emptyStamp();
  readonly #counts = new Counts();
  readonly #odd: OddObjects;
  readonly #leaving = new AbortController();
  #open: OpenObject | undefined;
  #following: Promise<void> | undefined;
  #failure: unknown;
  readonly trimmedRecords = 0;

  constructor(handle: FirehoseHandle, { consumer, now, wake }: ConsumerContext) {
    if (consumer.kind !== 'delivered') throw new Error(`a delivery stream has no ${consumer.kind} consumers`);
    this.#handle = handle;
    this.#now = now;
    this.#wake = wake ?? (() => {});
    this.#stamps = new StampReader(handle.runId);
    this.#odd = new OddObjects(consumer.name);
    this.#reading = readingOf(handle.place, consumer.intervalNs / 1e6, this.#counts, firstHandOver(handle.runId));
  }

  async open(): Promise<void> {
    try {
      await this.#reading.open();
    } catch (error) {
      throw readingFailed(this.#handle.place, error);
    }
    const { signal } = this.#leaving;
    this.#following = this.#reading
      .follow((object) => this.#take(object), signal)
      .catch((error: unknown) => {
        if (signal.aborted) return;
        this.#failure = readingFailed(this.#handle.place, error);
        this.#wake();
      });
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#counts.byName;
  }

  get notes(): readonly string[] {
    return this.#odd.notes;
  }

  poll(_nowNs: number, receiver: Receiver): number {
    if (this.#failure !== undefined) throw this.#failure;
    const open = this.#open;
    if (open === undefined) return 0;
    const before = open.receipts.records;
    const isFinished = this.#receive(open, receiver);
    if (isFinished) this.#finish(open);
    else this.#wake();
    return open.receipts.records - before;
  }

  /** Waits are on the event loop. */
  sleep(): void {}

  async close(): Promise<void> {
    this.#leaving.abort();
    this.#open?.done();
    await Promise.race([this.#following, sleep(LEAVE_MS_MAX, undefined, { ref: false })]);
  }

  /** Resolves when the receiver has every record of the object. */
  #take(object: DeliveredObject): Promise<void> {
    return new Promise((done) => {
      if (this.#leaving.signal.aborted) done();
      this.#open = { object, receipts: emptyReceipts(object.name), part: 0, position: 0, done };
      this.#wake();
    });
  }

  /** Passes on the next records of an object. @returns true after the last one. */
  #receive(open: OpenObject, receiver: Receiver): boolean {
    const { object, receipts } = open;
    const stamp = this.#stamp;
    const deliveredAtNs = this.#now() - (performance.now() - object.deliveredAtMs) * 1e6;
    let handedOverAtNs = Number.NaN;
    let count = 0;
    while (open.part < object.parts.length && count < POLL_RECORDS_MAX) {
      open.position = this.#stamps.next(object.parts[open.part]!, open.position, stamp);
      if (open.position === -1) {
        open.part += 1;
        open.position = 0;
        continue;
      }
      if (stamp.handedOverAtNs !== handedOverAtNs) {
        if (count > 0) receiver.end();
        handedOverAtNs = stamp.handedOverAtNs;
        receiver.begin(0, handedOverAtNs, handedOverAtNs, Math.max(handedOverAtNs, deliveredAtNs));
      }
      const { source, keyIndex, keyCounter, intendedAtNs, recordBytes } = stamp;
      const receipt = receiver.receive(source, keyIndex, keyCounter, intendedAtNs, recordBytes);
      if (receipt === RECEIPT.repeated) receipts.repeated += 1;
      if (receipt === RECEIPT.late) receipts.late += 1;
      count += 1;
    }
    if (count > 0) receiver.end();
    receipts.records += count;
    return open.part === object.parts.length;
  }

  #finish({ object, receipts, done }: OpenObject): void {
    this.#open = undefined;
    if (receipts.records === 0) {
      for (const part of object.parts) countFailedRecords(part, this.#stamps, receipts.failed);
    }
    this.#counts.add(receipts.records > 0 ? 'objects' : receipts.failed.size > 0 ? 'errorObjects' : 'foreignObjects');
    this.#odd.add(receipts);
    done();
  }
}

/** Returns when the first record of an object was handed over; 0 for an object of others. */
function firstHandOver(runId: number): (object: DeliveredObject) => number {
  const reader = new StampReader(runId);
  const stamp = emptyStamp();
  return ({ parts }) => {
    stamp.handedOverAtNs = 0;
    parts.find((part) => reader.next(part, 0, stamp) !== -1);
    return stamp.handedOverAtNs;
  };
}
