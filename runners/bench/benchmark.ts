/** One figure of a benchmark: the median of its repeats and their spread. NaN, null in JSON, where there is no figure. */
export interface BenchmarkRow {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Median of ours over median of the peer's, taken in turn. */
  readonly ratio?: number;
  /** Text that explains the figure, or why there is none. */
  readonly note?: string;
}

export interface Benchmark {
  readonly name: string;
  /** Title of the measurement, for people. */
  readonly title: string;
  /** Takes minutes or much of the disk: not run unless it is named. */
  readonly onlyByName?: boolean;
  /**
   * Measures, and checks its own result.
   * @throws WrongResult if the computed result is wrong, because its speed then means nothing.
   */
  run(): Promise<BenchmarkRow[]>;
}

export class WrongResult extends Error {
  override readonly name = 'WrongResult';
}

export function holds(condition: boolean, what: string): void {
  if (!condition) throw new WrongResult(what);
}

export function rowOf(name: string, unit: string, values: readonly number[], ratio?: number): BenchmarkRow {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    name,
    unit,
    median: medianOf(sorted),
    min: sorted[0]!,
    max: sorted.at(-1)!,
    ...(ratio === undefined ? {} : { ratio }),
  };
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export async function repeated(times: number, measure: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let i = 0; i < times; i++) values.push(await measure());
  return values;
}
