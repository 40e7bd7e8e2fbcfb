/**
 * Records that cannot be mistaken: every field and every payload word follows from source and counter, so
 * a reader recognises a lost, torn, repeated or misplaced record.
 */

import {
  intendedAtNsAt,
  keyBytesAt,
  keyCounterAt,
  keyIndexAt,
  nextFrameByte,
  payloadByteAt,
  payloadBytesAt,
  sourceAt,
  writeClaimHeader,
  writeFrames,
} from '../../../engine/log/frame.ts';
import { blocksOf, CLAIM_HEADER_BYTES, frameLength } from '../../../engine/log/layout.ts';
import { type ByteTable, RecordBatch } from '../../../engine/log/record-batch.ts';
import type { ShardLog } from '../../../engine/log/shard-log.ts';
import { CLAIM_READY, LOST, type ShardLogReader } from '../../../engine/log/shard-log-reader.ts';

export function tableOf(strings: readonly Uint8Array[], slotBytes?: number): ByteTable {
  const sizes = strings.map((string) => slotBytes ?? (string.length + 7) & -8);
  const buffer = new SharedArrayBuffer(sizes.reduce((sum, size) => sum + size, 8));
  const table = {
    longs: new BigInt64Array(buffer),
    bytes: new Uint8Array(buffer),
    offsets: new Int32Array(strings.length),
    lengths: Int32Array.from(strings, (string) => string.length),
  };
  let at = 0;
  for (const [i, string] of strings.entries()) {
    table.offsets[i] = at;
    table.bytes.set(string, at);
    at += sizes[i]!;
  }
  return table;
}

export const textTable = (texts: readonly string[]): ByteTable =>
  tableOf(texts.map((text) => new TextEncoder().encode(text)));

export const KEYS = ['', 'a', 'key-bb', 'key-cccc', 'a-longer-key-of-30-characters-'];

export type PayloadBytesOf = (counter: number) => number;
export const mixedPayloads: PayloadBytesOf = (counter) => 8 + ((counter * 37) % 29) * 4;

export const checkWord = (source: number, counter: number, word: number): number =>
  (Math.imul(counter ^ (source << 24), 0x9e3779b1) + word) | 0;

/** Makes numbered records of one source and appends them in claims of a wanted number of records. */
export class TestProducer {
  readonly log: ShardLog;
  readonly batch: RecordBatch;
  readonly payloadBytesOf: PayloadBytesOf;
  /** Records appended so far, which is the next one's counter. */
  appended: number;
  readonly #order: Int32Array;
  readonly #payloadWords: Int32Array;

  constructor(
    log: ShardLog,
    options: { source?: number; capacity?: number; payloadBytesOf?: PayloadBytesOf; maxPayloadBytes?: number } = {},
  ) {
    const { source = 0, capacity = 64, payloadBytesOf = mixedPayloads, maxPayloadBytes = 128 } = options;
    this.log = log;
    this.payloadBytesOf = payloadBytesOf;
    this.appended = 0;
    const slots = Array.from({ length: capacity }, () => new Uint8Array(maxPayloadBytes));
    const payloads = tableOf(slots, (maxPayloadBytes + 7) & -8);
    this.batch = new RecordBatch(capacity, textTable(KEYS), payloads, source);
    this.#order = Int32Array.from({ length: capacity }, (_, row) => row);
    this.#payloadWords = new Int32Array(payloads.longs.buffer);
  }

  /** Fills rows 0 to count - 1 with the records from `first` on; returns the bytes of the claim that holds them. */
  fill(first: number, count: number): number {
    const { batch } = this;
    let bytes = CLAIM_HEADER_BYTES;
    batch.count = count;
    for (let row = 0; row < count; row++) {
      const counter = first + row;
      const length = this.payloadBytesOf(counter);
      batch.keyIndex[row] = counter % KEYS.length;
      batch.payloadIndex[row] = row;
      batch.keyCounter[row] = counter;
      batch.intendedAtNs[row] = counter * 10;
      batch.payloads.lengths[row] = length;
      const word = batch.payloads.offsets[row]! >> 2;
      for (let k = 0; k < length >> 2; k++) this.#payloadWords[word + k] = checkWord(batch.source, counter, k);
      bytes += frameLength(batch.keys.lengths[batch.keyIndex[row]!]!, length);
    }
    return bytes;
  }

  /** Claims room for the next records. @returns the byte of the claim, or the code that `claim` returns. */
  claim(count: number): number {
    return this.log.claim(blocksOf(this.fill(this.appended, count)));
  }

  /** Writes and publishes the records that `claim` made room for. */
  publish(claimByte: number, count: number, writtenAtNs = 0, term = this.log.claimedTerm): boolean {
    const bytes = this.fill(this.appended, count);
    writeClaimHeader(this.log, claimByte, bytes, count, writtenAtNs);
    const end = writeFrames(this.log, claimByte + CLAIM_HEADER_BYTES, this.batch, this.#order, 0, count);
    if (end !== claimByte + bytes) throw new Error(`frames end at ${end - claimByte} of ${bytes}`);
    const published = this.log.publish(claimByte, blocksOf(bytes), count, term);
    if (published) this.appended += count;
    return published;
  }

  /** @returns true when the records are in the log. */
  append(count: number, writtenAtNs = 0): boolean {
    const claimByte = this.claim(count);
    return claimByte >= 0 && this.publish(claimByte, count, writtenAtNs);
  }
}

/** Everything that is wrong with one frame, in words; empty when nothing is. */
export function frameDefect(log: ShardLog, frame: number, payloadBytesOf: PayloadBytesOf = mixedPayloads): string {
  const source = sourceAt(log, frame);
  const counter = keyCounterAt(log, frame);
  const key = KEYS[keyIndexAt(log, frame)];
  const at = payloadByteAt(log, frame);
  const length = payloadBytesAt(log, frame);
  const what = `source ${source} record ${counter}`;
  if (key !== KEYS[counter % KEYS.length] || keyBytesAt(log, frame) !== key?.length) return `${what}: key`;
  if (intendedAtNsAt(log, frame) !== counter * 10) return `${what}: intendedAtNs ${intendedAtNsAt(log, frame)}`;
  if (length !== payloadBytesOf(counter)) return `${what}: ${length} payload bytes`;
  for (let k = 0; k < length >> 2; k++) {
    if (log.words[(at >> 2) + k] !== checkWord(source, counter, k)) return `${what}: torn at payload word ${k}`;
  }
  return '';
}

/** One reader's tally. Counters of one source must rise by one, except for records that the reader reports as lost. */
export class TestConsumer {
  readonly reader: ShardLogReader;
  readonly payloadBytesOf: PayloadBytesOf;
  received = 0;
  /** Counters that were skipped, summed over sources. */
  skipped = 0;
  readonly defects: string[] = [];
  /** Counter expected next of each source. */
  readonly #nextOf = new Int32Array(16);
  #sequenceNumber = -1;

  constructor(reader: ShardLogReader, payloadBytesOf: PayloadBytesOf = mixedPayloads) {
    this.reader = reader;
    this.payloadBytesOf = payloadBytesOf;
  }

  /** Takes one claim. @returns the code of `next`. */
  step(): number {
    const { reader } = this;
    const found = reader.next();
    if (found === CLAIM_READY) this.#check();
    return found;
  }

  /** Takes claims until there are none; returns the counters received, whatever their source. */
  drain(): number[] {
    const counters: number[] = [];
    for (;;) {
      const found = this.step();
      if (found === LOST) continue;
      if (found !== CLAIM_READY) break;
      counters.push(...this.counters());
    }
    this.reader.release();
    return counters;
  }

  /** Counters of the claim taken last. */
  counters(): number[] {
    const { log } = this.reader;
    const counters: number[] = [];
    let frame = this.reader.firstFrameByte;
    for (let i = 0; i < this.reader.records; i++, frame = nextFrameByte(log, frame)) {
      counters.push(keyCounterAt(log, frame));
    }
    return counters;
  }

  #check(): void {
    const { log } = this.reader;
    let frame = this.reader.firstFrameByte;
    for (let i = 0; i < this.reader.records; i++) {
      const defect = frameDefect(log, frame, this.payloadBytesOf);
      if (defect !== '') this.#report(defect);
      const source = sourceAt(log, frame) & 15;
      const counter = keyCounterAt(log, frame);
      const expected = this.#nextOf[source]!;
      if (counter < expected) this.#report(`source ${source} record ${counter} again or out of order`);
      else this.skipped += counter - expected;
      this.#nextOf[source] = counter + 1;
      const sequenceNumber = this.reader.sequenceNumberAt(frame);
      if (sequenceNumber <= this.#sequenceNumber) this.#report(`sequence number ${sequenceNumber} does not rise`);
      this.#sequenceNumber = sequenceNumber;
      this.received += 1;
      frame = nextFrameByte(log, frame);
    }
  }

  #report(defect: string): void {
    if (this.defects.length < 20) this.defects.push(defect);
  }
}
