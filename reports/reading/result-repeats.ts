import { Histogram } from '../histogram/histogram.ts';
import type { Cell, IntervalCell, Result, Verdict } from '../result/result.ts';
import { producerTotals } from '../summary/cells.ts';
import { dueOf } from '../summary/delivery.ts';
import { judgeAgain } from '../verdict/judge-again.ts';
import { cellsOf, firstDifference } from './result-sums.ts';

/**
 * Compares the facts that a result states more than once, besides its sums. Otherwise an edited verdict would pass a build, and
 * edited seconds would be drawn and compared.
 * @returns the first difference as a clause, or undefined.
 * @throws THRESHOLD_NOT_UNDERSTOOD for a verdict whose text is not a threshold.
 */
export function repeatProblem(result: Result): string | undefined {
  const { seed, scenario } = result;
  if (seed !== scenario.seed) return `seed is ${seed}, and its scenario's is ${scenario.seed}`;
  return (
    orderProblem(result) ??
    histogramsProblem(result) ??
    shardsProblem(result) ??
    booksProblem(result) ??
    verdictProblem(result)
  );
}

/** Seconds follow each other. Those of merged parts may overlap, because a busy machine makes a second longer. */
function orderProblem({ series, merged }: Result): string | undefined {
  let [fromNs, untilNs] = [-1, 0];
  for (const [index, { startNs, endNs }] of series.entries()) {
    const isNext = startNs > fromNs && (startNs >= untilNs || merged !== undefined);
    if (!isNext || endNs < startNs || endNs > TIME_NS_MAX)
      return `series.${index} is from ${startNs} to ${endNs} ns, out of its turn`;
    [fromNs, untilNs] = [startNs, endNs];
  }
  return undefined;
}

/** Far longer than any run; a larger time could not be added to a date exactly. */
const TIME_NS_MAX = Number.MAX_SAFE_INTEGER;

function histogramsProblem({ cells, series }: Result): string | undefined {
  const totals = sumsByPlace(cells);
  const seconds = sumsByPlace(cellsOf(series));
  for (const place of new Set([...totals.keys(), ...seconds.keys()])) {
    const [total, ofSeconds] = [totals.get(place) ?? new Histogram(), seconds.get(place) ?? new Histogram()];
    if (!total.equals(ofSeconds)) return `the series' ${place} is not the one of the cells`;
  }
  return undefined;
}

/** Histograms of one place that are added up at a time: fast, and few enough to be in memory. */
const ADDED_UP_AT_ONCE = 256;

function sumsByPlace(cells: Iterable<Cell | IntervalCell>): Map<string, Histogram> {
  const places = new Map<string, Histogram[]>();
  for (const cell of cells) {
    const cellName = `${cell.workload}, ${cell.phase}, ${cell.kind === 'consumer' ? cell.consumer : 'producers'}`;
    for (const [name, histogram] of Object.entries<Histogram>(cell.histograms)) {
      const place = `${cellName}, ${name}`;
      const known = places.get(place);
      if (known === undefined) places.set(place, [histogram]);
      else if (known.push(histogram) === ADDED_UP_AT_ONCE) places.set(place, [Histogram.sumOf(known)]);
    }
  }
  return new Map([...places].map(([place, histograms]) => [place, Histogram.sumOf(histograms)]));
}

/**
 * Compares the counts of shards in cells and in seconds. Three kinds of results are skipped: a cut stretch of time has no shards,
 * the seconds of a cut phase include records of its neighbours, and the cells of a run that died have no shards.
 */
function shardsProblem({ cells, series, cut, outcome, merged }: Result): string | undefined {
  const parts = [{ outcome }, ...(merged?.parts ?? [])];
  if (cut !== undefined || parts.some((part) => part.outcome.kind === 'died')) return undefined;
  const [inCells, inSeconds] = [new Map<number, ShardCounts>(), new Map<number, ShardCounts>()];
  for (const { shard, kind, counts } of cells) {
    if (shard === null) continue;
    const sum = countsOf(inCells, shard);
    if (kind === 'consumer') sum.received += counts.received;
    else add(sum, { ...counts, received: 0 });
  }
  for (const { shards } of series) for (const one of shards) add(countsOf(inSeconds, one.shard), one);
  for (const shard of inSeconds.keys()) countsOf(inCells, shard);
  return firstDifference(Object.fromEntries(inSeconds), Object.fromEntries(inCells), "the series' shards");
}

interface ShardCounts {
  acked: number;
  bytes: number;
  throttled: number;
  received: number;
}

function countsOf(sums: Map<number, ShardCounts>, shard: number): ShardCounts {
  const known = sums.get(shard);
  if (known !== undefined) return known;
  const none = { acked: 0, bytes: 0, throttled: 0, received: 0 };
  sums.set(shard, none);
  return none;
}

/** Adds in place, because an hour of 64 shards has 230,400 summands. */
function add(sum: ShardCounts, { acked, bytes, throttled, received }: Readonly<ShardCounts>): void {
  sum.acked += acked;
  sum.bytes += bytes;
  sum.throttled += throttled;
  sum.received += received;
}

/**
 * Compares the ledger with the cells, if both cover the whole of a run that reached its end. A failed record that a consumer
 * received counts as sent in the ledger, and as failed in the cells.
 */
function booksProblem({ outcome, cut, cells, summary: { ledger } }: Result): string | undefined {
  if (outcome.kind !== 'completed' || cut !== undefined) return undefined;
  const { acked, failed, dropped, scheduled, scheduledIsKnown } = producerTotals(cells);
  const receivedBy = (name: string) =>
    cells.reduce(
      (sum, cell) => (cell.kind === 'consumer' && cell.consumer === name ? sum + cell.counts.received : sum),
      0,
    );
  const received = ledger.consumers.map((one) => one.received + one.duplicated);
  const read = ledger.consumers.map(({ name }) => receivedBy(name));
  const sent = Math.min(Math.max(ledger.sent, acked), acked + failed);
  return firstDifference(
    {
      sent: ledger.sent,
      failed: ledger.failed,
      unacknowledged: ledger.unacknowledged,
      dropped: ledger.dropped,
      received,
      due: dueOf(ledger),
    },
    {
      sent,
      failed: acked + failed - sent,
      unacknowledged: 0,
      dropped,
      received: read,
      due: scheduledIsKnown ? scheduled : dueOf(ledger),
    },
    'summary.ledger',
  );
}

/** Judges the result again by the scenario's thresholds. A cut may have been judged by others, so it is skipped. */
function verdictProblem(result: Result): string | undefined {
  const { outcome, partial, validity, verdict } = result;
  if (outcome.kind !== 'completed' && !partial) return `partial is false, and the outcome ${outcome.kind}`;
  if (partial && outcome.kind === 'completed' && result.merged === undefined)
    return 'partial is true, and the outcome completed';
  const isValid = validity.reasons.length === 0;
  if (isValid !== (validity.kind === 'valid'))
    return `validity is ${validity.kind}, with ${validity.reasons.length} reasons`;
  const texts = result.cut === undefined ? result.scenario.thresholds : ownThresholds(verdict);
  const judged = judgeAgain(result, texts).verdict;
  return (
    firstDifference(verdict.thresholds.length, judged.thresholds.length, 'verdict.thresholds.length') ??
    firstDifference(withoutWords(verdict), withoutWords(judged), 'verdict')
  );
}

/** Compares verdicts without their reasons, because another version may word those differently. */
const withoutWords = ({ kind, thresholds }: Verdict) => ({
  kind,
  thresholds: thresholds.map(({ text, actual, holds, worstWindow, default: isDefault = false }) => {
    return { text, actual, holds, worstWindow, default: isDefault };
  }),
});

const ownThresholds = ({ thresholds }: Verdict): string[] =>
  thresholds.filter((threshold) => threshold.default !== true).map(({ text }) => text);
