import { quantileAt } from '../../engine/twin/latency-profile.ts';
import type { RandomStream } from '../../workloads/random.ts';
import { RetryQueue, type RetryRow } from '../producer/retry-queue.ts';
import { HeldBackRecords } from './held-back-records.ts';
import type { LatencyCounts } from './latency-counts.ts';
import type { ProducerModel } from './load.ts';
import { OpenBatch } from './open-batch.ts';
import { OpenCalls } from './open-calls.ts';
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
 * A call has its effect at once and its response later.
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
  readonly #batch: OpenBatch;
  /** Undefined if any number of calls may be open. */
  readonly #openCalls: OpenCalls | undefined;
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
    this.#batch = new OpenBatch(records);
    const { inFlight, callNs } = model;
    this.#openCalls = inFlight === undefined || callNs === 0 ? undefined : new OpenCalls(inFlight);
    this.#quotaTokens = model.quota?.tokens ?? 0;
  }

  /** A record that is due now. Call `turn` first for every time before. */
  offer(nowNs: number, shard: number, bytes: number): void {
    this.#openCalls?.complete(nowNs);
    if (this.#heldBack.count > 0) this.#pickUpHeldBack(nowNs);
    if (this.#heldBack.count === 0 && this.#hasRoomForNew()) this.#add(nowNs, shard, bytes, nowNs, 0, 0, 0);
    else if (this.#model.whenBusy === 'drop') this.#counts.unsent += 1;
    else this.#heldBack.push(nowNs, shard, bytes);
    this.nextAtNs = this.#nextTurnNs();
  }

  /** Does what is due at `nowNs` besides new records. */
  turn(nowNs: number): void {
    const { row } = this.#retries;
    this.#openCalls?.complete(nowNs);
    while (this.#retries.nextDueNs <= nowNs && this.#hasRoom()) {
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
    this.nextAtNs = this.#nextTurnNs();
  }

  /** True if a record can be added to a batch: there is one, or a call for another. */
  #hasRoom(): boolean {
    return this.#openCalls === undefined || this.#batch.count > 0 || !this.#openCalls.isFull;
  }

  #hasRoomForNew(): boolean {
    return this.#retries.size < this.#retryQueueLimit && this.#hasRoom();
  }

  #nextTurnNs(): number {
    const retryNs = this.#retries.nextDueNs;
    if (this.#hasRoom()) return Math.min(this.#sendAtNs, retryNs);
    const isWaiting = this.#heldBack.count > 0 || retryNs < Number.POSITIVE_INFINITY;
    return isWaiting ? this.#openCalls!.nextAtNs : Number.POSITIVE_INFINITY;
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
    const batch = this.#batch;
    if (batch.count === 0) this.#sendAtNs = nowNs + this.#lingerNs;
    batch.add(shard, bytes, intendedAtNs, firstSentAtNs, attempts, wasThrottled);
    if (batch.count < this.#maxRecords && batch.totalBytes < this.#maxBytes) return;
    this.fullCalls += 1;
    this.#send(nowNs);
  }

  #send(nowNs: number): void {
    const batch = this.#batch;
    const respondedAtNs = nowNs + this.#callNs();
    this.#openCalls?.open(respondedAtNs);
    this.calls += 1;
    this.#counts.attempts += batch.count;
    this.#intake.beginCall(nowNs);
    for (let row = 0; row < batch.count; row++) {
      const attempts = batch.attempts[row]!;
      const firstSentAtNs = attempts === 0 ? nowNs : batch.firstSentAtNs[row]!;
      if (this.#intake.put(batch.shard[row]!, batch.bytes[row]!, batch.intendedAtNs[row]!)) {
        this.#counts.accepted += 1;
        this.#ackLatency.record(respondedAtNs - firstSentAtNs);
        this.#putBackTokens(attempts);
      } else this.#throttled(row, attempts + 1, firstSentAtNs, respondedAtNs);
    }
    batch.clear();
    this.#sendAtNs = Number.POSITIVE_INFINITY;
  }

  #throttled(row: number, attempts: number, firstSentAtNs: number, respondedAtNs: number): void {
    const { retry } = this.#model;
    const batch = this.#batch;
    this.#counts.throttledAttempts += 1;
    if (batch.wasThrottled[row] === 0) this.#counts.throttledRecords += 1;
    if (attempts >= retry.attempts || !this.#takeTokens()) {
      this.#counts.failed += 1;
      return;
    }
    const again = this.#retry;
    again.keyIndex = batch.shard[row]!;
    again.payloadIndex = batch.bytes[row]!;
    again.intendedAtNs = batch.intendedAtNs[row]!;
    again.firstSentAtNs = firstSentAtNs;
    again.attempts = attempts;
    again.throttled = 1;
    again.dueNs = respondedAtNs + this.#random.uniform() * Math.min(retry.baseNs * 2 ** (attempts - 1), retry.capNs);
    this.#retries.push(again);
  }

  #callNs(): number {
    const { callNs, callQuantiles } = this.#model;
    return callQuantiles === undefined ? callNs : quantileAt(callQuantiles, this.#random.uniform());
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

  #pickUpHeldBack(nowNs: number): void {
    const held = this.#heldBack;
    while (held.count > 0 && this.#hasRoomForNew()) {
      held.take();
      this.#add(nowNs, held.shard, held.bytes, held.dueAtNs, 0, 0, 0);
    }
  }
}
