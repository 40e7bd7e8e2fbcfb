import { readAggregate } from '../../../engine/aggregate/aggregate-reader.ts';
import type { Delivery } from '../../aws/reader.ts';
import type { Receiver } from '../target.ts';
import { type Envelope, emptyEnvelope, readEnvelope } from './envelope.ts';

/**
 * Takes records out of what a reader brought and gives them to the receiver, aggregates taken apart.
 *
 * A record counts as written when it was handed over: the producer's stamp is of the run's own clock, to the nanosecond.
 * The service's ApproximateArrivalTimestamp is of another clock and in whole milliseconds; it would make a residence of
 * 2 ms out of anything from 1 to 3, plus what the clocks differ.
 */
export class RecordIntake {
  readonly #runId: number;
  readonly #envelope: Envelope = emptyEnvelope();
  /** Records that no producer of this run sent; they are skipped. */
  foreignRecords = 0;

  constructor(runId: number) {
    this.#runId = runId;
  }

  /** @param shard the harness's number of the shard. @returns how many records of this run there were. */
  take({ records }: Delivery, shard: number, nowNs: number, receiver: Receiver): number {
    let count = 0;
    let handedOverAtNs = Number.NaN;
    const give = (data: Uint8Array, keyBytes: number) => {
      const envelope = this.#envelope;
      if (!readEnvelope(data, this.#runId, envelope)) {
        this.foreignRecords += 1;
        return;
      }
      if (envelope.handedOverAtNs !== handedOverAtNs) {
        if (count > 0) receiver.end();
        handedOverAtNs = envelope.handedOverAtNs;
        receiver.begin(shard, handedOverAtNs, handedOverAtNs, nowNs);
      }
      const { source, keyIndex, keyCounter, intendedAtNs } = envelope;
      receiver.receive(source, keyIndex, keyCounter, intendedAtNs, data.length + keyBytes);
      count += 1;
    };
    for (const { Data, PartitionKey = '' } of records) {
      if (Data === undefined) continue;
      const aggregate = readAggregate(Data);
      if (aggregate === undefined) give(Data, Buffer.byteLength(PartitionKey));
      else for (const { data, keyPlace } of aggregate.records) give(data, aggregate.keys[keyPlace]!.length);
    }
    if (count > 0) receiver.end();
    return count;
  }
}
