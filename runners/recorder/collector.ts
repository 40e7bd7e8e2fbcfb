import { Histogram } from '../../reports/histogram/histogram.ts';
import { CLASS_COUNT } from '../../reports/histogram/latency-classes.ts';
import { CLASS_SUMS, compositionOf } from '../../reports/result/composition.ts';
import {
  type Cell,
  CONSUMER_HISTOGRAMS,
  type Interval,
  type IntervalCell,
  type IntervalShard,
  PRODUCER_HISTOGRAMS,
} from '../../reports/result/result.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { scheduleEndNs } from '../../workloads/schedule.ts';
import type { TargetTraits } from '../targets/target.ts';
import {
  ACKED,
  BYTES,
  DROPPED,
  FAILED,
  OVERTIME,
  OVERTIME_BYTES,
  PUT_TO_GET,
  RECEIVED,
  RECEIVED_BYTES,
  RETRIED,
  SCHEDULED,
  THROTTLED_RECORDS,
  THROTTLED_TIMES,
} from './cells.ts';
import { type RecordedCell, RecorderDrain, type RecorderHandle } from './recorder.ts';
import { addSpan, addToShard, newShardSum, type ShardSum, shardNumbers } from './shard-sum.ts';

/** Where a recorder's cells belong: consumers have cells of every workload, producers of one. */
export interface RecorderOwner {
  readonly recorder: RecorderHandle;
  readonly consumer: string | undefined;
  /** By workload: its first cell, or undefined when the recorder has none of it. */
  readonly firstCells: readonly (number | undefined)[];
}

const INTERVAL_NS = 1e9;
/** With more cells than that, histograms stay compact while they are added to: open ones of 1,000 shards take some 300 MB. */
const OPEN_CELLS_MAX = 512;
/** A second is closed without what a worker has not handed over by then; that counts in a later second. */
const LATE_NS = 2e9;
/** Closed seconds whose counts of shards stay in memory, for steps that choose a shard by its load. */
const KEPT_SECONDS = 12;
/** Closed seconds whose histograms stay in memory, for the views of the run. */
const KEPT_HISTOGRAM_SECONDS = 4;

/** One cell while it is being added up: shared by totals and intervals. */
class CellSum {
  readonly counts: number[] = [];
  readonly histograms: Histogram[];
  readonly clamped: number[];
  /** Class sums of a consumer's total. */
  readonly classSums: Float64Array;
  #touched = true;

  constructor(spanCount: number, byClass: boolean) {
    this.histograms = Array.from({ length: spanCount }, () => new Histogram());
    this.clamped = new Array<number>(spanCount).fill(0);
    this.classSums = new Float64Array(byClass ? CLASS_COUNT * CLASS_SUMS : 0);
  }

  /** @param staysCompact for one of very many. */
  add(cell: RecordedCell, staysCompact = false): void {
    cell.counters.forEach((count, i) => {
      this.counts[i] = (this.counts[i] ?? 0) + count;
    });
    for (const [span, histogram] of this.histograms.entries()) {
      addSpan(cell, span, histogram, staysCompact);
      this.clamped[span]! += cell.clamped[span]!;
    }
    for (let i = 0; i < this.classSums.length; i++) this.classSums[i]! += cell.classSums[i]!;
    this.#touched = true;
  }

  compact(): void {
    for (const histogram of this.histograms) histogram.compact();
  }

  clear(): void {
    for (const histogram of this.histograms) histogram.clear();
  }

  /** Compact when nothing came since the last call. */
  rest(): void {
    if (!this.#touched) this.compact();
    this.#touched = false;
  }
}

interface Place {
  readonly workload: number;
  readonly phase: number;
  readonly shard: number;
  readonly consumer: string | undefined;
}

/** A recorder, and until when its worker has handed everything over. */
interface Source {
  readonly drain: RecorderDrain;
  readonly owner: RecorderOwner;
  handedOverNs: number;
}

interface IntervalSum {
  readonly cells: Map<string, { readonly place: Place; readonly sum: CellSum }>;
  /** By shard; undefined where nothing happened. */
  readonly shards: (ShardSum | undefined)[];
  closedShards: IntervalShard[] | undefined;
}

const newInterval = (): IntervalSum => ({ cells: new Map(), shards: [], closedShards: undefined });

/** Takes what workers recorded, second by second, and adds it up into a result's cells and series. */
export class Collector {
  readonly #scenario: Scenario;
  readonly #shardCapacity: number;
  /** Known shards: those of the start, and every one that a record went to. */
  #shardCount: number;
  readonly #sources: readonly Source[];
  readonly #scheduleEndNs: number;
  readonly #totals = new Map<string, { readonly place: Place; readonly sum: CellSum }>();
  /** By second, in order, without those that were passed on and are no longer needed here. */
  readonly #intervals = new Map<number, IntervalSum>();
  readonly #gauges = new Map<number, Interval['gauges']>();
  /** Seconds up to the last one with a record. */
  #intervalCount = 0;
  /** Acknowledged records by shard, and received ones by consumer and shard, so far. */
  readonly #acked: Float64Array;
  readonly #received = new Map<string, Float64Array>();
  /** Seconds that are closed, and those that were passed on: empty ones at the end only when something follows them. */
  #closed = 0;
  #passedOn = 0;

  constructor(
    scenario: Scenario,
    { shardCount, shardCapacity }: Pick<TargetTraits, 'shardCount' | 'shardCapacity'>,
    owners: readonly RecorderOwner[],
  ) {
    this.#scenario = scenario;
    this.#shardCapacity = shardCapacity;
    this.#shardCount = Math.min(shardCount, shardCapacity);
    this.#acked = new Float64Array(shardCapacity + 1);
    for (const { consumer } of owners) {
      if (consumer !== undefined) this.#received.set(consumer, new Float64Array(shardCapacity + 1));
    }
    this.#sources = owners.map((owner) => ({ drain: new RecorderDrain(owner.recorder), owner, handedOverNs: 0 }));
    this.#scheduleEndNs = scheduleEndNs(scenario.workloads);
  }

  /** Empties every recorder. Call several times a second. */
  drain(): void {
    for (const source of this.#sources) {
      const { drain, owner } = source;
      const handedOverNs = drain.drain((fromNs, cell) => {
        const place = this.#placeOf(owner, cell.cell);
        this.#add(Math.max(this.#closed, Math.floor(fromNs / INTERVAL_NS)), place, cell);
      });
      source.handedOverNs = Math.max(source.handedOverNs, handedOverNs);
    }
  }

  /**
   * Closes every second that all workers have handed over, or that they had time to. A closed second never changes, and every
   * second is passed on once, in order.
   * @param take must read the histograms before it returns: their memory is used again for later seconds.
   */
  closeSeconds(nowNs: number, take: (second: Interval) => void): void {
    const handedOverNs = Math.min(...this.#sources.map((source) => source.handedOverNs));
    for (;;) {
      const endNs = (this.#closed + 1) * INTERVAL_NS;
      if (nowNs < endNs || (handedOverNs < endNs && nowNs < endNs + LATE_NS)) return;
      this.#close(this.#closed);
      this.#closed += 1;
      const known = Math.max(this.#intervalCount, Math.floor(this.#scheduleEndNs / INTERVAL_NS));
      for (const until = Math.min(this.#closed, known); this.#passedOn < until; this.#passedOn++) {
        take(this.series(endNs, this.#passedOn, this.#passedOn + 1)[0]!);
        this.#clearHistograms(this.#passedOn - KEPT_HISTOGRAM_SECONDS);
        this.#forget(this.#passedOn - KEPT_SECONDS);
      }
    }
  }

  /** Sets what was seen beside the records in second `index`. */
  setGauges(index: number, gauges: Interval['gauges']): void {
    this.#gauges.set(index, gauges);
  }

  get intervalCount(): number {
    return this.#intervalCount;
  }

  /** By shard: acknowledged records that the slowest consumer has not received, as far as recorders were emptied. */
  lagRecords(): number[] {
    return Array.from({ length: this.#shardCount }, (_, shard) => {
      const behind = [...this.#received.values()].map((received) => this.#acked[shard]! - received[shard]!);
      return Math.max(0, ...behind);
    });
  }

  /** By shard: bytes that were acknowledged from a time on, by whole seconds, as far as recorders were emptied. */
  bytesByShard(fromNs: number): number[] {
    const bytes = new Array<number>(this.#shardCount).fill(0);
    const first = Math.floor(fromNs / INTERVAL_NS);
    for (const [index, interval] of this.#intervals) {
      if (index < first) continue;
      const shards = interval.closedShards ?? interval.shards;
      for (const [shard, sum] of shards.entries()) bytes[shard]! += sum?.bytes ?? 0;
    }
    return bytes;
  }

  /** Put-to-get latency of one second, all consumers together. */
  putToGetOf(index: number): Histogram {
    const cells = [...(this.#intervals.get(index)?.cells.values() ?? [])];
    const consumed = cells.filter(({ place }) => place.consumer !== undefined);
    return Histogram.sumOf(consumed.map(({ sum }) => sum.histograms[PUT_TO_GET]!));
  }

  cells(): Cell[] {
    return [...this.#totals.values()].map(({ place, sum }) => {
      const shard = place.shard === this.#shardCapacity ? null : place.shard;
      const cell = { ...this.#cellOf(place, sum), shard } as Cell;
      if (cell.kind === 'producer') return cell;
      return { ...cell, composition: compositionOf(cell.histograms.putToGet, sum.classSums) };
    });
  }

  /**
   * @param endNs when the run ended: the last interval may be shorter than a second.
   * @param from by default the first second that was not passed on.
   * @param to the first interval to omit. By default the series ends with the schedule, or later with the last record: seconds
   *   of the schedule in which nothing happened are part of it.
   */
  series(endNs: number, from = this.#passedOn, to = this.#secondsUntil(endNs)): Interval[] {
    const series: Interval[] = [];
    for (let index = from; index < to; index++) {
      const interval = this.#intervals.get(index) ?? newInterval();
      const startNs = index * INTERVAL_NS;
      series.push({
        startNs,
        endNs: Math.max(startNs + 1, Math.min(startNs + INTERVAL_NS, endNs)),
        cells: [...interval.cells.values()].map(({ place, sum }) => this.#cellOf(place, sum) as IntervalCell),
        shards: interval.closedShards ?? this.#shardNumbers(interval),
        gauges: this.#gauges.get(index) ?? { inFlight: 0, intendedPerSecond: 0, lagRecords: [], rssBytes: 0 },
      });
    }
    return series;
  }

  #secondsUntil(endNs: number): number {
    const scheduledNs = Math.min(endNs, this.#scheduleEndNs);
    return Math.max(this.#intervalCount, Math.ceil(scheduledNs / INTERVAL_NS));
  }

  #placeOf(owner: RecorderOwner, cell: number): Place {
    let workload = 0;
    for (const [index, first] of owner.firstCells.entries()) if (first !== undefined && cell >= first) workload = index;
    const within = cell - owner.firstCells[workload]!;
    return {
      workload,
      phase: Math.floor(within / (this.#shardCapacity + 1)),
      shard: within % (this.#shardCapacity + 1),
      consumer: owner.consumer,
    };
  }

  #add(index: number, place: Place, cell: RecordedCell): void {
    const total = this.#sumOf(this.#totals, place, place.shard);
    const isCrowded = this.#totals.size > OPEN_CELLS_MAX;
    total.add(cell, isCrowded);
    if (place.consumer === undefined) this.#acked[place.shard]! += cell.counters[ACKED]!;
    else this.#received.get(place.consumer)![place.shard]! += cell.counters[RECEIVED]!;
    const interval = this.#intervalAt(index);
    this.#sumOf(interval.cells, place, undefined).add(cell);
    if (place.shard === this.#shardCapacity) return;
    this.#shardCount = Math.max(this.#shardCount, place.shard + 1);
    interval.shards[place.shard] ??= newShardSum();
    addToShard(interval.shards[place.shard]!, cell, {
      isConsumer: place.consumer !== undefined,
      staysCompact: isCrowded,
    });
  }

  #intervalAt(index: number): IntervalSum {
    this.#intervalCount = Math.max(this.#intervalCount, index + 1);
    const known = this.#intervals.get(index);
    if (known !== undefined) return known;
    const interval = newInterval();
    this.#intervals.set(index, interval);
    return interval;
  }

  #shardNumbers({ shards }: IntervalSum): IntervalShard[] {
    return Array.from({ length: this.#shardCount }, (_, shard) => shardNumbers(shards[shard], shard));
  }

  #sumOf(
    sums: Map<string, { readonly place: Place; readonly sum: CellSum }>,
    place: Place,
    shard: number | undefined,
  ): CellSum {
    const key = `${place.workload}/${place.phase}/${shard ?? ''}/${place.consumer ?? ''}`;
    const known = sums.get(key);
    if (known !== undefined) return known.sum;
    const isConsumer = place.consumer !== undefined;
    const spanCount = (isConsumer ? CONSUMER_HISTOGRAMS : PRODUCER_HISTOGRAMS).length;
    const sum = new CellSum(spanCount, isConsumer && shard !== undefined);
    sums.set(key, { place, sum });
    return sum;
  }

  /** Makes the totals that nothing was added to compact, and reduces the shards of a second to their numbers. */
  #close(index: number): void {
    for (const { sum } of this.#totals.values()) sum.rest();
    const interval = this.#intervals.get(index);
    if (interval === undefined) return;
    interval.closedShards = this.#shardNumbers(interval);
    for (const shard of interval.shards) shard?.putToGet.clear();
    interval.shards.length = 0;
  }

  /**
   * Gives the pages of a second to the next ones. Left to the garbage collector, they would be some 0.6 MB a second until it
   * looks at old objects, which takes it more than a minute.
   */
  #clearHistograms(index: number): void {
    const interval = this.#intervals.get(index);
    if (interval === undefined) return;
    for (const { sum } of interval.cells.values()) sum.clear();
    interval.cells.clear();
  }

  #forget(index: number): void {
    this.#intervals.delete(index);
    this.#gauges.delete(index);
  }

  #cellOf(place: Place, sum: CellSum): IntervalCell {
    const workload = this.#scenario.workloads[place.workload]!;
    const countAt = (index: number) => sum.counts[index] ?? 0;
    const shared = { workload: workload.name, phase: workload.phases[place.phase]!.name };
    if (place.consumer !== undefined) {
      return {
        ...shared,
        kind: 'consumer',
        consumer: place.consumer,
        counts: { received: countAt(RECEIVED), bytes: countAt(RECEIVED_BYTES) },
        ...named(CONSUMER_HISTOGRAMS, sum),
      };
    }
    return {
      ...shared,
      kind: 'producer',
      counts: {
        scheduled: countAt(SCHEDULED),
        acked: countAt(ACKED),
        bytes: countAt(BYTES),
        throttled: countAt(THROTTLED_TIMES),
        throttledRecords: countAt(THROTTLED_RECORDS),
        retried: countAt(RETRIED),
        dropped: countAt(DROPPED),
        failed: countAt(FAILED),
        overtime: countAt(OVERTIME),
        overtimeBytes: countAt(OVERTIME_BYTES),
      },
      ...named(PRODUCER_HISTOGRAMS, sum),
    };
  }
}

function named<Name extends string>(
  names: readonly Name[],
  sum: CellSum,
): { histograms: Record<Name, Histogram>; clamped: Partial<Record<Name, number>> } {
  const histograms = Object.fromEntries(names.map((name, span) => [name, sum.histograms[span]!]));
  const clamped = names.flatMap((name, span) => (sum.clamped[span]! > 0 ? [[name, sum.clamped[span]!]] : []));
  return {
    histograms: histograms as Record<Name, Histogram>,
    clamped: Object.fromEntries(clamped) as Partial<Record<Name, number>>,
  };
}
