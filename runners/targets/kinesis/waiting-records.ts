import type { Envelope } from '../envelope.ts';
import type { Receiver } from '../target.ts';

const FIRST_RECORDS = 1024;

/** Integers of one record. */
const SOURCE = 0;
const KEY_INDEX = 1;
const KEY_COUNTER = 2;
const RECORD_BYTES = 3;
const RECORD_INTEGERS = RECORD_BYTES + 1;
/** Times of one record. */
const INTENDED = 0;
const HANDED_OVER = 1;
const RECORD_TIMES = HANDED_OVER + 1;

/** Envelopes of records that were read and that the receiver has not yet taken, in columns: none is an object. */
export class WaitingRecords {
  #integers = new Uint32Array(FIRST_RECORDS * RECORD_INTEGERS);
  #times = new Float64Array(FIRST_RECORDS * RECORD_TIMES);
  #count = 0;
  /** Pairs of a response's shard and its first record. */
  readonly #responses: number[] = [];

  /** The records that follow are of one response. */
  begin(shard: number): void {
    this.#responses.push(shard, this.#count);
  }

  add({ source, keyIndex, keyCounter, intendedAtNs, handedOverAtNs }: Envelope, recordBytes: number): void {
    const row = this.#count;
    if (row * RECORD_TIMES === this.#times.length) this.#grow();
    const integers = this.#integers;
    const at = row * RECORD_INTEGERS;
    integers[at + SOURCE] = source;
    integers[at + KEY_INDEX] = keyIndex;
    integers[at + KEY_COUNTER] = keyCounter;
    integers[at + RECORD_BYTES] = recordBytes;
    this.#times[row * RECORD_TIMES + INTENDED] = intendedAtNs;
    this.#times[row * RECORD_TIMES + HANDED_OVER] = handedOverAtNs;
    this.#count = row + 1;
  }

  /** Gives all of them to the receiver. @returns how many there were. */
  giveTo(receiver: Receiver, now: () => number): number {
    const responses = this.#responses;
    for (let i = 0; i < responses.length; i += 2) {
      const to = responses[i + 3] ?? this.#count;
      // One reading of the clock for each response: its records count as received when the consumer has them.
      if (responses[i + 1]! < to) this.#giveResponse(responses[i]!, responses[i + 1]!, to, now(), receiver);
    }
    const count = this.#count;
    responses.length = 0;
    this.#count = 0;
    return count;
  }

  #giveResponse(shard: number, from: number, to: number, nowNs: number, receiver: Receiver): void {
    const integers = this.#integers;
    const times = this.#times;
    let handedOverAtNs = Number.NaN;
    for (let row = from; row < to; row++) {
      const writtenAtNs = times[row * RECORD_TIMES + HANDED_OVER]!;
      if (writtenAtNs !== handedOverAtNs) {
        if (row > from) receiver.end();
        handedOverAtNs = writtenAtNs;
        receiver.begin(shard, handedOverAtNs, handedOverAtNs, nowNs);
      }
      const at = row * RECORD_INTEGERS;
      receiver.receive(
        integers[at + SOURCE]!,
        integers[at + KEY_INDEX]!,
        integers[at + KEY_COUNTER]!,
        times[row * RECORD_TIMES + INTENDED]!,
        integers[at + RECORD_BYTES]!,
      );
    }
    receiver.end();
  }

  #grow(): void {
    const integers = new Uint32Array(2 * this.#integers.length);
    integers.set(this.#integers);
    this.#integers = integers;
    const times = new Float64Array(2 * this.#times.length);
    times.set(this.#times);
    this.#times = times;
  }
}
