import type { Scenario } from '../../workloads/scenario.ts';
import { sumOfEncoded } from '../histogram/encoded-sum.ts';
import { Histogram } from '../histogram/histogram.ts';
import { sumOfCompositions } from '../result/composition.ts';
import type { Cell, ConsumerCell, Interval, IntervalCell, ProducerCell, ProducerCounts } from '../result/result.ts';
import type { EncodedCell } from '../result/series-format.ts';

/** Form of the sums' histograms: the thousands of a series encoded, the few of the whole run at hand. */
export type Keep = 'sealed' | 'compact';
/** Adds up encoded histograms. */
export type SumOfTexts = (texts: readonly string[]) => string;

type AnyCell = Cell | IntervalCell | EncodedCell;

/**
 * Adds up cells of one kind, workload, phase, shard and consumer. Histograms are added slot by slot, so that the sum is what
 * one recorder would have had, whatever the order and grouping.
 * @returns one cell for each place, in the scenario's order, so that the order of the parts does not show.
 */
export function sumCells<C extends AnyCell>(
  cells: readonly C[],
  order: CellOrder,
  keep: Keep,
  sumOfTexts: SumOfTexts = sumOfEncoded,
): C[] {
  const places = new Map<string, C[]>();
  for (const cell of cells) {
    const key = placeOf(cell);
    const same = places.get(key);
    if (same === undefined) places.set(key, [cell]);
    else same.push(cell);
  }
  return [...places.values()].map((same) => sumOf(same, keep, sumOfTexts)).sort((a, b) => order.compare(a, b));
}

/** Cells that sumOfSeries adds up at a time: fast, and few enough to be in memory. */
const ADDED_UP_AT_ONCE = 1024;

/** Adds up the cells of all seconds, some at a time, because the series of a long run is on disk. */
export function sumOfSeries(series: readonly Pick<Interval, 'cells'>[], order: CellOrder): IntervalCell[] {
  let cells: IntervalCell[] = [];
  for (const second of series) {
    cells.push(...second.cells);
    if (cells.length >= ADDED_UP_AT_ONCE) cells = sumCells(cells, order, 'compact');
  }
  return sumCells(cells, order, 'compact');
}

/** Workloads, phases and consumers as the scenario names them, producers before consumers, shards by number. */
export class CellOrder {
  readonly #ranks = new Map<string, number>();

  constructor({ workloads, consumers }: Pick<Scenario, 'workloads' | 'consumers'>) {
    for (const [index, { name, phases }] of workloads.entries()) {
      this.#ranks.set(`workload ${name}`, index);
      for (const [place, phase] of phases.entries()) this.#ranks.set(`phase ${name}\n${phase.name}`, place);
    }
    for (const [index, { name }] of consumers.entries()) this.#ranks.set(`consumer ${name}`, index);
  }

  compare(a: AnyCell, b: AnyCell): number {
    return (
      this.#rank(`workload ${a.workload}`) - this.#rank(`workload ${b.workload}`) ||
      this.#rank(`phase ${a.workload}\n${a.phase}`) - this.#rank(`phase ${b.workload}\n${b.phase}`) ||
      shardRank(a) - shardRank(b) ||
      this.#consumerRank(a) - this.#consumerRank(b)
    );
  }

  #rank(name: string): number {
    return this.#ranks.get(name) ?? this.#ranks.size;
  }

  #consumerRank(cell: AnyCell): number {
    return cell.kind === 'producer' ? -1 : this.#rank(`consumer ${cell.consumer}`);
  }
}

function shardRank(cell: AnyCell): number {
  return 'shard' in cell ? (cell.shard ?? Number.MAX_SAFE_INTEGER) : 0;
}

function placeOf(cell: AnyCell): string {
  const shard = 'shard' in cell ? cell.shard : '';
  const consumer = cell.kind === 'producer' ? '' : cell.consumer;
  // Names hold no line breaks; see workloads/schema-fields.ts.
  return `${cell.kind}\n${cell.workload}\n${cell.phase}\n${shard}\n${consumer}`;
}

function sumOf<C extends AnyCell>(cells: readonly C[], keep: Keep, sumOfTexts: SumOfTexts): C {
  const [first] = cells as readonly [C, ...C[]];
  const clamped = sumOfClamped(cells);
  const composition = 'composition' in first ? sumOfCompositions(cells.map(compositionIn)) : undefined;
  const { clamped: _, composition: __, ...place } = first as C & Pick<ConsumerCell, 'composition'>;
  const sum = {
    ...place,
    counts: sumOfCounts(cells),
    histograms: sumOfHistograms(cells, keep, sumOfTexts),
    ...(Object.keys(clamped).length === 0 ? {} : { clamped }),
    ...(composition === undefined ? {} : { composition }),
  };
  return sum as unknown as C;
}

const compositionIn = (cell: AnyCell) => ('composition' in cell ? cell.composition : undefined);

function sumOfCounts(cells: readonly AnyCell[]): ProducerCounts | ConsumerCell['counts'] {
  const sums: Record<string, number> = {};
  for (const { counts } of cells) {
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums as unknown as ProducerCell['counts'];
}

function sumOfClamped(cells: readonly AnyCell[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { clamped = {} } of cells) {
    for (const [name, count] of Object.entries(clamped)) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}

/** Texts add up to a text. */
function sumOfHistograms(
  cells: readonly AnyCell[],
  keep: Keep,
  sumOfTexts: SumOfTexts,
): Record<string, Histogram | string> {
  const sums: Record<string, Histogram | string> = {};
  for (const name of Object.keys(cells[0]!.histograms)) {
    const all = cells.map((cell) => (cell.histograms as Readonly<Record<string, Histogram | string>>)[name]!);
    if (all.every((one) => typeof one === 'string')) sums[name] = sumOfTexts(all);
    else {
      const histograms = all.filter((one) => typeof one !== 'string');
      sums[name] = keep === 'sealed' ? Histogram.sealedSumOf(histograms) : Histogram.sumOf(histograms);
    }
  }
  return sums;
}
