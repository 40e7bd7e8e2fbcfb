import { ACCEPTED, ERRORED, THROTTLED } from '../../engine/log/record-batch.ts';
import { graceAfterPhaseNs } from '../../reports/summary/phase-grace.ts';
import { RandomStream } from '../../workloads/random.ts';
import type { RecordingReceiver } from '../consumer/receiver.ts';
import {
  ACK_LATENCY,
  ACKED,
  BYTES,
  cellOf,
  FAILED,
  OVERTIME,
  OVERTIME_BYTES,
  SEND_DELAY,
  THROTTLED_RECORDS,
  THROTTLED_TIMES,
} from '../recorder/cells.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { STATS } from '../threads/worker-stats.ts';
import type { OutgoingBatch } from './outgoing-batch.ts';
import type { ProducerTask } from './producer-task.ts';
import { RetryQueue, type RetryRow } from './retry-queue.ts';

/** Processes responses to a producer's records: acknowledged, retried, or failed. */
export class ProducerResponses {
  readonly #task: ProducerTask;
  readonly #hasAcks: boolean;
  readonly #recorder: Recorder;
  readonly #stats: Float64Array;
  readonly #receivers: readonly RecordingReceiver[];
  readonly #random: RandomStream;
  readonly #retryRow: RetryRow = { ...new RetryQueue().row };
  /** Scratch for one response: acknowledged records and bytes by shard. */
  readonly #ackedOf: Int32Array;
  readonly #bytesOf: Float64Array;
  /** By phase: a record that is handed over later than this is in overtime. */
  readonly #inTimeUntilNs: Float64Array;
  readonly retries = new RetryQueue();
  /** Flat pairs of key index and record number. */
  readonly failed: number[] = [];

  constructor(task: ProducerTask, recorder: Recorder, stats: Float64Array, receivers: readonly RecordingReceiver[]) {
    this.#task = task;
    this.#hasAcks = task.hasNoAcks !== true;
    this.#recorder = recorder;
    this.#stats = stats;
    this.#receivers = receivers;
    this.#random = new RandomStream(task.seed, `${task.workload.name}/retries of producer ${task.source}`);
    this.#ackedOf = new Int32Array(task.shardCount + 1);
    this.#bytesOf = new Float64Array(task.shardCount + 1);
    const { workload } = task;
    this.#inTimeUntilNs = Float64Array.from(
      workload.phases,
      (phase) => phase.startNs + phase.durationNs + graceAfterPhaseNs(workload, phase),
    );
  }

  /** Integrates the records in flight up to now and changes their number. */
  changeInFlight(by: number, nowNs: number): void {
    const before = this.#stats[STATS.inFlight]!;
    this.#stats[STATS.inFlightArea]! += before * (nowNs - this.#stats[STATS.inFlightAtNs]!);
    this.#stats[STATS.inFlightAtNs] = nowNs;
    this.#stats[STATS.inFlight] = before + by;
  }

  /** Records the outcome of a batch's rows. Rows of one phase are adjacent, so acknowledgements are counted by shard. */
  take(batch: OutgoingBatch, nowNs: number): void {
    const { records } = batch;
    const { status, shard, intendedAtNs } = records;
    const { shardCount } = this.#task;
    let phase = batch.count > 0 ? batch.phase[0]! : 0;
    let settled = 0;
    for (let row = 0; row < batch.count; row++) {
      if (batch.phase[row] !== phase) {
        this.#flushAcked(phase, batch.sentAtNs);
        phase = batch.phase[row]!;
      }
      if (status[row] !== ACCEPTED) {
        settled += this.#notAccepted(batch, row, nowNs);
        continue;
      }
      const shardIndex = shard[row]!;
      const cell = cellOf(phase, shardIndex, shardCount);
      const sentAtNs = batch.firstSentAtNs[row]!;
      this.#recorder.record(cell, SEND_DELAY, sentAtNs - intendedAtNs[row]!);
      if (this.#hasAcks) this.#recorder.record(cell, ACK_LATENCY, nowNs - sentAtNs);
      this.#ackedOf[shardIndex]! += 1;
      this.#bytesOf[shardIndex]! += records.recordBytes(row);
      settled += 1;
    }
    this.#flushAcked(phase, batch.sentAtNs);
    this.changeInFlight(-settled, nowNs);
    for (let i = 0; i < this.#receivers.length; i++) handBack(this.#receivers[i]!, batch, nowNs);
  }

  #flushAcked(phase: number, sentAtNs: number): void {
    const isOvertime = sentAtNs > this.#inTimeUntilNs[phase]!;
    for (let shardIndex = 0; shardIndex < this.#ackedOf.length; shardIndex++) {
      const count = this.#ackedOf[shardIndex]!;
      if (count === 0) continue;
      const cell = cellOf(phase, shardIndex, this.#task.shardCount);
      this.#recorder.count(cell, ACKED, count);
      this.#recorder.count(cell, BYTES, this.#bytesOf[shardIndex]!);
      if (isOvertime) {
        this.#recorder.count(cell, OVERTIME, count);
        this.#recorder.count(cell, OVERTIME_BYTES, this.#bytesOf[shardIndex]!);
      }
      this.#stats[STATS.acked]! += count;
      this.#stats[STATS.bytes]! += this.#bytesOf[shardIndex]!;
      this.#ackedOf[shardIndex] = 0;
      this.#bytesOf[shardIndex] = 0;
    }
  }

  /** Handles a row that was not accepted: it is retried later, or has failed. Returns 1 if it is finished. */
  #notAccepted(batch: OutgoingBatch, row: number, nowNs: number): number {
    const { records } = batch;
    const { shardCount } = this.#task;
    const phase = batch.phase[row]!;
    const attempts = batch.attempts[row]! + 1;
    const { retry } = this.#task.workload.producers;
    const status = records.status[row]!;
    const wasThrottled = batch.wasThrottled(row);
    if (status === THROTTLED) {
      const cell = cellOf(phase, records.shard[row]!, shardCount);
      this.#recorder.count(cell, THROTTLED_TIMES, 1);
      if (!wasThrottled) this.#recorder.count(cell, THROTTLED_RECORDS, 1);
      this.#stats[STATS.throttled]! += 1;
    }
    if ((status === THROTTLED || status === ERRORED) && attempts < retry.attempts) {
      const again = this.#retryRow;
      again.keyIndex = records.keyIndex[row]!;
      again.payloadIndex = records.payloadIndex[row]!;
      again.keyCounter = records.keyCounter[row]!;
      again.intendedAtNs = records.intendedAtNs[row]!;
      again.firstSentAtNs = batch.firstSentAtNs[row]!;
      again.attempts = attempts;
      again.throttled = wasThrottled || status === THROTTLED ? 1 : 0;
      again.phase = phase;
      // Full jitter, as the AWS SDKs back off: uniform up to a cap that doubles with every attempt.
      again.dueNs = nowNs + this.#random.uniform() * Math.min(retry.baseNs * 2 ** (attempts - 1), retry.capNs);
      this.retries.push(again);
      return 0;
    }
    this.#recorder.count(cellOf(phase, shardCount, shardCount), FAILED, 1);
    this.#stats[STATS.failed]! += 1;
    this.failed.push(records.keyIndex[row]!, records.keyCounter[row]!);
    return 1;
  }
}

/** Passes the records of a completed call to a consumer, for targets that store nothing. */
function handBack(receiver: RecordingReceiver, { records, sentAtNs }: OutgoingBatch, nowNs: number): void {
  const { status, shard, keyIndex, keyCounter, intendedAtNs, source, count } = records;
  let shardIndex = -1;
  for (let row = 0; row < count; row++) {
    if (status[row] !== ACCEPTED) continue;
    if (shard[row] !== shardIndex) {
      receiver.end();
      shardIndex = shard[row]!;
      receiver.begin(shardIndex, sentAtNs, nowNs, nowNs);
    }
    receiver.receive(source, keyIndex[row]!, keyCounter[row]!, intendedAtNs[row]!, records.recordBytes(row));
  }
  receiver.end();
}
