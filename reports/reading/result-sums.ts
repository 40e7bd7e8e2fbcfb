import { compositionProblem } from '../result/composition.ts';
import type { Cell, ConsumerLedger, Interval, IntervalCell, Result } from '../result/result.ts';
import { measurementsOf, summarise } from '../summary/summary.ts';

/** Numbers computed from the same cells may differ in the last bits if another JavaScript engine added them up. */
const ROUNDING_RATIO = 1e-9;

/**
 * Computes the summary again from the cells and the series.
 * @returns the first number that differs from the file's as a clause, or undefined.
 */
export function sumProblem(result: Result): string | undefined {
  const { spans, rate, consumers, phases, composition } = summarise(measurementsOf(result));
  return (
    problemOfCompositions(result.cells) ??
    firstDifference(result.summary.spans, spans, 'summary.spans') ??
    firstDifference(result.summary.rate, rate, 'summary.rate') ??
    firstDifference(result.summary.consumers.length, consumers.length, 'summary.consumers.length') ??
    firstDifference(result.summary.consumers, consumers, 'summary.consumers') ??
    firstDifference(result.summary.phases.length, phases.length, 'summary.phases.length') ??
    firstDifference(result.summary.phases, phases, 'summary.phases') ??
    firstDifference(result.summary.composition ?? NONE, composition ?? NONE, 'summary.composition') ??
    ledgerProblem(result)
  );
}

/** Replaces a missing composition, so that the difference is reported as numbers. */
const NONE = { all: null, p50: null, p99: null };

function problemOfCompositions(cells: readonly Cell[]): string | undefined {
  for (const cell of cells) {
    if (cell.kind !== 'consumer' || cell.composition === undefined) continue;
    const problem = compositionProblem(cell.composition, cell.histograms.putToGet);
    if (problem === undefined) continue;
    const place = `${cell.workload}, ${cell.phase}, ${cell.consumer}${cell.shard === null ? '' : `, shard ${cell.shard}`}`;
    return `the composition of ${place} ${problem}`;
  }
  return undefined;
}

/**
 * Compares the counts of the seconds with those of the cells, for each workload, phase and consumer, over all shards.
 * @returns the first difference as a clause, or undefined.
 */
export function seriesProblem({ cells, series }: Result): string | undefined {
  const totals = countsByPlace(cells);
  const seconds = countsByPlace(cellsOf(series));
  for (const place of new Set([...totals.keys(), ...seconds.keys()])) {
    const ofSeconds = Object.fromEntries(seconds.get(place) ?? []);
    const problem = firstDifference(ofSeconds, Object.fromEntries(totals.get(place) ?? []), `the series' ${place}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The cells of all seconds, one second at a time, because those of a long run are on disk. */
export function* cellsOf(series: readonly Interval[]): Generator<IntervalCell, void> {
  for (const { cells } of series) yield* cells;
}

function countsByPlace(cells: Iterable<Cell | IntervalCell>): Map<string, Map<string, number>> {
  const places = new Map<string, Map<string, number>>();
  for (const cell of cells) {
    const place = `${cell.workload}, ${cell.phase}, ${cell.kind === 'consumer' ? cell.consumer : 'producers'}`;
    const counts = places.get(place) ?? new Map<string, number>();
    places.set(place, counts);
    for (const [name, count] of Object.entries(cell.counts)) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return places;
}

function ledgerProblem({ summary: { ledger } }: Result): string | undefined {
  const total = (name: Exclude<keyof ConsumerLedger, 'name'>) =>
    ledger.consumers.reduce((sum, consumer) => sum + consumer[name], 0);
  const { received, lost, duplicated, reordered } = ledger;
  const totals = {
    received: total('received'),
    lost: total('lost'),
    duplicated: total('duplicated'),
    reordered: total('reordered'),
  };
  return firstDifference({ received, lost, duplicated, reordered }, totals, 'summary.ledger');
}

export function firstDifference(stored: unknown, made: unknown, path: string): string | undefined {
  if (typeof made === 'object' && made !== null && typeof stored === 'object' && stored !== null) {
    const storedFields = new Map(Object.entries(stored));
    for (const [name, value] of Object.entries(made)) {
      const problem = firstDifference(storedFields.get(name), value, `${path}.${name}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  return isSame(stored, made) ? undefined : `${path} is ${textOf(stored)}, and the cells give ${textOf(made)}`;
}

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

function isSame(stored: unknown, made: unknown): boolean {
  if (typeof stored !== 'number' || typeof made !== 'number') return stored === made;
  return Math.abs(stored - made) <= ROUNDING_RATIO * Math.max(Math.abs(stored), Math.abs(made));
}
