import { SequenceNumbers } from '../account/identifiers/sequence-number.ts';
import { shardIdOf } from '../account/identifiers/shard-id.ts';
import { PUT_ACCEPTED, type PutOutcome } from '../account/records/put-outcome.ts';
import { BodyPieces } from './body-pieces.ts';
import { takeBuffer } from './buffer-pool.ts';

const WORD_BYTES = 4;
/** Room for any entry: the text of an error has the name of a stream, up to 128 characters, and the id of a shard. */
const ENTRY_BYTES_MAX = 512;
const ACCEPTED_BYTES_MAX = 128;
/** Shards whose entries are kept. A server that has more forgets all of them. */
const SHARDS_MAX = 4096;

/** The entries of a format, each with the separator after it. */
export interface EntryFormat {
  /** The entry of an accepted record, with this number. */
  accepted(shardId: string, number: string): Buffer;
  /** The byte at which its number begins. */
  readonly numberAt: number;
  error(code: string, message: string): Buffer;
  /** What follows the last entry, instead of its separator. */
  readonly end: Buffer;
  readonly separatorBytes: number;
}

interface ShardEntry {
  readonly numbers: SequenceNumbers;
  /** The entry, and up to three bytes that the next entry overwrites. */
  readonly words: Uint32Array;
  readonly bytes: number;
}

const NO_BYTES: Buffer = Buffer.alloc(0);
const ZEROS = '0'.repeat(56);

/**
 * Writes the entries of PutRecords' response from the columns of an outcome. The entries of a shard differ in the digits of their
 * numbers only, so each is a copy of the shard's entry, by words, with other digits.
 */
export class PutEntries {
  readonly #format: EntryFormat;
  /** By second of creation, then by index. */
  readonly #shards = new Map<number, Map<number, ShardEntry>>();
  #shardCount = 0;
  #bytes = NO_BYTES;
  #view: DataView = viewOf(NO_BYTES);
  #at = 0;

  constructor(format: EntryFormat) {
    this.#format = format;
  }

  /** Returns a response whose first bytes are `head`, with an entry for each row of the outcome. */
  write(head: Buffer, outcome: PutOutcome): BodyPieces {
    const { count, status, shardIndex, place, putSecond, createdSecond } = outcome;
    const { end, separatorBytes } = this.#format;
    const entryBytes = outcome.accepted === count ? ACCEPTED_BYTES_MAX : ENTRY_BYTES_MAX;
    this.#bytes = takeBuffer(head.length + count * entryBytes + end.length);
    this.#view = viewOf(this.#bytes);
    this.#bytes.set(head);
    this.#at = head.length;
    let second = -1;
    let shards: Map<number, ShardEntry> | undefined;
    for (let row = 0; row < count; row++) {
      if (status[row] !== PUT_ACCEPTED) {
        this.#error(outcome, row);
        continue;
      }
      if (shards === undefined || createdSecond[row] !== second) {
        second = createdSecond[row]!;
        shards = this.#shardsOf(second);
      }
      const entry = shards.get(shardIndex[row]!) ?? this.#addShard(second, shardIndex[row]!);
      this.#accepted(entry, place[row]!, putSecond[row]!);
    }
    this.#bytes.set(end, this.#at - separatorBytes);
    const body = new BodyPieces();
    body.add(this.#bytes, this.#at - separatorBytes + end.length);
    this.#bytes = NO_BYTES;
    return body;
  }

  /** The number of an accepted row. */
  numberOf({ shardIndex, place, putSecond, createdSecond }: PutOutcome, row: number): string {
    const second = createdSecond[row]!;
    const entry = this.#shardsOf(second).get(shardIndex[row]!) ?? this.#addShard(second, shardIndex[row]!);
    return entry.numbers.numberAt(place[row]!, putSecond[row]!);
  }

  #accepted({ words, bytes, numbers }: ShardEntry, place: number, putSecond: number): void {
    const view = this.#view;
    const at = this.#at;
    for (let word = 0; word < words.length; word++) view.setUint32(at + word * WORD_BYTES, words[word]!, true);
    numbers.write(view, at + this.#format.numberAt, place, putSecond);
    this.#at = at + bytes;
  }

  #error(outcome: PutOutcome, row: number): void {
    const { code, message } = outcome.errorOf(row);
    const entry = this.#format.error(code, message);
    this.#bytes.set(entry, this.#at);
    this.#at += entry.length;
  }

  #shardsOf(second: number): Map<number, ShardEntry> {
    let shards = this.#shards.get(second);
    if (shards === undefined) {
      shards = new Map();
      this.#shards.set(second, shards);
    }
    return shards;
  }

  #addShard(createdSecond: number, index: number): ShardEntry {
    if (this.#shardCount === SHARDS_MAX) {
      this.#shards.clear();
      this.#shardCount = 0;
    }
    const entry = this.#format.accepted(shardIdOf(index), ZEROS);
    const words = new Uint32Array(Math.ceil(entry.length / WORD_BYTES));
    const view = new DataView(words.buffer);
    for (const [at, byte] of entry.entries()) view.setUint8(at, byte);
    for (let word = 0; word < words.length; word++) words[word] = view.getUint32(word * WORD_BYTES, true);
    const shard = { index, sequenceSecond: createdSecond, createdAtMs: 0, closedAtMs: undefined };
    const made = { numbers: new SequenceNumbers(shard), words, bytes: entry.length };
    this.#shardsOf(createdSecond).set(index, made);
    this.#shardCount += 1;
    return made;
  }
}

const viewOf = ({ buffer, byteOffset, length }: Buffer): DataView => new DataView(buffer, byteOffset, length);
