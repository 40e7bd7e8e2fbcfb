import type { Interval } from '../../reports/result/result.ts';
import { AbortWatch } from '../../reports/verdict/abort-watch.ts';
import { parseThreshold } from '../../reports/verdict/threshold-grammar.ts';
import type { Phase, Workload } from '../../workloads/scenario.ts';
import { expectedRecords, scheduleEndNs, totalRate } from '../../workloads/schedule.ts';
import type { LiveSnapshot, PhaseProgress, WatchedSnapshot } from '../live/snapshot.ts';
import type { Collector } from '../recorder/collector.ts';
import { inFlightAreaAt, STATS } from '../threads/worker-stats.ts';
import { shareOf } from './run-part.ts';
import type { RunPlan } from './run-plan.ts';
import type { SecondsStore } from './seconds-store.ts';

const NS_PER_SECOND = 1e9;
export const WATCH_INTERVAL_MS = 50;
const SNAPSHOT_INTERVAL_NS = 250e6;
/** Recorders hand a second over in the next one, so the newest second is always empty. */
const PEEK_SECONDS = 3;

type Stat = keyof typeof STATS;

/**
 * Called twice for each second of the run: when it is complete except for late workers, and when it is final. It runs on
 * the main thread, which also empties the recorders, so it must be quick. The run uses the memory of the second's histograms again:
 * read them before you return.
 */
export type OnSecond = (interval: Interval, isSettled: boolean) => void;

/** Where the run's records are at one time, over all workloads. Counted by the workers themselves, so exact to a batch. */
export interface ProgressSample {
  /** When the numbers were read, ns since the schedule's start. */
  readonly atNs: number;
  readonly acked: number;
  /** By the slowest consumer; acknowledged records if the target has no consumers of its own. */
  readonly received: number;
  readonly failed: number;
  readonly dropped: number;
}

/** The main thread's eye on a run: empties recorders, keeps gauges, makes snapshots, looks for a reason to abort. */
export class RunWatch {
  readonly #plan: RunPlan;
  readonly #collector: Collector;
  readonly #producerStats: readonly Float64Array[];
  readonly #consumerStats: readonly Float64Array[];
  readonly #totalNs: number;
  readonly #onSecond: OnSecond | undefined;
  readonly #seconds: SecondsStore;
  readonly #abortWatch: AbortWatch;
  #second = 0;
  #areaBefore = 0;
  #snapshotAtNs = 0;
  #snapshotBefore = { atNs: 0, acked: 0, bytes: 0 };

  /** @param seconds takes every second that is finished. */
  constructor(plan: RunPlan, collector: Collector, seconds: SecondsStore, onSecond?: OnSecond) {
    this.#plan = plan;
    this.#collector = collector;
    this.#seconds = seconds;
    this.#onSecond = onSecond;
    this.#producerStats = plan.producers.map(({ stats }) => new Float64Array(stats));
    this.#consumerStats = plan.consumers.map(({ stats }) => new Float64Array(stats));
    this.#totalNs = scheduleEndNs(plan.scenario.workloads);
    const { scenario } = plan;
    this.#abortWatch = new AbortWatch(
      scenario,
      scenario.thresholds.map((text) => parseThreshold(text, scenario)),
    );
  }

  /** Sum over producers of one of their numbers. */
  produced(stat: Stat): number {
    return this.#producerStats.reduce((sum, stats) => sum + stats[STATS[stat]]!, 0);
  }

  /** Distinct records that each consumer has received so far. */
  received(): number[] {
    return this.#consumerStats.map((stats) => stats[STATS.received]!);
  }

  sample(): ProgressSample {
    const { baseNs, control } = this.#plan;
    const acked = this.produced('acked');
    const received = this.#consumerStats.length > 0 ? Math.min(...this.received()) : acked;
    const atNs = Number(process.hrtime.bigint() - baseNs) - control.startNs;
    return { atNs, acked, received, failed: this.produced('failed'), dropped: this.produced('dropped') };
  }

  /**
   * True when no consumer has anything more to come: what it has not received was trimmed before it could. Records whose response
   * was lost may still be stored: if one consumer received them, the others must receive them too.
   */
  allArrived(): boolean {
    const arrived = this.#consumerStats.map((stats) => stats[STATS.received]! + stats[STATS.trimmed]!);
    const owed = Math.max(this.produced('acked'), ...arrived);
    return arrived.every((count) => count >= owed);
  }

  /** @returns the text of a threshold that ends the run now. */
  look(nowNs: number): string | undefined {
    this.#collector.drain();
    while (nowNs >= (this.#second + 1) * NS_PER_SECOND) {
      this.#closeSecond(this.#second);
      this.#report(this.#second - 1, false);
      this.#report(this.#second - 2, true);
      this.#second += 1;
    }
    let broken: string | undefined;
    this.#collector.closeSeconds(nowNs, (second) => {
      this.#seconds.append(second);
      broken ??= this.#abortWatch.add(second)?.text;
    });
    return broken;
  }

  /** The last, unfinished second, and whole ones before it that nobody looked at. */
  close(nowNs: number): void {
    this.#collector.drain();
    while (nowNs >= (this.#second + 1) * NS_PER_SECOND) {
      this.#closeSecond(this.#second);
      this.#second += 1;
    }
    this.#closeSecond(this.#second, Math.max(1, nowNs - this.#second * NS_PER_SECOND));
  }

  /** A picture of the run, or undefined when the last one is too recent to be replaced. */
  snapshot(nowNs: number, draining: boolean): WatchedSnapshot | undefined {
    if (nowNs < this.#snapshotAtNs) return undefined;
    this.#snapshotAtNs = nowNs + SNAPSHOT_INTERVAL_NS;
    const acked = this.produced('acked');
    const bytes = this.produced('bytes');
    const before = this.#snapshotBefore;
    const seconds = Math.max(1e-3, (nowNs - before.atNs) / NS_PER_SECOND);
    this.#snapshotBefore = { atNs: nowNs, acked, bytes };
    const received = this.#consumerStats.length > 0 ? Math.min(...this.received()) : acked;
    return {
      elapsedNs: nowNs,
      totalNs: this.#totalNs,
      phase: this.#plan.scenario.workloads.map(({ phases }) => progressOf(phases, nowNs)),
      intendedPerSecond: this.#sumOfWorkloads((workload) => totalRate(workload, nowNs)),
      achievedPerSecond: (acked - before.acked) / seconds,
      bytesPerSecond: (bytes - before.bytes) / seconds,
      putToGet: this.#latencyPeek(nowNs),
      sent: acked,
      received,
      throttled: this.produced('throttled'),
      retried: this.produced('retried'),
      dropped: this.produced('dropped'),
      inFlight: this.produced('inFlight'),
      lagRecords: this.#collector.lagRecords(),
      consumerCount: this.#consumerStats.length,
      draining,
    };
  }

  /** Recorders hand a second over in the next one, so that it is complete when that one has ended. */
  #report(second: number, isSettled: boolean): void {
    if (this.#onSecond === undefined || second < 0) return;
    const [interval] = this.#collector.series((second + 1) * NS_PER_SECOND, second, second + 1);
    if (interval !== undefined) this.#onSecond(interval, isSettled);
  }

  #closeSecond(second: number, lengthNs = NS_PER_SECOND): void {
    const fromNs = second * NS_PER_SECOND;
    const area = this.#producerStats.reduce((sum, stats) => sum + inFlightAreaAt(stats, fromNs + lengthNs), 0);
    const due = this.#sumOfWorkloads((workload) => expectedRecords(workload, fromNs, fromNs + lengthNs));
    this.#collector.setGauges(second, {
      // Not below 0: a producer may be about to change its numbers.
      inFlight: Math.max(0, area - this.#areaBefore) / lengthNs,
      intendedPerSecond: due / (lengthNs / NS_PER_SECOND),
      lagRecords: this.#collector.lagRecords(),
      ...this.#behind(),
      rssBytes: process.memoryUsage.rss(),
    });
    this.#areaBefore = area;
  }

  /** Sums up what is due over all workloads, limited to the share of this process. */
  #sumOfWorkloads(amount: (workload: Workload) => number): number {
    const { scenario, part } = this.#plan;
    return scenario.workloads.reduce((sum, workload) => sum + amount(workload) * shareOf(workload, part), 0);
  }

  /** Returns the lag of the slowest consumer, if the target reports one. */
  #behind(): { readonly behindMs?: number } {
    const reported = this.#consumerStats.map((stats) => stats[STATS.behindMs]!).filter((behindMs) => behindMs >= 0);
    return reported.length === 0 ? {} : { behindMs: Math.max(...reported) };
  }

  /** The latency of the last second in which something was received, if that is not longer ago than PEEK_SECONDS. */
  #latencyPeek(nowNs: number): LiveSnapshot['putToGet'] {
    const oldest = Math.max(0, Math.floor(nowNs / NS_PER_SECOND) - PEEK_SECONDS);
    for (let index = this.#collector.intervalCount - 1; index >= oldest; index--) {
      const histogram = this.#collector.putToGetOf(index);
      const { count } = histogram;
      if (count === 0) continue;
      return {
        count,
        p50Ns: histogram.percentileNs(50),
        p99Ns: histogram.percentileNs(99),
        maxNs: histogram.maxNs,
      };
    }
    return { count: 0, p50Ns: 0, p99Ns: 0, maxNs: 0 };
  }
}

function progressOf(phases: readonly Phase[], nowNs: number): PhaseProgress {
  const found = phases.findIndex(({ startNs, durationNs }) => nowNs < startNs + durationNs);
  const index = found < 0 ? phases.length - 1 : found;
  const { name, startNs, durationNs } = phases[index]!;
  const progressRatio = Math.min(1, Math.max(0, (nowNs - startNs) / durationNs));
  return { name, index, count: phases.length, progressRatio };
}
