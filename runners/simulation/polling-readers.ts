import { uniformOf } from '../../engine/twin/latency.ts';
import { ReadLimiter, readLimiterBytes } from '../../engine/twin/limits-read.ts';
import { deriveSeed } from '../../workloads/random.ts';
import type { Conditions } from './conditions.ts';
import { LatencyCounts } from './latency-counts.ts';
import type { ConsumerModel } from './load.ts';
import { ReadPeaks } from './read-peaks.ts';
import type { RecordReader } from './record-reader.ts';
import { ShardQueue } from './shard-queue.ts';
import { ShardVisibility } from './shard-visibility.ts';
import type { SimulatedConsumer } from './simulated-run.ts';

export type PollingModel = ConsumerModel & { readonly kind: 'polling' };

/** Largest response of one GetRecords call, as in runners/targets/engine/engine-consumer.ts. */
const POLL_RECORDS_MAX = 10_000;
const POLL_BYTES_MAX = 10 * 1024 * 1024;
/** A poll comes up to this much late, as a thread's wake-up does. It also decides who comes first of consumers that poll together. */
const LATENESS_NS = 100_000;
const NS_PER_MS = 1e6;
const NS_PER_SECOND = 1e9;

/**
 * All polling consumers of a stream, because they share each shard's read limits. Each one polls every shard at its interval; a poll
 * over the limit returns nothing, and the next one is due at its usual time.
 *
 * A shard's polls are simulated when its next record is written: every record that a poll before that time can see is known by then.
 */
export class PollingReaders implements RecordReader {
  readonly #consumers: readonly PollingModel[];
  readonly #latencies: readonly LatencyCounts[];
  readonly #iteratorAgeMaxNs: Float64Array;
  readonly #visibility: ShardVisibility;
  readonly #queues: readonly ShardQueue[];
  readonly #lastCall: Float64Array;
  readonly #peaks: ReadPeaks;
  readonly #conditions: Conditions;
  readonly #limiter: ReadLimiter | undefined;
  /** True if polls that find nothing change nothing, so that they need no simulation. */
  readonly #skipsIdlePolls: boolean;
  readonly #seeds: Int32Array;
  /** By shard: when the first of the consumers polls next. */
  readonly #nextPollAtNs: Float64Array;
  /** By shard and consumer. */
  readonly #pollNumber: Float64Array;
  readonly #pollAtNs: Float64Array;
  readonly #nextCall: Float64Array;
  readonly #nextRecord: Float64Array;

  constructor(consumers: readonly PollingModel[], conditions: Conditions) {
    const { shardCount, readLimits, seed } = conditions;
    const places = shardCount * consumers.length;
    this.#consumers = consumers;
    this.#conditions = conditions;
    this.#latencies = consumers.map(() => new LatencyCounts());
    this.#iteratorAgeMaxNs = new Float64Array(consumers.length);
    this.#visibility = new ShardVisibility(shardCount, () => conditions.latencyOf(consumers[0]!));
    this.#queues = Array.from({ length: shardCount }, () => new ShardQueue());
    this.#lastCall = new Float64Array(shardCount).fill(-1);
    this.#peaks = new ReadPeaks(shardCount);
    const areCallsFree = readLimits === undefined || areCallsWithin(consumers, readLimits.callsPerSecond);
    this.#skipsIdlePolls = areCallsFree;
    this.#limiter =
      readLimits &&
      new ReadLimiter(
        new SharedArrayBuffer(readLimiterBytes(shardCount)),
        areCallsFree ? { ...readLimits, callsPerSecond: Number.POSITIVE_INFINITY } : readLimits,
      );
    this.#seeds = Int32Array.from(consumers, ({ name }) => deriveSeed(seed, `polls of ${name}`));
    this.#nextPollAtNs = new Float64Array(shardCount);
    this.#pollNumber = new Float64Array(places);
    this.#pollAtNs = new Float64Array(places);
    this.#nextCall = new Float64Array(places);
    this.#nextRecord = new Float64Array(places);
    for (let shard = 0; shard < shardCount; shard++) {
      for (let consumer = 0; consumer < consumers.length; consumer++) this.#setPoll(shard, consumer, 0);
      this.#findNextPoll(shard);
    }
  }

  take(shard: number, call: number, writtenAtNs: number, intendedAtNs: number, bytes: number): void {
    const queue = this.#queues[shard]!;
    if (this.#lastCall[shard] !== call) {
      this.#lastCall[shard] = call;
      if (this.#nextPollAtNs[shard]! < writtenAtNs) this.#pollUntil(shard, writtenAtNs);
      const visibleAtNs = this.#visibility.visibleAtNs(shard, writtenAtNs);
      if (this.#skipsIdlePolls) this.#skipIdlePolls(shard, visibleAtNs);
      queue.beginCall(writtenAtNs, visibleAtNs);
    }
    queue.add(intendedAtNs, bytes);
  }

  finish(): SimulatedConsumer[] {
    for (let shard = 0; shard < this.#queues.length; shard++) {
      while (!this.#hasReadAll(shard)) this.#pollUntil(shard, this.#nextPollAtNs[shard]! + LATENESS_NS);
    }
    const { readLimits } = this.#conditions;
    const callsPerSecond = this.#consumers.reduce((sum, { intervalNs }) => sum + NS_PER_SECOND / intervalNs, 0);
    return this.#consumers.map(({ name }, consumer) => ({
      name,
      kind: 'polling',
      putToGet: this.#latencies[consumer]!.quantiles(),
      readUtilisationRatio: this.#peaks.peakBytes / (readLimits?.bytesPerSecond ?? Number.POSITIVE_INFINITY),
      callUtilisationRatio: callsPerSecond / (readLimits?.callsPerSecond ?? Number.POSITIVE_INFINITY),
      iteratorAgeMaxNs: this.#iteratorAgeMaxNs[consumer]!,
    }));
  }

  addLatencies(all: LatencyCounts): void {
    for (const latency of this.#latencies) all.add(latency);
  }

  /** Carries out the polls of a shard that are due before a time. */
  #pollUntil(shard: number, beforeNs: number): void {
    const { length } = this.#consumers;
    while (this.#nextPollAtNs[shard]! < beforeNs) {
      let consumer = 0;
      for (let other = 1; other < length; other++) {
        if (this.#pollAtNs[shard * length + other]! < this.#pollAtNs[shard * length + consumer]!) consumer = other;
      }
      this.#poll(shard, consumer);
      this.#setPoll(shard, consumer, this.#pollNumber[shard * length + consumer]! + 1);
      this.#findNextPoll(shard);
    }
    this.#release(shard);
  }

  #poll(shard: number, consumer: number): void {
    const place = shard * this.#consumers.length + consumer;
    const nowNs = this.#pollAtNs[place]!;
    const queue = this.#queues[shard]!;
    if (this.#limiter !== undefined && this.#limiter.mayRead(shard, nowNs / NS_PER_MS) !== 'ok') return;
    const latency = this.#latencies[consumer]!;
    const firstRecord = this.#nextRecord[place]!;
    let call = this.#nextCall[place]!;
    let record = firstRecord;
    let bytes = 0;
    if (call === queue.endCall || queue.visibleAtNs(call) > nowNs) return;
    const ageNs = nowNs - queue.writtenAtNs(call);
    if (ageNs > this.#iteratorAgeMaxNs[consumer]!) this.#iteratorAgeMaxNs[consumer] = ageNs;
    while (
      call < queue.endCall &&
      queue.visibleAtNs(call) <= nowNs &&
      record - firstRecord < POLL_RECORDS_MAX &&
      bytes < POLL_BYTES_MAX
    ) {
      const end = queue.endRecord(call);
      for (; record < end; record++) latency.record(nowNs - queue.intendedAtNs(record));
      bytes += queue.callBytes(call);
      call += 1;
    }
    this.#nextCall[place] = call;
    this.#nextRecord[place] = record;
    this.#limiter?.charge(shard, bytes, nowNs / NS_PER_MS);
    this.#peaks.add(shard, nowNs, bytes);
  }

  #setPoll(shard: number, consumer: number, number: number): void {
    const place = shard * this.#consumers.length + consumer;
    const { intervalNs, phaseNs } = this.#consumers[consumer]!;
    const seed = this.#seeds[consumer]!;
    const firstAtNs = phaseNs ?? uniformOf(seed, shard, -1) * intervalNs;
    this.#pollNumber[place] = number;
    this.#pollAtNs[place] = firstAtNs + number * intervalNs + uniformOf(seed, shard, number) * LATENESS_NS;
  }

  /** Moves the polls of readers that have read everything to the first one that can find something. */
  #skipIdlePolls(shard: number, visibleAtNs: number): void {
    const { length } = this.#consumers;
    for (let consumer = 0; consumer < length; consumer++) {
      const place = shard * length + consumer;
      if (this.#nextCall[place] !== this.#queues[shard]!.endCall) continue;
      const polls = Math.floor((visibleAtNs - this.#pollAtNs[place]!) / this.#consumers[consumer]!.intervalNs);
      if (polls > 0) this.#setPoll(shard, consumer, this.#pollNumber[place]! + polls);
    }
    this.#findNextPoll(shard);
  }

  #findNextPoll(shard: number): void {
    const { length } = this.#consumers;
    let firstAtNs = this.#pollAtNs[shard * length]!;
    for (let consumer = 1; consumer < length; consumer++) {
      firstAtNs = Math.min(firstAtNs, this.#pollAtNs[shard * length + consumer]!);
    }
    this.#nextPollAtNs[shard] = firstAtNs;
  }

  #hasReadAll(shard: number): boolean {
    const { length } = this.#consumers;
    for (let consumer = 0; consumer < length; consumer++) {
      if (this.#nextCall[shard * length + consumer]! < this.#queues[shard]!.endCall) return false;
    }
    return true;
  }

  #release(shard: number): void {
    const { length } = this.#consumers;
    let call = Number.POSITIVE_INFINITY;
    let record = Number.POSITIVE_INFINITY;
    for (let consumer = 0; consumer < length; consumer++) {
      call = Math.min(call, this.#nextCall[shard * length + consumer]!);
      record = Math.min(record, this.#nextRecord[shard * length + consumer]!);
    }
    this.#queues[shard]!.release(call, record);
  }
}

/** One consumer that keeps to the rate of calls is never over it: its calls are evenly spaced. Several may bunch. */
function areCallsWithin(consumers: readonly PollingModel[], callsPerSecond: number): boolean {
  return consumers.length === 1 && NS_PER_SECOND / consumers[0]!.intervalNs <= callsPerSecond;
}
