import type { Phase } from '../../workloads/scenario.ts';
import {
  CONSUMER_COUNTER_COUNT,
  CONSUMER_SPAN_COUNT,
  cellOf,
  cellsOf,
  PhaseFinder,
  PUT_TO_GET,
  RECEIVED,
  RECEIVED_BYTES,
  RESIDENCE,
  UNCORRECTED,
} from '../recorder/cells.ts';
import { createRecorder, Recorder, type RecorderHandle } from '../recorder/recorder.ts';
import { RECEIPT, type Receipt } from '../targets/receipt.ts';
import type { Receiver } from '../targets/target.ts';
import { ReceiptLedger } from './ledger.ts';

/** One producer as its consumers know it: what its records belong to. */
export interface SourceInfo {
  readonly workload: number;
  readonly phases: readonly Pick<Phase, 'startNs' | 'durationNs'>[];
}

/** Data with which a consumer records on any thread. */
export interface ReceiverHandle {
  readonly shardCount: number;
  /** By source; undefined where this thread receives nothing of it. */
  readonly sources: readonly (SourceInfo | undefined)[];
  /** By workload: its first cell. */
  readonly firstCells: readonly number[];
  readonly expected: readonly (Int32Array | undefined)[];
  readonly recorder: RecorderHandle;
  /** The scenario adds partitions: keys move to others, and their order over that is not kept. */
  readonly keysMove: boolean;
}

/** Cells of a consumer: those of each workload, one after the other. */
export function consumerCells(
  phaseCounts: readonly number[],
  shardCount: number,
): { firstCells: number[]; cellCount: number } {
  let cellCount = 0;
  const firstCells = phaseCounts.map((phaseCount) => {
    const first = cellCount;
    cellCount += cellsOf(phaseCount, shardCount);
    return first;
  });
  return { firstCells, cellCount };
}

export const createConsumerRecorder = (cellCount: number): RecorderHandle =>
  createRecorder(cellCount, CONSUMER_SPAN_COUNT, CONSUMER_COUNTER_COUNT, { byClass: true });

/** Records of one cell that are recorded together, at most: as many as a batch has, and more. */
const STRETCH_RECORDS = 1024;

/**
 * Times and accounts for every record that a consumer receives. Records of one claim share the times of writing and
 * receiving, so all but put-to-get is recorded once for a stretch of records of one cell.
 */
export class RecordingReceiver implements Receiver {
  readonly recorder: Recorder;
  readonly ledger: ReceiptLedger;
  readonly #shardCount: number;
  readonly #sourceFirstCell: Int32Array;
  readonly #phases: readonly (PhaseFinder | undefined)[];
  readonly #putToGetNs = new Float64Array(STRETCH_RECORDS);
  #shard = 0;
  #handedOverAtNs = 0;
  #writtenAtNs = 0;
  #nowNs = 0;
  /** From the hand-over to now, in whole nanoseconds. */
  #afterNs = 0;
  #cell = -1;
  #count = 0;
  #bytes = 0;

  constructor({ shardCount, sources, firstCells, expected, recorder, keysMove }: ReceiverHandle) {
    this.recorder = new Recorder(recorder);
    this.ledger = new ReceiptLedger(expected, keysMove);
    this.#shardCount = shardCount;
    this.#sourceFirstCell = Int32Array.from(sources, (source) =>
      source === undefined ? -1 : firstCells[source.workload]!,
    );
    this.#phases = sources.map((source) => source && new PhaseFinder(source.phases));
  }

  begin(shard: number, handedOverAtNs: number, writtenAtNs: number, nowNs: number): void {
    this.#shard = shard;
    this.#handedOverAtNs = handedOverAtNs;
    this.#writtenAtNs = writtenAtNs;
    this.#nowNs = nowNs;
    this.#afterNs = Math.max(0, Math.floor(nowNs - handedOverAtNs));
  }

  receive(source: number, keyIndex: number, keyCounter: number, intendedAtNs: number, bytes: number): Receipt {
    const phases = this.#phases[source];
    if (phases === undefined) return RECEIPT.foreign;
    const receipt = this.ledger.receive(source, keyIndex, keyCounter, this.#shard);
    const cell = this.#sourceFirstCell[source]! + cellOf(phases.phaseOf(intendedAtNs), this.#shard, this.#shardCount);
    if (cell !== this.#cell || this.#count === STRETCH_RECORDS) {
      this.end();
      this.#cell = cell;
    }
    this.#putToGetNs[this.#count] = this.#nowNs - intendedAtNs;
    this.#count += 1;
    this.#bytes += bytes;
    return receipt;
  }

  end(): void {
    const cell = this.#cell;
    const count = this.#count;
    this.#cell = -1;
    if (count === 0) return;
    this.recorder.recordComposed(cell, PUT_TO_GET, this.#putToGetNs, count, this.#afterNs);
    this.recorder.record(cell, RESIDENCE, this.#nowNs - this.#writtenAtNs, count);
    this.recorder.record(cell, UNCORRECTED, this.#nowNs - this.#handedOverAtNs, count);
    this.recorder.count(cell, RECEIVED, count);
    this.recorder.count(cell, RECEIVED_BYTES, this.#bytes);
    this.#count = 0;
    this.#bytes = 0;
  }
}
