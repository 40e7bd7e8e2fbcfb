import { uniformOf } from '../../engine/twin/latency.ts';
import { deriveSeed } from '../../workloads/random.ts';
import type { Conditions } from './conditions.ts';
import { LatencyCounts } from './latency-counts.ts';
import type { ConsumerModel } from './load.ts';
import type { ProducerWaits } from './producer-waits.ts';
import { ReadPeaks } from './read-peaks.ts';
import { ShardVisibility } from './shard-visibility.ts';
import type { SimulatedConsumer } from './simulated-run.ts';

const NS_PER_SECOND = 1e9;
const NS_PER_MS = 1e6;
/** Shards share so many lanes: the delays of shards are alike, and no result names the delay of one shard. */
const LANES_MAX = 128;
/** Times inside a tick at which a lane's records are sampled. */
const SAMPLES = 4;
/** Backlog of a reader that its limit permits: the depth of a bucket of GetRecords, the head start of a subscription. */
const POLLING_BURST_NS = NS_PER_SECOND;
const PUSH_BURST_NS = 100 * NS_PER_MS;

/**
 * Consumers of a load that is simulated by counts. Latencies are sampled: a few times in every tick and lane, each for its share of the
 * tick's records. A shard that gives out more than its limit puts its readers behind by what it owes.
 */
export class RateReaders {
  readonly #conditions: Conditions;
  readonly #readers: readonly LaneReader[];
  readonly #waits: ProducerWaits;
  readonly #tickNs: number;
  readonly #laneCount: number;
  readonly #laneRecords: Float64Array;
  readonly #peaks: ReadPeaks;
  readonly #pollingCount: number;
  /** By shard: when the bytes given out so far will be paid for. */
  readonly #pollingFreeAtNs: Float64Array;
  readonly #pushFreeAtNs: Float64Array;
  readonly #pollingByteNs: number;
  readonly #pushByteNs: number;
  #tickStartNs = 0;

  constructor(consumers: readonly ConsumerModel[], conditions: Conditions, tickNs: number, waits: ProducerWaits) {
    const { shardCount, readLimits } = conditions;
    this.#conditions = conditions;
    this.#tickNs = tickNs;
    this.#waits = waits;
    this.#laneCount = Math.min(shardCount, LANES_MAX);
    this.#laneRecords = new Float64Array(this.#laneCount);
    this.#peaks = new ReadPeaks(shardCount);
    const polling = consumers.filter((consumer) => consumer.kind === 'polling');
    this.#pollingCount = polling.length;
    const callsPerSecond = polling.reduce((sum, { intervalNs }) => sum + NS_PER_SECOND / intervalNs, 0);
    const callRatio = callsPerSecond / (readLimits?.callsPerSecond ?? Number.POSITIVE_INFINITY);
    this.#readers = consumers.map((consumer) => new LaneReader(consumer, conditions, this.#laneCount, callRatio));
    this.#pollingFreeAtNs = new Float64Array(shardCount);
    this.#pushFreeAtNs = new Float64Array(shardCount);
    this.#pollingByteNs = (polling.length * NS_PER_SECOND) / (readLimits?.bytesPerSecond ?? Number.POSITIVE_INFINITY);
    this.#pushByteNs = NS_PER_SECOND / (readLimits?.pushBytesPerSecond ?? Number.POSITIVE_INFINITY);
  }

  beginTick(startNs: number): void {
    this.#tickStartNs = startNs;
  }

  /** Records that a shard accepted in this tick: `first` at their first attempt, the others are given to `takeRetried`. */
  take(shard: number, first: number, bytes: number): void {
    const nowNs = this.#tickStartNs;
    this.#peaks.add(shard, nowNs, bytes);
    const pollingFreeAtNs = Math.max(this.#pollingFreeAtNs[shard]!, nowNs) + bytes * this.#pollingByteNs;
    const pushFreeAtNs = Math.max(this.#pushFreeAtNs[shard]!, nowNs) + bytes * this.#pushByteNs;
    this.#pollingFreeAtNs[shard] = pollingFreeAtNs;
    this.#pushFreeAtNs[shard] = pushFreeAtNs;
    const isBehind = pollingFreeAtNs > nowNs + POLLING_BURST_NS || pushFreeAtNs > nowNs + PUSH_BURST_NS;
    if (isBehind) this.#receive(shard, first, this.#waits.batchNs());
    else this.#laneRecords[shard % this.#laneCount]! += first;
  }

  /** Records of this tick that were throttled before, for so long. */
  takeRetried(shard: number, count: number, waitedNs: number): void {
    this.#receive(shard, count, waitedNs + this.#waits.batchNs());
  }

  endTick(): void {
    for (let lane = 0; lane < this.#laneCount; lane++) {
      let left = this.#laneRecords[lane]!;
      if (left === 0) continue;
      this.#laneRecords[lane] = 0;
      for (let sample = 0; sample < SAMPLES && left > 0; sample++) {
        const count = Math.ceil(left / (SAMPLES - sample));
        left -= count;
        const writtenAtNs = this.#tickStartNs + ((sample + 0.5) / SAMPLES) * this.#tickNs;
        for (const reader of this.#readers) reader.receive(lane, writtenAtNs, count, this.#waits.batchNs(), 0);
      }
    }
  }

  finish(): SimulatedConsumer[] {
    const { readLimits } = this.#conditions;
    const { peakBytes } = this.#peaks;
    const limitOf = (limit: number | undefined) => limit ?? Number.POSITIVE_INFINITY;
    return this.#readers.map((reader) =>
      reader.finish(
        reader.isPolling
          ? (this.#pollingCount * peakBytes) / limitOf(readLimits?.bytesPerSecond)
          : peakBytes / limitOf(readLimits?.pushBytesPerSecond),
      ),
    );
  }

  addLatencies(all: LatencyCounts): void {
    for (const reader of this.#readers) reader.addLatencies(all);
  }

  #receive(shard: number, count: number, waitedNs: number): void {
    const writtenAtNs = this.#tickStartNs + 0.5 * this.#tickNs;
    const lane = shard % this.#laneCount;
    const pollingLagNs = Math.max(0, this.#pollingFreeAtNs[shard]! - this.#tickStartNs - POLLING_BURST_NS);
    const pushLagNs = Math.max(0, this.#pushFreeAtNs[shard]! - this.#tickStartNs - PUSH_BURST_NS);
    for (const reader of this.#readers) {
      reader.receive(lane, writtenAtNs, count, waitedNs, reader.isPolling ? pollingLagNs : pushLagNs);
    }
  }
}

/** One consumer on every lane. */
class LaneReader {
  readonly isPolling: boolean;
  readonly #consumer: ConsumerModel;
  readonly #visibility: ShardVisibility;
  readonly #latency = new LatencyCounts();
  /** Time between two polls that are not throttled, and the first of them in each lane. */
  readonly #intervalNs: number;
  readonly #phaseNs: Float64Array;
  readonly #callRatio: number;
  #iteratorAgeMaxNs = 0;

  constructor(consumer: ConsumerModel, conditions: Conditions, laneCount: number, callRatio: number) {
    this.isPolling = consumer.kind === 'polling';
    this.#consumer = consumer;
    this.#callRatio = callRatio;
    this.#visibility = new ShardVisibility(laneCount, () => conditions.latencyOf(consumer));
    const intervalNs = consumer.kind === 'polling' ? consumer.intervalNs * Math.max(1, callRatio) : 0;
    const seed = deriveSeed(conditions.seed, `polls of ${consumer.name}`);
    this.#intervalNs = intervalNs;
    this.#phaseNs = Float64Array.from({ length: laneCount }, (_, lane) => uniformOf(seed, lane, -1) * intervalNs);
  }

  receive(lane: number, writtenAtNs: number, count: number, waitedNs: number, lagNs: number): void {
    const visibleAtNs = this.#visibility.visibleAtNs(lane, writtenAtNs) + lagNs;
    let receivedAtNs = visibleAtNs;
    if (this.isPolling) {
      const phaseNs = this.#phaseNs[lane]!;
      receivedAtNs = phaseNs + Math.ceil((visibleAtNs - phaseNs) / this.#intervalNs) * this.#intervalNs;
    }
    const ageNs = receivedAtNs - writtenAtNs;
    if (ageNs > this.#iteratorAgeMaxNs) this.#iteratorAgeMaxNs = ageNs;
    this.#latency.recordMany(ageNs + waitedNs, count);
  }

  addLatencies(all: LatencyCounts): void {
    all.add(this.#latency);
  }

  finish(readUtilisationRatio: number): SimulatedConsumer {
    return {
      name: this.#consumer.name,
      kind: this.#consumer.kind,
      putToGet: this.#latency.quantiles(),
      readUtilisationRatio,
      callUtilisationRatio: this.isPolling ? this.#callRatio : null,
      iteratorAgeMaxNs: this.#iteratorAgeMaxNs,
    };
  }
}
