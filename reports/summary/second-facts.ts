import type { Interval, Result } from '../result/result.ts';
import { mergedHistogram, producerTotals } from './cells.ts';
import { isQuiet, type SecondFacts, type Silence, silencesOf, silentSeconds } from './silence.ts';

/** One record for half of a second, or many for less. */
const WAITING_IN_FLIGHT_MIN = 0.5;

/** By second, true if records were due and nothing was received; without consumers, if nothing was acknowledged. */
export function silentSecondsOf(result: Pick<Result, 'scenario' | 'series'>): boolean[] {
  return silentSeconds(factsOfSeries(result));
}

export function silencesIn(result: Pick<Result, 'scenario' | 'series'>): Silence[] {
  return silencesOf(factsOfSeries(result));
}

/** True if consumers show what arrived; otherwise the target's acknowledgements do. */
export function hasConsumers({ consumers }: Pick<Result['scenario'], 'consumers'>): boolean {
  return consumers.length > 0;
}

function factsOfSeries({ scenario, series }: Pick<Result, 'scenario' | 'series'>): SecondFacts[] {
  const isRead = hasConsumers(scenario);
  const facts = series.map((interval) => withoutLatency(interval, isRead));
  // Latencies are worth their decoding only if some second was quiet.
  return facts.some(isQuiet) ? facts.map((one, i) => ({ ...one, ...latencyOf(series[i]!, isRead) })) : facts;
}

export function secondFacts(interval: Interval, isRead: boolean): SecondFacts {
  return { ...withoutLatency(interval, isRead), ...latencyOf(interval, isRead) };
}

function withoutLatency({ startNs, endNs, cells, gauges }: Interval, isRead: boolean): SecondFacts {
  const { acked, failed, dropped } = producerTotals(cells);
  const received = cells.reduce((sum, cell) => sum + (cell.kind === 'consumer' ? cell.counts.received : 0), 0);
  const isLagging = isRead && gauges.lagRecords.some((records) => records > 0);
  return {
    startNs,
    endNs,
    arrived: isRead ? received : acked,
    acked,
    gone: failed + dropped,
    isDue: gauges.intendedPerSecond > 0 || gauges.inFlight > 0 || isLagging,
    isWaiting: gauges.inFlight >= WAITING_IN_FLIGHT_MIN || isLagging,
    p50Ns: null,
    maxNs: null,
  };
}

function latencyOf({ cells, shards }: Interval, isRead: boolean): Pick<SecondFacts, 'p50Ns' | 'maxNs'> {
  if (isRead) {
    const read = shards.filter(({ putToGet }) => putToGet.count > 0).map(({ putToGet }) => putToGet);
    const p50s = read.flatMap(({ p50Ns }) => p50Ns ?? []).sort((a, b) => a - b);
    return {
      p50Ns: p50s[Math.floor((p50s.length - 1) / 2)] ?? null,
      maxNs: read.length === 0 ? null : Math.max(...read.map(({ maxNs }) => maxNs)),
    };
  }
  const ackLatency = mergedHistogram(cells, 'ackLatency');
  if (ackLatency.count === 0) return { p50Ns: null, maxNs: null };
  const sendDelay = mergedHistogram(cells, 'sendDelay');
  return { p50Ns: ackLatency.percentileNs(50), maxNs: Math.max(ackLatency.maxNs, sendDelay.maxNs) };
}
