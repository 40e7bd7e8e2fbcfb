import type { SubscribeToShardInput } from '@aws-sdk/client-kinesis';
import type { Clock } from '../clock.ts';
import { limitExceeded, resourceInUse, resourceNotFound } from '../errors.ts';
import { streamArnOf } from '../identifiers/arn.ts';
import type { Subscription, SubscriptionSink } from '../kinesis-service.ts';
import type { AccountOptions } from '../options.ts';
import type { Shard } from '../stream/shard.ts';
import type { KinesisStream } from '../stream/stream.ts';
import type { ConsumerState } from '../stream/stream-state.ts';
import { placeIn } from './shard-position.ts';
import { ShardSubscription } from './shard-subscription.ts';

/** AWS rejects a second call for the same consumer and shard for 5 s; afterwards it takes over. 1 call a second. */
const TAKE_OVER_AFTER_MS = 5000;
const CALL_INTERVAL_MS = 1000;

interface Holder {
  readonly subscription: ShardSubscription;
  readonly sinceMs: number;
}

/** The account of the subscriptions. */
interface SubscriptionAccount {
  readonly clock: Clock;
  readonly options: AccountOptions;
  /** @throws ResourceNotFoundException */
  readableStream(reference: { readonly StreamARN: string }): KinesisStream;
}

/** Who is subscribed to what: one subscription for each registered consumer and shard. */
export class Subscriptions {
  readonly #account: SubscriptionAccount;
  readonly #holders = new Map<string, Holder>();
  readonly #lastCallMs = new Map<string, number>();

  constructor(account: SubscriptionAccount) {
    this.#account = account;
  }

  /** @throws KinesisError when the subscription cannot be opened. */
  open(input: SubscribeToShardInput, sink: SubscriptionSink): Subscription {
    const { shard, consumer } = this.#find(input);
    const key = `${consumer.arn} ${shard.state.index}`;
    const nowMs = this.#account.clock.nowMs();
    this.#checkRate(key, shard, nowMs);
    const holder = this.#holders.get(key);
    if (holder !== undefined && !holder.subscription.isOver && nowMs - holder.sinceMs < TAKE_OVER_AFTER_MS) {
      shard.stream.metrics.statistic('SubscribeToShard.RateExceeded').add(1);
      throw resourceInUse(`Another active subscription exists for this consumer: ${this.#nameOf(consumer, shard)}`);
    }
    const { Type, SequenceNumber, Timestamp } = input.StartingPosition ?? {};
    const place = placeIn(shard, { type: Type, sequenceNumber: SequenceNumber, timestamp: Timestamp });
    holder?.subscription.fail(
      resourceInUse(`Subscription was taken over by a later one of consumer ${this.#nameOf(consumer, shard)}`),
    );
    const subscription = new ShardSubscription(shard, place, sink);
    this.#holders.set(key, { subscription, sinceMs: nowMs });
    subscription.whenOver(() => {
      if (this.#holders.get(key)?.subscription === subscription) this.#holders.delete(key);
    });
    shard.stream.metrics.statistic('SubscribeToShard.Success').add(1);
    subscription.start();
    return subscription;
  }

  /** Ends every subscription, as when the service stops or a consumer goes. */
  endAll(which: (consumerArn: string) => boolean = () => true): void {
    for (const [key, { subscription }] of [...this.#holders]) {
      if (which(key.slice(0, key.lastIndexOf(' ')))) subscription.end();
    }
  }

  #find({ ConsumerARN: arn = '', ShardId }: SubscribeToShardInput): { shard: Shard; consumer: ConsumerState } {
    const stream = this.#account.readableStream({ StreamARN: streamArnOf(arn) });
    const consumer = stream.state.consumers.find((one) => one.arn === arn);
    if (consumer === undefined) {
      throw resourceNotFound(`Consumer ${arn} of stream ${stream.state.name} not found.`);
    }
    const shard = stream.shard(ShardId ?? '');
    if (consumer.status !== 'ACTIVE') {
      throw resourceInUse(`Consumer ${this.#nameOf(consumer, shard)} is not ACTIVE, instead ${consumer.status}`);
    }
    return { shard, consumer };
  }

  #checkRate(key: string, shard: Shard, nowMs: number): void {
    if (this.#account.options.limits === 'none') return;
    const lastMs = this.#lastCallMs.get(key);
    if (lastMs !== undefined && nowMs - lastMs < CALL_INTERVAL_MS) {
      shard.stream.metrics.statistic('SubscribeToShard.RateExceeded').add(1);
      throw limitExceeded(`Rate exceeded for SubscribeToShard on shard ${shard.id}: 1 call a second for a consumer.`);
    }
    this.#lastCallMs.set(key, nowMs);
  }

  #nameOf(consumer: ConsumerState, shard: Shard): string {
    return `${this.#account.options.accountId}:${shard.stream.state.name}:${consumer.name}:${shard.id}`;
  }
}
