import { LocalBuckets } from '../../engine/twin/write-buckets.ts';
import { RandomStream } from '../../workloads/random.ts';
import type { Conditions } from './conditions.ts';
import { LatencyCounts } from './latency-counts.ts';
import type { Load } from './load.ts';
import { PoissonDraw } from './poisson.ts';
import { RETRY_QUEUE_LIMIT } from './producer-simulation.ts';
import { ProducerWaits } from './producer-waits.ts';
import { RateReaders } from './rate-readers.ts';
import { CumulativeLoad, countedAttempts, longestWaitNs, tickNsOf } from './rate-ticks.ts';
import { RetryRing } from './retry-ring.ts';
import { DueByShard, noCounts } from './run-counts.ts';
import type { LatencyQuantiles, SimulatedRun } from './simulated-run.ts';

/** Latencies drawn for the records of one tick, shard and number of attempts that were throttled before. */
const RETRY_SAMPLES = 2;

/**
 * Simulates a load by counts of each shard and tick: Poisson counts of what is due, the buckets of the engine for them, retries as counts
 * in a ring of ticks. Every count is whole and every record is accounted for; latencies are sampled.
 */
export function simulateRates(load: Load, conditions: Conditions): SimulatedRun {
  return new RateSimulation(load, conditions).run();
}

class RateSimulation {
  readonly #load: Load;
  readonly #conditions: Conditions;
  readonly #tickNs: number;
  readonly #counts = noCounts();
  readonly #ackLatency = new LatencyCounts();
  readonly #due: DueByShard;
  readonly #buckets: LocalBuckets | undefined;
  readonly #random: RandomStream;
  readonly #poisson: PoissonDraw;
  readonly #ring: RetryRing;
  readonly #waits: ProducerWaits;
  readonly #readers: RateReaders;
  /** By attempts made before: the records of one shard that come now, and whether any shard has some. */
  readonly #coming: Float64Array;
  readonly #isComing: Uint8Array;
  #quotaTokens: number;

  constructor(load: Load, conditions: Conditions) {
    const { seed, shardCount, writeLimits } = conditions;
    const { retry, quota, count } = load.producers;
    this.#load = load;
    this.#conditions = conditions;
    this.#tickNs = tickNsOf(load, conditions);
    this.#due = new DueByShard(shardCount);
    this.#buckets = writeLimits && new LocalBuckets(shardCount, writeLimits);
    this.#random = new RandomStream(seed, 'simulated counts');
    this.#poisson = new PoissonDraw(this.#random);
    this.#waits = new ProducerWaits(load, new RandomStream(seed, 'simulated waits'));
    const longestTicks = (longestWaitNs(retry) + load.producers.callNs + this.#waits.batchMeanNs) / this.#tickNs;
    this.#ring = new RetryRing(shardCount, Math.max(1, countedAttempts(retry) - 1), longestTicks, this.#random);
    this.#readers = new RateReaders(load.consumers, conditions, this.#tickNs, this.#waits);
    this.#coming = new Float64Array(countedAttempts(retry));
    this.#isComing = new Uint8Array(countedAttempts(retry));
    this.#quotaTokens = (quota?.tokens ?? 0) * count;
  }

  run(): SimulatedRun {
    const { shardCount, ratedLimits } = this.#conditions;
    const { durationNs, rates, keys } = this.#load;
    const recordShares = keys.recordShares(shardCount);
    const byteShares = keys.byteShares(shardCount);
    const expected = new CumulativeLoad(rates);
    const { recordsPerBurst } = rates;
    for (let tick = 0; tick * this.#tickNs < durationNs || this.#ring.size > 0; tick++) {
      const startNs = tick * this.#tickNs;
      const endNs = Math.min(startNs + this.#tickNs, durationNs);
      const records = startNs < durationNs ? expected.recordsUpTo(endNs) - expected.recordsUpTo(startNs) : 0;
      const bytes = startNs < durationNs ? expected.bytesUpTo(endNs) - expected.bytesUpTo(startNs) : 0;
      const meanBytes = records > 0 ? bytes / records : this.#load.bytes / this.#load.records;
      this.#readers.beginTick(startNs);
      const hasRetries = this.#findRetries(tick);
      for (let shard = 0; shard < shardCount; shard++) {
        const share = recordShares[shard]!;
        const fresh = this.#poisson.next((records * share) / recordsPerBurst) * recordsPerBurst;
        if (fresh === 0 && !hasRetries) continue;
        const recordBytes = share > 0 ? (meanBytes * byteShares[shard]!) / share : meanBytes;
        this.#takeTick(tick, shard, fresh, recordBytes);
      }
      this.#readers.endTick();
    }
    this.#due.finish();
    const counts = this.#counts;
    const sent = counts.due - counts.unsent;
    return {
      shards: shardCount,
      method: 'rates',
      counts,
      throttledRatio: counts.attempts > 0 ? counts.throttledAttempts / counts.attempts : 0,
      throttledRecordsRatio: sent > 0 ? counts.throttledRecords / sent : 0,
      ackLatency: this.#ackLatency.quantiles(),
      consumers: this.#readers.finish(),
      putToGet: this.#putToGet(),
      perShard: this.#due.perShard(),
      busiest: this.#due.busiest(ratedLimits, durationNs),
    };
  }

  #putToGet(): LatencyQuantiles {
    const all = new LatencyCounts();
    this.#readers.addLatencies(all);
    return all.quantiles();
  }

  /** Finds the numbers of attempts that have records in this tick. */
  #findRetries(tick: number): boolean {
    let hasAny = false;
    for (let attempts = 1; attempts < this.#isComing.length; attempts++) {
      const has = this.#ring.hasAny(tick, attempts);
      this.#isComing[attempts] = has ? 1 : 0;
      hasAny ||= has;
    }
    return hasAny;
  }

  /** Offers what comes to a shard in a tick, and decides what becomes of it. */
  #takeTick(tick: number, shard: number, fresh: number, recordBytes: number): void {
    const coming = this.#coming;
    const { whenBusy, count } = this.#load.producers;
    const startNs = tick * this.#tickNs;
    this.#counts.due += fresh;
    if (fresh > 0) this.#due.add(shard, startNs, fresh, fresh * recordBytes);
    const isDropped = whenBusy === 'drop' && this.#ring.size >= count * RETRY_QUEUE_LIMIT;
    if (isDropped) this.#counts.unsent += fresh;
    coming[0] = isDropped ? 0 : fresh;
    let offered = coming[0];
    for (let attempts = 1; attempts < coming.length; attempts++) {
      coming[attempts] = this.#isComing[attempts] === 1 ? this.#ring.take(tick, attempts, shard) : 0;
      offered += coming[attempts]!;
    }
    if (offered === 0) return;
    const nowNs = startNs + 0.5 * this.#tickNs;
    const passed = this.#buckets?.admitMany(shard, nowNs, offered, recordBytes) ?? offered;
    this.#counts.attempts += offered;
    this.#counts.accepted += passed;
    if (passed === offered && offered === coming[0]) {
      this.#accept(shard, 0, passed, passed * recordBytes);
      return;
    }
    this.#share(tick, shard, offered, passed, passed * recordBytes);
  }

  /** Gives each number of attempts its share of those that passed, drawn so that counts stay whole. */
  #share(tick: number, shard: number, offered: number, passed: number, passedBytes: number): void {
    let offeredLeft = offered;
    let passedLeft = passed;
    for (let attempts = 0; attempts < this.#coming.length; attempts++) {
      const own = this.#coming[attempts]!;
      const mean = offeredLeft > 0 ? (passedLeft * own) / offeredLeft : 0;
      const drawn = Math.floor(mean + (mean === own ? 0 : this.#random.uniform()));
      const ownPassed = Math.min(own, passedLeft, Math.max(drawn, passedLeft - (offeredLeft - own)));
      offeredLeft -= own;
      passedLeft -= ownPassed;
      if (attempts === 0 || ownPassed > 0) this.#accept(shard, attempts, ownPassed, attempts === 0 ? passedBytes : 0);
      if (own > ownPassed) this.#throttle(tick, shard, attempts, own - ownPassed);
    }
  }

  /** @param bytes of all records that the shard accepted in this tick, with those of the first attempt. */
  #accept(shard: number, attempts: number, count: number, bytes: number): void {
    const { quota, count: producerCount } = this.#load.producers;
    if (quota !== undefined) {
      const back = attempts > 0 ? quota.tokensPerRetry : 1;
      this.#quotaTokens = Math.min(quota.tokens * producerCount, this.#quotaTokens + back * count);
    }
    if (attempts === 0) {
      this.#ackLatency.recordMany(this.#waits.callNs(), count);
      this.#readers.take(shard, count, bytes);
      return;
    }
    let left = count;
    for (let sample = 0; sample < RETRY_SAMPLES && left > 0; sample++) {
      const sampled = Math.ceil(left / (RETRY_SAMPLES - sample));
      left -= sampled;
      const waitedNs = this.#waits.retriesNs(attempts);
      this.#ackLatency.recordMany(waitedNs + this.#waits.callNs(), sampled);
      this.#readers.takeRetried(shard, sampled, waitedNs);
    }
  }

  #throttle(tick: number, shard: number, attemptsBefore: number, count: number): void {
    const { retry, callNs, quota } = this.#load.producers;
    const attempts = attemptsBefore + 1;
    this.#counts.throttledAttempts += count;
    this.#due.throttledAttempts[shard]! += count;
    if (attemptsBefore === 0) this.#counts.throttledRecords += count;
    let again = attempts < this.#coming.length ? count : 0;
    if (again > 0 && quota !== undefined) {
      again = Math.min(again, Math.floor(this.#quotaTokens / quota.tokensPerRetry));
      this.#quotaTokens -= again * quota.tokensPerRetry;
    }
    this.#counts.failed += count - again;
    if (again === 0) return;
    const waitTicks = Math.min(retry.baseNs * 2 ** attemptsBefore, retry.capNs) / this.#tickNs;
    // The records of a tick come at any time in it: the middle represents all of them.
    const fromTick = tick + 0.5 + (callNs + this.#waits.batchMeanNs) / this.#tickNs;
    this.#ring.add(tick, attempts, shard, again, fromTick, waitTicks);
  }
}
