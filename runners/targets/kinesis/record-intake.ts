import { readAggregate } from '../../../engine/aggregate/aggregate-reader.ts';
import { RECORD_HEAD_BYTES, type ReadRecords, type RecordTaker } from '../../aws/read-client.ts';
import { ENVELOPE_BYTES, emptyEnvelope, readEnvelope } from '../envelope.ts';
import type { Receiver } from '../target.ts';
import { WaitingRecords } from './waiting-records.ts';

/** First bytes of an aggregate: its magic, as a big-endian number. */
const AGGREGATE_START = 0xf3_89_9a_c2;
const START_BYTES = 4;

if (ENVELOPE_BYTES > RECORD_HEAD_BYTES) throw new Error('record intake: readers give too little of a record');

/**
 * Takes records of this run out of responses, aggregates taken apart, and keeps their envelopes until the receiver takes
 * them: the bytes of a response are valid only while it is read.
 *
 * A record counts as written when it was handed over: the producer's stamp is of the run's own clock, to the nanosecond.
 * The service's ApproximateArrivalTimestamp is of another clock and in whole milliseconds; it would make a residence of
 * 2 ms out of anything from 1 to 3, plus what the clocks differ.
 */
export class RecordIntake implements RecordTaker {
  readonly #runId: number;
  readonly #envelope = emptyEnvelope();
  readonly #waiting = new WaitingRecords();
  /** Records that no producer of this run sent; they are skipped. */
  foreignRecords = 0;

  constructor(runId: number) {
    this.#runId = runId;
  }

  /** Takes the records of one response. @param shard the harness's number of the shard. */
  add(records: ReadRecords, shard: number): void {
    this.#waiting.begin(shard);
    records.giveTo(this);
  }

  /** Gives the receiver everything that was added. @returns how many records there were. */
  giveTo(receiver: Receiver, now: () => number): number {
    return this.#waiting.giveTo(receiver, now);
  }

  record(bytes: DataView, dataAt: number, dataBytes: number, keyBytes: number): void {
    const isAggregate = dataBytes >= START_BYTES && bytes.getUint32(dataAt) === AGGREGATE_START;
    if (!isAggregate || !this.#takeApart(bytes, dataAt, dataBytes)) this.#take(bytes, dataAt, dataBytes, keyBytes);
  }

  /** Returns false for a record that begins like an aggregate by chance. */
  #takeApart(bytes: DataView, dataAt: number, dataBytes: number): boolean {
    const aggregate = readAggregate(new Uint8Array(bytes.buffer, bytes.byteOffset + dataAt, dataBytes));
    if (aggregate === undefined) return false;
    for (const { data, keyPlace } of aggregate.records) {
      this.#take(bytes, data.byteOffset - bytes.byteOffset, data.length, aggregate.keys[keyPlace]!.length);
    }
    return true;
  }

  #take(bytes: DataView, dataAt: number, dataBytes: number, keyBytes: number): void {
    const isOfRun = readEnvelope(bytes, dataAt, dataBytes, this.#runId, this.#envelope);
    if (isOfRun) this.#waiting.add(this.#envelope, dataBytes + keyBytes);
    else this.foreignRecords += 1;
  }
}
