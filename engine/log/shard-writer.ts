import { writeClaimHeader, writeFrames } from './frame.ts';
import { BLOCK_BYTES, blocksOf, CLAIM_HEADER_BYTES, frameLength } from './layout.ts';
import { ACCEPTED, type RecordBatch } from './record-batch.ts';
import { BACK_PRESSURED, type ShardLog } from './shard-log.ts';

/** Attempts to claim before a full ring is reported: some microseconds, long enough for a reader to advance. */
const CLAIM_TRIES = 200;

/** The writing side of one shard for one thread: rows of a batch become frames of as few claims as they fit into. */
export class ShardWriter {
  readonly log: ShardLog;

  constructor(log: ShardLog) {
    this.log = log;
  }

  /**
   * Writes rows `order[from..to)`, marks them ACCEPTED and notes their sequence numbers. Allocates nothing, throws
   * nothing.
   *
   * @param nowNs the time of writing, ns since the stream's epoch.
   * @returns the number of rows without room: the last ones of the range, still PENDING.
   */
  write(batch: RecordBatch, order: Int32Array, from: number, to: number, nowNs: number): number {
    const { log } = this;
    const most = log.maxClaimBlocks * BLOCK_BYTES;
    let first = from;
    while (first < to) {
      let bytes = CLAIM_HEADER_BYTES;
      let next = first;
      for (; next < to; next++) {
        const length = lengthOf(batch, order[next]!);
        if (bytes + length > most) break;
        bytes += length;
      }
      const claimByte = this.#claim(blocksOf(bytes));
      if (claimByte < 0) return to - first;
      writeClaimHeader(log, claimByte, bytes, next - first, nowNs);
      writeFrames(log, claimByte + CLAIM_HEADER_BYTES, batch, order, first, next);
      // An abandoned claim is not in the log, so its rows stay pending.
      if (!log.publish(claimByte, blocksOf(bytes), next - first)) return to - first;
      let sequenceNumber = log.sequenceNumberOf(claimByte + CLAIM_HEADER_BYTES);
      for (let k = first; k < next; k++) {
        const row = order[k]!;
        batch.status[row] = ACCEPTED;
        batch.sequenceNumber[row] = sequenceNumber;
        sequenceNumber += lengthOf(batch, row) / 8;
      }
      first = next;
    }
    return 0;
  }

  #claim(blocks: number): number {
    for (let tries = 0; tries < CLAIM_TRIES; tries++) {
      const claimByte = this.log.claim(blocks);
      if (claimByte !== BACK_PRESSURED) return claimByte;
    }
    return BACK_PRESSURED;
  }
}

const lengthOf = (batch: RecordBatch, row: number): number =>
  frameLength(batch.keys.lengths[batch.keyIndex[row]!]!, batch.payloads.lengths[batch.payloadIndex[row]!]!);
