import type { SubscribeToShardEvent } from '@aws-sdk/client-kinesis';
import type { PushBudget } from '../../twin/limits-read.ts';
import { resourceNotFound } from '../errors.ts';
import type { Subscription, SubscriptionSink } from '../service.ts';
import type { Shard } from '../shard.ts';
import { childShardsOf, readFrom } from './get-records.ts';

/** AWS: a subscription lives for up to five minutes. */
const LIFETIME_MS = 300_000;
/** One event; AWS publishes no size. Small enough to leave at once, large enough for 2 MiB/s. */
const EVENT_RECORDS_MAX = 10_000;
const EVENT_BYTES_MAX = 1024 * 1024;
/** On an idle shard AWS sends events without records from time to time; it publishes no interval. */
const IDLE_EVENT_MS = 5000;

/**
 * Pushes the records of a shard to one subscriber: each leaves when it becomes visible, as far as the consumer's own
 * throughput and the sink's room allow.
 */
export class ShardSubscription implements Subscription {
  readonly #shard: Shard;
  readonly #sink: SubscriptionSink;
  readonly #untilMs: number;
  readonly #budget: PushBudget;
  readonly #stops: (() => void)[] = [];
  readonly #overListeners: (() => void)[] = [];
  #place: number;
  #hasRoom = true;
  #lastEventMs: number;
  /** Until when the consumer's throughput is used up, and what wakes the subscription then. */
  #paidUntilMs = 0;
  #cancelPause: (() => void) | undefined;
  isOver = false;

  constructor(shard: Shard, place: number, sink: SubscriptionSink) {
    this.#shard = shard;
    this.#place = place;
    this.#sink = sink;
    this.#budget = shard.readLimit.pushBudget();
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
    while (!this.isOver && this.#hasRoom && this.#cancelPause === undefined) {
      if (this.#shard.stream.isGone) {
        this.fail(resourceNotFound(`Stream ${this.#shard.stream.state.name} was deleted.`));
        return;
      }
      const atEnd = this.#shard.isEnd(this.#place);
      if (!atEnd && this.#shard.visibleEnd() <= this.#place) return;
      if (!this.#mayGoOnAt(Math.max(this.#paidUntilMs, this.#stalledUntilMs))) return;
      this.#pushOne();
    }
  }

  #pushOne(): void {
    const shard = this.#shard;
    const read = readFrom(shard, this.#place, EVENT_RECORDS_MAX, EVENT_BYTES_MAX);
    this.#place = read.next;
    this.#paidUntilMs = this.#budget.nextAllowedAtMs(read.bytes, this.#nowMs);
    const ended = shard.isEnd(read.next);
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
      ContinuationSequenceNumber: this.#shard.sequenceNumbers.of(Math.max(0, this.#place - 1)),
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

  /** Whether it is time for another event; when not, the subscription goes on when it is. */
  #mayGoOnAt(atMs: number): boolean {
    if (atMs <= this.#nowMs) return true;
    this.#cancelPause = this.#shard.stream.account.clock.at(atMs, () => {
      this.#cancelPause = undefined;
      this.#push();
    });
    return false;
  }

  /** Whether nothing was sent for a while because there was nothing; not when something waits for its time. */
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
    metrics.of('SubscribeToShardEvent.Bytes').add(bytes);
    metrics.of('SubscribeToShardEvent.Records').add(records);
    metrics.of('SubscribeToShardEvent.Success').add(1);
    metrics.of('SubscribeToShardEvent.MillisBehindLatest').add(event.MillisBehindLatest ?? 0);
    this.#shard.metrics.OutgoingBytes.add(bytes);
    this.#shard.metrics.OutgoingRecords.add(records);
  }
}
