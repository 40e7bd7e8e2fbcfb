import { readAggregate } from '../../../engine/aggregate/aggregate-reader.ts';
import type { ReadRecords, RecordTaker } from '../../aws/read-client.ts';
import { type Envelope, emptyEnvelope, readEnvelope } from '../envelope.ts';
import type { Receiver } from '../target.ts';

/** First bytes of an aggregate: its magic, as a big-endian number. */
const AGGREGATE_START = 0xf3_89_9a_c2;
const START_BYTES = 4;

/**
 * Takes records out of what a reader brought and gives them to the receiver, aggregates taken apart.
 *
 * A record counts as written when it was handed over: the producer's stamp is of the run's own clock, to the nanosecond.
 * The service's ApproximateArrivalTimestamp is of another clock and in whole milliseconds; it would make a residence of
 * 2 ms out of anything from 1 to 3, plus what the clocks differ.
 */
export class RecordIntake implements RecordTaker {
  readonly #runId: number;
  readonly #envelope: Envelope = emptyEnvelope();
  #receiver: Receiver | undefined;
  #shard = 0;
  #nowNs = 0;
  #count = 0;
  #handedOverAtNs = Number.NaN;
  /** Records that no producer of this run sent; they are skipped. */
  foreignRecords = 0;

  constructor(runId: number) {
    this.#runId = runId;
  }

  /** @param shard the harness's number of the shard. @returns how many records of this run there were. */
  take(records: ReadRecords, shard: number, nowNs: number, receiver: Receiver): number {
    this.#receiver = receiver;
    this.#shard = shard;
    this.#nowNs = nowNs;
    this.#count = 0;
    this.#handedOverAtNs = Number.NaN;
    records.giveTo(this);
    if (this.#count > 0) receiver.end();
    return this.#count;
  }

  record(bytes: DataView, dataAt: number, dataBytes: number, keyBytes: number): void {
    const isAggregate = dataBytes >= START_BYTES && bytes.getUint32(dataAt) === AGGREGATE_START;
    if (!isAggregate || !this.#takeApart(bytes, dataAt, dataBytes)) this.#give(bytes, dataAt, dataBytes, keyBytes);
  }

  /** Returns false for a record that begins like an aggregate by chance. */
  #takeApart(bytes: DataView, dataAt: number, dataBytes: number): boolean {
    const aggregate = readAggregate(new Uint8Array(bytes.buffer, bytes.byteOffset + dataAt, dataBytes));
    if (aggregate === undefined) return false;
    for (const { data, keyPlace } of aggregate.records) {
      this.#give(bytes, data.byteOffset - bytes.byteOffset, data.length, aggregate.keys[keyPlace]!.length);
    }
    return true;
  }

  #give(bytes: DataView, dataAt: number, dataBytes: number, keyBytes: number): void {
    const envelope = this.#envelope;
    if (!readEnvelope(bytes, dataAt, dataBytes, this.#runId, envelope)) {
      this.foreignRecords += 1;
      return;
    }
    const receiver = this.#receiver!;
    const { source, keyIndex, keyCounter, intendedAtNs, handedOverAtNs } = envelope;
    if (handedOverAtNs !== this.#handedOverAtNs) {
      if (this.#count > 0) receiver.end();
      this.#handedOverAtNs = handedOverAtNs;
      receiver.begin(this.#shard, handedOverAtNs, handedOverAtNs, this.#nowNs);
    }
    receiver.receive(source, keyIndex, keyCounter, intendedAtNs, dataBytes + keyBytes);
    this.#count += 1;
  }
}
