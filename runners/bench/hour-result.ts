import { Histogram } from '../../reports/histogram/histogram.ts';
import { SLOT_COUNT, slotOf } from '../../reports/histogram/slots.ts';
import type { Part } from '../../reports/result/origin.ts';
import {
  type Cell,
  CONSUMER_HISTOGRAMS,
  type Interval,
  type IntervalCell,
  type IntervalShard,
  type Ledger,
  PRODUCER_HISTOGRAMS,
  type ProducerCounts,
  RESULT_SCHEMA_VERSION,
  type Result,
} from '../../reports/result/result.ts';
import { summarise } from '../../reports/summary/summary.ts';
import { judgeRun } from '../../reports/verdict/judge-run.ts';
import { judgeValidity, measureSelf } from '../../reports/verdict/validity.ts';
import { lognormalQuantile } from '../../workloads/quantiles.ts';
import { RandomStream } from '../../workloads/random.ts';
import type { Scenario, Workload } from '../../workloads/scenario.ts';
import { scenarioHash } from '../../workloads/scenario-hash.ts';
import { type HourOptions, hourScenario, RECORD_BYTES, SECOND_NS } from './hour-scenario.ts';

/** Records that the target accepts over records due: the speed at which the backlog of the stall shrinks. */
const CATCH_UP_RATIO = 1.5;
const THROTTLED_RATIO = 0.05;
/** Draws are made once and used from changing places: a power of two, so that going round is a mask. */
const POOL_SIZE = 1 << 16;

/**
 * A result such as a long run may have: lognormal latencies, a stall of a few seconds half-way whose backlog is then worked off,
 * and a stretch in which shard 0 throttles. Generated, and complete: every sum is right, and the same options give the same result.
 * An hour of 1,000 records/s takes about a second, and time grows with records.
 */
export function hourResult(options: HourOptions = {}): Result {
  const scenario = hourScenario(options);
  const { seconds = 3600, shards = 64 } = options;
  const loads = scenario.workloads.map((workload) => new Load(workload, scenario, shards, seconds, options.part));
  const series: Interval[] = [];
  for (let second = 0; second < seconds; second++) {
    const made = loads.map((load) => load.second(second));
    series.push({
      startNs: second * SECOND_NS,
      endNs: (second + 1) * SECOND_NS,
      cells: made.flatMap(({ cells }) => cells),
      shards: made.map((one) => one.shards).reduce(addShards),
      gauges: {
        inFlight: made.reduce((sum, { inFlight }) => sum + inFlight, 0),
        intendedPerSecond: loads.reduce((sum, { perSecond }) => sum + perSecond, 0),
        lagRecords: Array.from({ length: shards }, (_, shard) => (shard * 7 + second) % 50),
        rssBytes: 150e6 + (second % 60) * 1e5,
      },
    });
  }
  return resultOf(scenario, loads, series, options.part);
}

function resultOf(
  scenario: Scenario,
  loads: readonly Load[],
  series: readonly Interval[],
  part: Part | undefined,
): Result {
  const cells = loads.flatMap((load) => load.cells());
  const measurements = { scenario, cells, series, ledger: ledgerOf(scenario, loads) };
  const outcome = { kind: 'completed' } as const;
  const place = (part?.index ?? 1) - 1;
  const workers = scenario.workloads.map(({ name }) => {
    return {
      role: 'producer' as const,
      name: `${name} ${place}`,
      cpuRatio: 0.2,
      loopDelayP99Ns: 80_000,
      maxPauseNs: 3e6,
    };
  });
  const validity = judgeValidity(measureSelf(measurements, { outcome, workers, targetLimited: true }));
  const startedAtMs = Date.parse('2026-11-23T10:00:00.000Z') + 7 * place;
  return {
    schemaVersion: RESULT_SCHEMA_VERSION,
    tool: { name: 'streamgauge', version: '0.1.0' },
    startedAt: new Date(startedAtMs).toISOString(),
    finishedAt: new Date(startedAtMs + series.length * 1000).toISOString(),
    outcome,
    partial: false,
    scenario,
    scenarioHash: scenarioHash(scenario),
    seed: scenario.seed,
    environment: {
      cpuModel: 'Example CPU',
      cores: 2,
      memoryBytes: 8e9,
      kernel: 'Linux 6.1',
      nodeVersion: '24.21.0',
      packages: { streamgauge: '0.1.0' },
    },
    harnessCeiling: { recordsPerSecond: 2_345_678, cached: true },
    validity,
    verdict: judgeRun(scenario.thresholds, { measurements, outcome, validity }),
    summary: summarise(measurements),
    cells,
    series,
    workers,
    ...(part === undefined ? {} : { part }),
  };
}

function ledgerOf(scenario: Scenario, loads: readonly Load[]): Ledger {
  const sent = loads.reduce((sum, load) => sum + load.acked, 0);
  const consumers = scenario.consumers.map(({ name }) => {
    return { name, received: sent, lost: 0, duplicated: 0, reordered: 0, trimmedRecords: 0 };
  });
  const none = { lost: 0, duplicated: 0, reordered: 0, unacknowledged: 0, failed: 0, dropped: 0 };
  return { sent, received: sent * consumers.length, ...none, consumers };
}

/** Counts of one histogram, by slot; emptied by taking the histogram out. */
class SlotCounts {
  readonly #counts = new Uint32Array(SLOT_COUNT);
  #first = SLOT_COUNT;
  #last = -1;

  add(ns: number): void {
    const slot = slotOf(ns);
    this.#counts[slot]! += 1;
    if (slot < this.#first) this.#first = slot;
    if (slot > this.#last) this.#last = slot;
  }

  take(): Histogram {
    const histogram = new Histogram();
    for (let slot = this.#first; slot <= this.#last; slot++) {
      if (this.#counts[slot]! > 0) histogram.addSlot(slot, this.#counts[slot]!);
    }
    this.#counts.fill(0, this.#first, this.#last + 1);
    this.#first = SLOT_COUNT;
    this.#last = -1;
    return histogram.compact();
  }
}

/** One shard's part of a phase, or all shards' part of a second. */
class Sum {
  readonly counts = { scheduled: 0, acked: 0, throttled: 0 };
  readonly producer = PRODUCER_HISTOGRAMS.map(() => new SlotCounts());
  readonly consumers: readonly (readonly SlotCounts[])[];

  constructor(consumerCount: number) {
    this.consumers = Array.from({ length: consumerCount }, () => CONSUMER_HISTOGRAMS.map(() => new SlotCounts()));
  }

  /** Cells of what was added, one of the producers and one a consumer; nothing is left. */
  take(workload: string, phase: string, consumerNames: readonly string[]): IntervalCell[] {
    const { scheduled, acked, throttled } = this.counts;
    const bytes = acked * RECORD_BYTES;
    const counts: ProducerCounts = {
      scheduled,
      acked,
      bytes,
      throttled,
      throttledRecords: throttled,
      retried: throttled,
      dropped: 0,
      failed: 0,
    };
    Object.assign(this.counts, { scheduled: 0, acked: 0, throttled: 0 });
    const [sendDelay, ackLatency, scheduleLag] = this.producer.map((one) => one.take());
    const producer: IntervalCell = {
      kind: 'producer',
      workload,
      phase,
      counts,
      histograms: { sendDelay: sendDelay!, ackLatency: ackLatency!, scheduleLag: scheduleLag! },
    };
    const consumers = this.consumers.map((histograms, index): IntervalCell => {
      const [residence, putToGet, uncorrected] = histograms.map((one) => one.take());
      return {
        kind: 'consumer',
        workload,
        phase,
        consumer: consumerNames[index]!,
        counts: { received: acked, bytes },
        histograms: { residence: residence!, putToGet: putToGet!, uncorrected: uncorrected! },
      };
    });
    return [producer, ...consumers];
  }
}

interface Second {
  readonly cells: readonly IntervalCell[];
  readonly shards: IntervalShard[];
  readonly inFlight: number;
}

/** One workload, second by second. */
class Load {
  readonly #workload: Workload;
  readonly #consumerNames: readonly string[];
  readonly #random: RandomStream;
  readonly #stall: { readonly from: number; readonly to: number };
  readonly #throttling: { readonly from: number; readonly to: number };
  readonly perSecond: number;
  readonly #ofSecond: Sum;
  readonly #ofShards: readonly Sum[];
  readonly #putToGets: number[][];
  readonly #pools: { readonly send: Float64Array; readonly ack: Float64Array; readonly residence: Float64Array };
  readonly #cells: Cell[] = [];
  #phase = 0;
  #due = 0;
  acked = 0;

  constructor(workload: Workload, scenario: Scenario, shards: number, seconds: number, part: Part | undefined) {
    this.#workload = workload;
    this.#consumerNames = scenario.consumers.map(({ name }) => name);
    this.#random = new RandomStream(scenario.seed, `${workload.name} ${part?.index ?? 1}`);
    const half = Math.floor(seconds / 2);
    this.#stall = { from: half, to: half + Math.max(1, Math.min(5, Math.floor(seconds / 20))) };
    this.#throttling = { from: Math.floor(seconds * 0.75), to: Math.floor(seconds * 0.8) };
    this.perSecond = workload.phases[0]!.fromPerSecond / (part?.of ?? 1);
    this.#ofSecond = new Sum(this.#consumerNames.length);
    this.#ofShards = Array.from({ length: shards }, () => new Sum(this.#consumerNames.length));
    this.#putToGets = Array.from({ length: shards }, () => []);
    this.#pools = { send: this.#pool(3e6, 12e6), ack: this.#pool(6e6, 25e6), residence: this.#pool(18e6, 90e6) };
  }

  second(second: number): Second {
    const phase = second * SECOND_NS < this.#workload.phases[1]!.startNs ? 0 : 1;
    if (phase !== this.#phase) this.#closePhase();
    this.#phase = phase;
    this.#due += this.perSecond;
    const isStalled = second >= this.#stall.from && second < this.#stall.to;
    const room = isStalled ? 0 : Math.round(this.perSecond * CATCH_UP_RATIO);
    const accepted = Math.min(this.#due - this.acked, room);
    const throttled = this.#throttledIn(second, accepted);
    const ackSumNs = this.#record(second, accepted);
    this.acked += accepted;
    Object.assign(this.#ofSecond.counts, { scheduled: this.perSecond, acked: accepted, throttled });
    // A record that is due has no shard until it is sent. Here shard 0 counts it.
    this.#ofShards[0]!.counts.scheduled += this.perSecond;
    this.#ofShards[0]!.counts.throttled += throttled;
    return {
      cells: this.#ofSecond.take(this.#workload.name, this.#workload.phases[phase]!.name, this.#consumerNames),
      shards: this.#putToGets.map((slots, shard) => this.#takeShard(shard, slots, shard === 0 ? throttled : 0)),
      inFlight: ackSumNs / SECOND_NS,
    };
  }

  cells(): readonly Cell[] {
    this.#closePhase();
    return this.#cells;
  }

  #throttledIn(second: number, accepted: number): number {
    const isThrottling = second >= this.#throttling.from && second < this.#throttling.to;
    return isThrottling ? Math.round((accepted / this.#ofShards.length) * THROTTLED_RATIO) + 1 : 0;
  }

  /** @returns the sum of the acknowledgement latencies. */
  #record(second: number, accepted: number): number {
    const { send, ack, residence } = this.#pools;
    const draw = () => this.#random.below(POOL_SIZE);
    const [sendFrom, ackFrom, ...residenceFrom] = [draw(), draw(), ...this.#consumerNames.map(draw)];
    const shardFrom = this.#random.below(this.#ofShards.length);
    let ackSumNs = 0;
    for (let index = 0; index < accepted; index++) {
      const intendedAtNs = ((this.acked + index) / this.perSecond) * SECOND_NS;
      const takenAtNs = (second + index / accepted) * SECOND_NS;
      const lateNs = Math.max(0, takenAtNs - intendedAtNs - SECOND_NS);
      const sendNs = lateNs + send[(sendFrom! + index) & (POOL_SIZE - 1)]!;
      const ackNs = ack[(ackFrom! + index) & (POOL_SIZE - 1)]!;
      const lagNs = sendNs < 4e6 ? sendNs / 100 : 40_000;
      ackSumNs += ackNs;
      const shard = (shardFrom + index * 7 + (index >> 3)) % this.#ofShards.length;
      const sums = [this.#ofSecond, this.#ofShards[shard]!];
      for (const sum of sums) {
        sum.producer[0]!.add(sendNs);
        sum.producer[1]!.add(ackNs);
        sum.producer[2]!.add(lagNs);
      }
      this.#ofShards[shard]!.counts.acked += 1;
      for (let consumer = 0; consumer < this.#consumerNames.length; consumer++) {
        const residenceNs = residence[(residenceFrom[consumer]! + index) & (POOL_SIZE - 1)]! * (1 + 3 * (consumer % 2));
        for (const sum of sums) {
          const histograms = sum.consumers[consumer]!;
          histograms[0]!.add(residenceNs);
          histograms[1]!.add(sendNs + ackNs + residenceNs);
          histograms[2]!.add(ackNs + residenceNs);
        }
        this.#putToGets[shard]!.push(sendNs + ackNs + residenceNs);
      }
    }
    return ackSumNs;
  }

  #takeShard(shard: number, latenciesNs: number[], throttled: number): IntervalShard {
    const received = latenciesNs.length;
    const acked = this.#consumerNames.length === 0 ? 0 : received / this.#consumerNames.length;
    latenciesNs.sort((a, b) => a - b);
    const at = (percentile: number) =>
      received === 0 ? 0 : Math.floor(latenciesNs[Math.max(0, Math.ceil((percentile / 100) * received) - 1)]!);
    const putToGet = { count: received, p50Ns: at(50), p99Ns: at(99), maxNs: at(100) };
    latenciesNs.length = 0;
    return { shard, acked, bytes: acked * RECORD_BYTES, throttled, received, putToGet };
  }

  #closePhase(): void {
    const phase = this.#workload.phases[this.#phase]!.name;
    for (const [shard, sum] of this.#ofShards.entries()) {
      const cells = sum.take(this.#workload.name, phase, this.#consumerNames);
      this.#cells.push(...cells.map((cell): Cell => ({ ...cell, shard })));
    }
  }

  #pool(p50Ns: number, p99Ns: number): Float64Array {
    return Float64Array.from({ length: POOL_SIZE }, () =>
      lognormalQuantile(p50Ns, p99Ns, this.#random.uniform() || 0.5),
    );
  }
}

function addShards(sum: IntervalShard[], more: readonly IntervalShard[]): IntervalShard[] {
  return sum.map((one, index) => {
    const other = more[index]!;
    const mine = one.putToGet.count >= other.putToGet.count ? one.putToGet : other.putToGet;
    return {
      shard: one.shard,
      acked: one.acked + other.acked,
      bytes: one.bytes + other.bytes,
      throttled: one.throttled + other.throttled,
      received: one.received + other.received,
      putToGet: {
        count: one.putToGet.count + other.putToGet.count,
        p50Ns: mine.p50Ns,
        p99Ns: mine.p99Ns,
        maxNs: Math.max(one.putToGet.maxNs, other.putToGet.maxNs),
      },
    };
  });
}
