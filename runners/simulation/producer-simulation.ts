import type { RandomStream } from '../../workloads/random.ts';
import { RetryQueue, type RetryRow } from '../producer/retry-queue.ts';
import { HeldBackRecords } from './held-back-records.ts';
import type { LatencyCounts } from './latency-counts.ts';
import type { ProducerModel } from './load.ts';
import type { RunCounts } from './run-counts.ts';

/** Throttled records that one producer keeps for their next attempt, as in a run; with so many it picks up no new ones. */
export const RETRY_QUEUE_LIMIT = 1_000_000;

/** The stream as a producer sees it. */
export interface ShardIntake {
  /** Begins a call: the records that follow are written at one time. */
  beginCall(nowNs: number): void;
  /** Returns false if the record is throttled. */
  put(shard: number, bytes: number, intendedAtNs: number): boolean;
}

/**
 * One producer in virtual time. It does what `runners/producer/producer.ts` does in a run: it puts due retries and due records into its
 * open batch, sends the batch when it is full or has lingered since its opening, and retries throttled records with full jitter.
 * Calls take a fixed time, and any number of them may be open.
 */
export class ProducerSimulation {
  readonly #intake: ShardIntake;
  readonly #counts: RunCounts;
  readonly #ackLatency: LatencyCounts;
  readonly #model: ProducerModel;
  readonly #random: RandomStream;
  readonly #retries = new RetryQueue();
  readonly #retry: RetryRow = { ...this.#retries.row };
  readonly #retryQueueLimit: number;
  readonly #heldBack = new HeldBackRecords();
  readonly #maxRecords: number;
  readonly #maxBytes: number;
  readonly #lingerNs: number;
  /** Rows of the open batch. */
  readonly #shard: Int32Array;
  readonly #bytes: Uint32Array;
  readonly #intendedAtNs: Float64Array;
  readonly #firstSentAtNs: Float64Array;
  readonly #attempts: Int32Array;
  readonly #wasThrottled: Uint8Array;
  #count = 0;
  #batchBytes = 0;
  #sendAtNs = Number.POSITIVE_INFINITY;
  #quotaTokens: number;
  /** When `turn` must be called next; Infinity while the producer waits for new records only. */
  nextAtNs = Number.POSITIVE_INFINITY;
  /** Calls of PutRecords so far, and those of them that did not wait because they were full. */
  calls = 0;
  fullCalls = 0;

  constructor(
    model: ProducerModel,
    random: RandomStream,
    intake: ShardIntake,
    counts: RunCounts,
    ackLatency: LatencyCounts,
    retryQueueLimit = RETRY_QUEUE_LIMIT,
  ) {
    const { records, bytes, lingerNs } = model.batch;
    this.#intake = intake;
    this.#counts = counts;
    this.#ackLatency = ackLatency;
    this.#model = model;
    this.#random = random;
    this.#retryQueueLimit = retryQueueLimit;
    this.#maxRecords = records;
    this.#maxBytes = bytes;
    this.#lingerNs = lingerNs;
    this.#shard = new Int32Array(records);
    this.#bytes = new Uint32Array(records);
    this.#intendedAtNs = new Float64Array(records);
    this.#firstSentAtNs = new Float64Array(records);
    this.#attempts = new Int32Array(records);
    this.#wasThrottled = new Uint8Array(records);
    this.#quotaTokens = model.quota?.tokens ?? 0;
  }

  /** A record that is due now. Call `turn` first for every time before. */
  offer(nowNs: number, shard: number, bytes: number): void {
    if (this.#heldBack.count > 0 || this.#retries.size >= this.#retryQueueLimit) {
      this.#holdBack(nowNs, shard, bytes);
      return;
    }
    this.#add(nowNs, shard, bytes, nowNs, 0, 0, 0);
    this.nextAtNs = Math.min(this.#sendAtNs, this.#retries.nextDueNs);
  }

  /** Does what is due at `nowNs` besides new records. */
  turn(nowNs: number): void {
    const { row } = this.#retries;
    while (this.#retries.nextDueNs <= nowNs) {
      this.#retries.pop();
      this.#add(
        nowNs,
        row.keyIndex,
        row.payloadIndex,
        row.intendedAtNs,
        row.firstSentAtNs,
        row.attempts,
        row.throttled,
      );
    }
    if (this.#heldBack.count > 0) this.#pickUpHeldBack(nowNs);
    if (this.#sendAtNs <= nowNs) this.#send(nowNs);
    this.nextAtNs = Math.min(this.#sendAtNs, this.#retries.nextDueNs);
  }

  #add(
    nowNs: number,
    shard: number,
    bytes: number,
    intendedAtNs: number,
    firstSentAtNs: number,
    attempts: number,
    wasThrottled: number,
  ): void {
    const row = this.#count;
    if (row === 0) this.#sendAtNs = nowNs + this.#lingerNs;
    this.#shard[row] = shard;
    this.#bytes[row] = bytes;
    this.#intendedAtNs[row] = intendedAtNs;
    this.#firstSentAtNs[row] = firstSentAtNs;
    this.#attempts[row] = attempts;
    this.#wasThrottled[row] = wasThrottled;
    this.#count = row + 1;
    this.#batchBytes += bytes;
    if (this.#count < this.#maxRecords && this.#batchBytes < this.#maxBytes) return;
    this.fullCalls += 1;
    this.#send(nowNs);
  }

  #send(nowNs: number): void {
    const count = this.#count;
    const answeredAtNs = nowNs + this.#model.callNs;
    this.calls += 1;
    this.#counts.attempts += count;
    this.#intake.beginCall(nowNs);
    for (let row = 0; row < count; row++) {
      const attempts = this.#attempts[row]!;
      const firstSentAtNs = attempts === 0 ? nowNs : this.#firstSentAtNs[row]!;
      if (this.#intake.put(this.#shard[row]!, this.#bytes[row]!, this.#intendedAtNs[row]!)) {
        this.#counts.accepted += 1;
        this.#ackLatency.record(answeredAtNs - firstSentAtNs);
        this.#putBackTokens(attempts);
      } else this.#throttled(row, attempts + 1, firstSentAtNs, answeredAtNs);
    }
    this.#count = 0;
    this.#batchBytes = 0;
    this.#sendAtNs = Number.POSITIVE_INFINITY;
  }

  #throttled(row: number, attempts: number, firstSentAtNs: number, answeredAtNs: number): void {
    const { retry } = this.#model;
    this.#counts.throttledAttempts += 1;
    if (this.#wasThrottled[row] === 0) this.#counts.throttledRecords += 1;
    if (attempts >= retry.attempts || !this.#takeTokens()) {
      this.#counts.failed += 1;
      return;
    }
    const again = this.#retry;
    again.keyIndex = this.#shard[row]!;
    again.payloadIndex = this.#bytes[row]!;
    again.intendedAtNs = this.#intendedAtNs[row]!;
    again.firstSentAtNs = firstSentAtNs;
    again.attempts = attempts;
    again.throttled = 1;
    again.dueNs = answeredAtNs + this.#random.uniform() * Math.min(retry.baseNs * 2 ** (attempts - 1), retry.capNs);
    this.#retries.push(again);
  }

  #takeTokens(): boolean {
    const { quota } = this.#model;
    if (quota === undefined) return true;
    if (this.#quotaTokens < quota.tokensPerRetry) return false;
    this.#quotaTokens -= quota.tokensPerRetry;
    return true;
  }

  #putBackTokens(retries: number): void {
    const { quota } = this.#model;
    if (quota === undefined) return;
    this.#quotaTokens = Math.min(quota.tokens, this.#quotaTokens + (retries > 0 ? quota.tokensPerRetry : 1));
  }

  #holdBack(nowNs: number, shard: number, bytes: number): void {
    if (this.#model.whenBusy === 'drop' && this.#retries.size >= this.#retryQueueLimit) this.#counts.unsent += 1;
    else this.#heldBack.push(nowNs, shard, bytes);
  }

  #pickUpHeldBack(nowNs: number): void {
    const held = this.#heldBack;
    while (held.count > 0 && this.#retries.size < this.#retryQueueLimit) {
      held.take();
      this.#add(nowNs, held.shard, held.bytes, held.dueAtNs, 0, 0, 0);
    }
  }
}
