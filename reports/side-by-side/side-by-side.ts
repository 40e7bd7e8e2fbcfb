import { compareSides } from '../compare/compare.ts';
import { changeOfRuns } from '../compare/compare-run-groups.ts';
import type { Change, Comparison, Estimate, RateUnit } from '../compare/comparison.ts';
import { workloadDifferences } from '../compare/scenario-difference.ts';
import { reportError } from '../errors.ts';
import type { Result, Span } from '../result/result.ts';
import type { TargetFacts } from '../result/target-facts.ts';
import { medianOf } from '../statistics/moments.ts';
import { fairnessOf } from './fairness.ts';
import type { RoundRecord, SideBySideRecord, SideRecord } from './record.ts';
import type { FairnessLine, SideData } from './side-data.ts';

/** A comparison of targets as data, which `compare --json` prints. Latencies are ns, ratios are 0 to 1. */
export interface SideBySide extends Omit<SideBySideRecord, 'sides'> {
  readonly sides: readonly SideSummary[];
  /** Everything that makes the comparison unfair. */
  readonly unfair: readonly FairnessLine[];
  /** The side that the others are compared with: the first one with a valid round; null if fewer than two have one. */
  readonly base: string | null;
  readonly latencies: readonly LatencyRow[];
  readonly rates: readonly RateRow[];
  readonly sentences: readonly string[];
  readonly floorRatio: number;
}

export interface SideSummary extends SideRecord {
  /** The title and where the target is. A stream that is created for a round has a longer name than the title has. */
  readonly place: string;
  readonly validRounds: number;
  /** null if they are unknown, or if no round left a result. */
  readonly facts: TargetFacts | null;
  readonly cost: SideCost | null;
}

export interface SideCost {
  readonly usdPerHour: number;
  readonly usdPerMonth: number;
  /** At the achieved rate; null without a valid round. */
  readonly usdPerMillion: number | null;
}

/** One value of each side that has numbers, by its name; medians over rounds. */
export interface LatencyRow {
  readonly span: Span;
  /** Absent for all consumers together. */
  readonly consumer?: string;
  /** p50, ..., max */
  readonly metric: string;
  readonly values: Readonly<Record<string, Estimate | null>>;
  /** Compared with the base; absent for the base. */
  readonly changes: Readonly<Record<string, Change | null>>;
}

export interface RateRow {
  readonly name: string;
  readonly unit: RateUnit;
  /** Medians over rounds; sums of records. */
  readonly values: Readonly<Record<string, number | null>>;
  /** Only of the achieved rate. */
  readonly changes: Readonly<Record<string, Pick<Change, 'ratio' | 'interval'> | null>>;
}

/** The hours of a month of AWS's calculators, as in the plans. */
const MONTH_HOURS = 730;
const HOUR_SECONDS = 3600;

/** A round with its result; undefined if it left none. */
export interface RoundResult {
  readonly round: RoundRecord;
  readonly result: Result | undefined;
}

/**
 * Computes a comparison from the results of its rounds. Only valid rounds have numbers.
 * @param rounds one for each round of the record, in its order.
 * @throws ReportError RESULT_NOT_COMPARABLE if a result has another load than the others.
 */
export function sideBySide(record: SideBySideRecord, rounds: readonly RoundResult[], floorRatio: number): SideBySide {
  const data = sidesWithNumbers(record, rounds);
  rejectOtherLoads(data);
  const comparison = data.length < 2 ? undefined : compared(data, floorRatio);
  return {
    ...record,
    sides: record.sides.map((side) => summaryOf(side, data, rounds)),
    unfair: fairnessOf(data),
    base: comparison === undefined ? null : (data[0]?.name ?? null),
    latencies: comparison === undefined ? [] : [...latencyRows(comparison, data), ...consumerRows(data, floorRatio)],
    rates: comparison === undefined ? [] : rateRows(comparison, data, floorRatio),
    sentences: comparison?.pairs.map(({ sentence }) => sentence) ?? [],
    floorRatio,
  };
}

/** The sides that have a valid round, with the results of these rounds. */
export function sidesWithNumbers(record: Pick<SideBySideRecord, 'sides'>, rounds: readonly RoundResult[]): SideData[] {
  return record.sides.flatMap((side) => {
    const [first, ...others] = rounds.flatMap(({ round, result }) =>
      round.side === side.name && round.outcome.kind === 'valid' && result !== undefined ? [result] : [],
    );
    return first === undefined ? [] : [{ ...side, results: [first, ...others] as const }];
  });
}

/** Guards against a folder in which somebody replaced a result. */
function rejectOtherLoads(data: readonly SideData[]): void {
  const all = data.flatMap(({ name, results }) => results.map((result) => ({ name, result })));
  const [first, ...others] = all;
  for (const { name, result } of others) {
    const differences = workloadDifferences(first!.result.scenario, result.scenario);
    if (differences.length === 0) continue;
    throw reportError('RESULT_NOT_COMPARABLE', {
      what: `rounds of ${first!.name} and ${name} have different loads: ${differences.join('; ')}`,
      fix: 'Use a folder as compare wrote it, or compare again.',
    });
  }
}

/** Rounds have different seeds and streams by design, which is why a comparison of plain results would be rejected. */
function compared(data: readonly SideData[], floorRatio: number): Comparison {
  const sides = data.map(({ name, results }) => results.map((result) => ({ path: name, result })));
  return compareSides(sides, { floorRatio, force: true, labels: data.map(({ name }) => name) });
}

function latencyRows({ pairs }: Comparison, data: readonly SideData[]): LatencyRow[] {
  const [first] = pairs;
  const names = data.map(({ name }) => name);
  return (first?.spans ?? []).flatMap(({ span, metrics }, spanIndex) =>
    metrics.map((metric, metricIndex): LatencyRow => {
      const same = pairs.map(({ spans }) => spans[spanIndex]!.metrics[metricIndex]!);
      return {
        span,
        metric: metric.name,
        values: byName(names, [metric.a, ...same.map(({ b }) => b)]),
        changes: byName(
          names.slice(1),
          same.map(({ change }) => change),
        ),
      };
    }),
  );
}

/** Put-to-get of each consumer, because polling and fan-out differ more than most targets. None for a single consumer. */
function consumerRows(data: readonly SideData[], floorRatio: number): LatencyRow[] {
  const names = data.map(({ name }) => name);
  const consumers = data[0]!.results[0].summary.consumers.map(({ name }) => name);
  if (consumers.length < 2) return [];
  return consumers.flatMap((consumer, index) =>
    CONSUMER_METRICS.flatMap(([metric, field]): LatencyRow[] => {
      const runs = data.map(({ results }) =>
        results.map(({ summary }) => summary.consumers[index]?.spans.putToGet[field] ?? null),
      );
      const known = runs.map((values) => (values.includes(null) ? [] : values.filter((value) => value !== null)));
      const changes = known.slice(1).map((values) => changeOfRuns(known[0]!, values, floorRatio));
      return [
        {
          span: 'putToGet',
          consumer,
          metric,
          values: byName(names, known.map(medianEstimate)),
          changes: byName(names.slice(1), changes),
        },
      ];
    }),
  );
}

const CONSUMER_METRICS = [
  ['p50', 'p50Ns'],
  ['p99', 'p99Ns'],
] as const;

function medianEstimate(values: readonly number[]): Estimate | null {
  return values.length === 0 ? null : { valueNs: medianOf(values), interval: null, marked: false };
}

function rateRows({ pairs }: Comparison, data: readonly SideData[], floorRatio: number): RateRow[] {
  const names = data.map(({ name }) => name);
  const achieved = data.map(({ results }) => results.map(({ summary }) => summary.rate.achievedPerSecond));
  return (pairs[0]?.rates ?? []).map(({ name, unit, a }, index): RateRow => {
    const changes = achieved.slice(1).map((rates) => {
      const change = changeOfRuns(achieved[0]!, rates, floorRatio);
      return change === null ? null : { ratio: change.ratio, interval: change.interval };
    });
    return {
      name,
      unit,
      values: byName(names, [a, ...pairs.map(({ rates }) => rates[index]!.b)]),
      changes: name === 'achieved' ? byName(names.slice(1), changes) : byName([], []),
    };
  });
}

/** Without a prototype: a target may have a name such as valueOf. */
function byName<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  const all: Record<string, T> = Object.create(null);
  for (const [i, name] of names.entries()) all[name] = values[i]!;
  return all;
}

/** Place and guarantees are known from any round that left a result, also from an invalid one. */
function summaryOf(side: SideRecord, data: readonly SideData[], rounds: readonly RoundResult[]): SideSummary {
  const own = data.find(({ name }) => name === side.name);
  const left = rounds.find(({ round, result }) => round.side === side.name && result !== undefined)?.result;
  return {
    ...side,
    place: [side.title, ...(left?.target?.place === undefined ? [] : [left.target.place])].join(' '),
    validRounds: own?.results.length ?? 0,
    facts: left?.target?.facts ?? null,
    cost: costOf(side, own),
  };
}

function costOf({ price }: SideRecord, own: SideData | undefined): SideCost | null {
  if (price === null) return null;
  const { usdPerHour } = price;
  const perSecond = own && medianOf(own.results.map(({ summary }) => summary.rate.achievedPerSecond));
  const millionsPerHour = perSecond === undefined ? 0 : (perSecond * HOUR_SECONDS) / 1e6;
  return {
    usdPerHour,
    usdPerMonth: usdPerHour * MONTH_HOURS,
    usdPerMillion: millionsPerHour > 0 ? usdPerHour / millionsPerHour : null,
  };
}
