import type { SubscribeToShardEvent } from '@aws-sdk/client-kinesis';
import type { PushBudget } from '../../twin/limits-read.ts';
import type { Clock } from '../clock.ts';
import { resourceNotFound } from '../errors.ts';
import type { Subscription, SubscriptionSink } from '../kinesis-service.ts';
import type { Shard } from '../stream/shard.ts';
import { EventPace } from './event-pace.ts';
import { childShardsOf, readFrom } from './read-shard.ts';

/** AWS: a subscription lives for up to five minutes. */
const LIFETIME_MS = 300_000;
/** One event. AWS publishes no size. */
const EVENT_RECORDS_MAX = 10_000;
const EVENT_BYTES_MAX = 1024 * 1024;
/** On an idle shard AWS sends events without records from time to time; it publishes no interval. */
const IDLE_EVENT_MS = 5000;

/**
 * Pushes the records of a shard to one subscriber, as soon as they are visible, as far as the consumer's own throughput,
 * the sink's room and the pace of events allow. Until then they stay in the shard, and leave together in one event:
 * however slow the client is, a subscription holds no records itself.
 */
export class ShardSubscription implements Subscription {
  readonly #shard: Shard;
  readonly #sink: SubscriptionSink;
  readonly #untilMs: number;
  readonly #budget: PushBudget;
  readonly #pace: EventPace;
  /** The last event was full: the next one has nothing to wait for. */
  #wasFull = false;
  readonly #stops: (() => void)[] = [];
  readonly #overListeners: (() => void)[] = [];
  #place: number;
  /** Second of the put of the last record that was sent. */
  #putSecond: number;
  #hasRoom = true;
  #lastEventMs: number;
  /** Until when the consumer's throughput is used up, and what wakes the subscription then. */
  #paidUntilMs = 0;
  #cancelPause: (() => void) | undefined;
  isOver = false;

  constructor(shard: Shard, place: number, sink: SubscriptionSink) {
    this.#shard = shard;
    this.#place = place;
    this.#putSecond = shard.state.sequenceSecond;
    this.#sink = sink;
    this.#budget = shard.readLimit.pushBudget();
    const { account, hasLatency } = shard.stream;
    this.#pace = new EventPace(account.clock, hasLatency);
    this.#lastEventMs = this.#nowMs;
    this.#untilMs = this.#nowMs + LIFETIME_MS;
  }

  start(): void {
    this.#stops.push(this.#shard.onWake(() => this.#push()));
    this.#stops.push(this.#shard.stream.account.clock.at(this.#untilMs, () => this.end()));
    // A stall that is called off lets go at once.
    this.#stops.push(this.#shard.stream.account.faults.onChange(() => this.#unpause()));
    this.#beat();
    queueMicrotask(() => this.#push());
  }

  resume(): void {
    this.#hasRoom = true;
    this.#push();
  }

  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#cancelPause?.();
    for (const stop of this.#stops) stop();
    for (const listener of this.#overListeners) listener();
  }

  /** The normal end: the client calls again to go on. */
  end(): void {
    if (this.isOver) return;
    this.close();
    this.#sink.end();
  }

  fail(error: Error): void {
    if (this.isOver) return;
    this.close();
    this.#sink.fail(error);
  }

  whenOver(listener: () => void): void {
    this.#overListeners.push(listener);
  }

  get #nowMs(): number {
    return this.#shard.stream.account.clock.nowMs();
  }

  #unpause(): void {
    this.#cancelPause?.();
    this.#cancelPause = undefined;
    this.#push();
  }

  #push(): void {
    if (this.#shard.stream.isGone) {
      this.fail(resourceNotFound(`Stream ${this.#shard.stream.state.name} was deleted.`));
    }
    while (!this.isOver && this.#hasRoom && this.#cancelPause === undefined) {
      const atEnd = this.#shard.isEnd(this.#place);
      if (!atEnd && this.#shard.visibleEnd() <= this.#place) return;
      const { clock } = this.#shard.stream.account;
      if (!this.#mayGoOnAt(clock, Math.max(this.#paidUntilMs, this.#stalledUntilMs))) return;
      // A closed shard gets no more records to gather.
      const gathers = this.#shard.isOpen && !this.#wasFull;
      if (gathers && !this.#mayGoOnAt(this.#pace.clock, this.#pace.nextAtMs)) return;
      this.#pushOne();
    }
  }

  #pushOne(): void {
    const shard = this.#shard;
    const read = readFrom(shard, this.#place, EVENT_RECORDS_MAX, EVENT_BYTES_MAX);
    this.#place = read.next;
    if (read.records.length > 0) this.#putSecond = read.putSecond;
    const ended = shard.isEnd(read.next);
    // Only padding lay between the place and the visible end.
    if (read.records.length === 0 && !ended) return;
    this.#wasFull = read.hasMore;
    this.#pace.sent();
    this.#paidUntilMs = this.#budget.nextAllowedAtMs(read.bytes, this.#nowMs);
    const event = this.#eventOf(read.records, read.millisBehindLatest);
    // At the end of a closed shard AWS leaves the number out: there is nothing to go on with.
    if (ended) Object.assign(event, { ContinuationSequenceNumber: undefined, ChildShards: childShardsOf(shard) });
    this.#count(event, read.bytes);
    this.#send(event);
    if (ended) this.end();
  }

  #send(event: SubscribeToShardEvent): void {
    this.#lastEventMs = this.#nowMs;
    this.#hasRoom = this.#sink.event(event);
  }

  #eventOf(records: SubscribeToShardEvent['Records'], millisBehindLatest: number): SubscribeToShardEvent {
    return {
      Records: records,
      // One before the next place: with AFTER_SEQUENCE_NUMBER the next subscription begins just there.
      ContinuationSequenceNumber: this.#shard.sequenceNumbers.numberAt(Math.max(0, this.#place - 1), this.#putSecond),
      MillisBehindLatest: millisBehindLatest,
    };
  }

  /** Until when a fault rule holds back what goes to subscribers; 0 for not at all. */
  get #stalledUntilMs(): number {
    const { account, state } = this.#shard.stream;
    if (!account.faults.active) return 0;
    const call = { stream: state.name, shard: this.#shard.id, operation: 'SubscribeToShard' };
    return account.faults.stalledUntilMs(call, this.#nowMs) ?? 0;
  }

  /** True if the time for another event has come. Otherwise the subscription continues at that time. */
  #mayGoOnAt(clock: Clock, atMs: number): boolean {
    if (atMs <= clock.nowMs()) return true;
    this.#cancelPause = clock.at(atMs, () => {
      this.#cancelPause = undefined;
      this.#push();
    });
    return false;
  }

  /** True if there was nothing to send for a while; false if something waits for its time. */
  get #isIdle(): boolean {
    const isQuiet = this.#nowMs - this.#lastEventMs >= IDLE_EVENT_MS;
    return isQuiet && this.#hasRoom && this.#cancelPause === undefined && this.#stalledUntilMs <= this.#nowMs;
  }

  /** Keeps an idle subscription visibly alive. */
  #beat(): void {
    const cancel = this.#shard.stream.account.clock.at(this.#nowMs + IDLE_EVENT_MS, () => {
      this.#stops.splice(this.#stops.indexOf(cancel), 1);
      this.#push();
      if (this.isOver) return;
      if (this.#isIdle) this.#send(this.#eventOf([], 0));
      this.#beat();
    });
    this.#stops.push(cancel);
  }

  #count(event: SubscribeToShardEvent, bytes: number): void {
    const { metrics } = this.#shard.stream;
    const records = event.Records?.length ?? 0;
    metrics.statistic('SubscribeToShardEvent.Bytes').add(bytes);
    metrics.statistic('SubscribeToShardEvent.Records').add(records);
    metrics.statistic('SubscribeToShardEvent.Success').add(1);
    metrics.statistic('SubscribeToShardEvent.MillisBehindLatest').add(event.MillisBehindLatest ?? 0);
    this.#shard.metrics.OutgoingBytes.add(bytes);
    this.#shard.metrics.OutgoingRecords.add(records);
  }
}
