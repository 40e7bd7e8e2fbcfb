import { RandomStream } from '../../../workloads/random.ts';
import type { Load } from '../../simulation/load.ts';
import type { LoadWindow } from './busiest-window.ts';

/** One record, valid until the next one is taken. */
export interface WindowRecord {
  dueAtNs: number;
  hashRatio: number;
  bytes: number;
}

/** The records of a load that are due in a window, by time: its own if it knows them, else drawn from its rates. */
export function windowRecords(
  load: Load,
  window: LoadWindow,
  counts: readonly number[],
  seed: number,
): Iterable<WindowRecord> {
  return load.replay === undefined ? drawnRecords(load, window, counts, seed) : ownRecords(load.replay(), window);
}

function* ownRecords(
  chunks: ReturnType<NonNullable<Load['replay']>>,
  { fromNs, toNs }: LoadWindow,
): Generator<WindowRecord> {
  const record: WindowRecord = { dueAtNs: 0, hashRatio: 0, bytes: 0 };
  for (const { count, dueAtNs, hashRatio, bytes } of chunks) {
    for (let row = 0; row < count; row++) {
      const due = dueAtNs[row]!;
      if (due < fromNs) continue;
      if (due >= toNs) return;
      record.dueAtNs = due;
      record.hashRatio = hashRatio[row]!;
      record.bytes = bytes[row]!;
      yield record;
    }
  }
}

/** A Poisson process with the rate of each step, on hash keys in the shares of cells that all shard counts cut alike. */
function* drawnRecords(
  { rates, keys }: Load,
  { fromNs, toNs }: LoadWindow,
  counts: readonly number[],
  seed: number,
): Generator<WindowRecord> {
  const random = new RandomStream(seed, 'verify');
  const cells = counts.reduce((product, count) => product * count, 1);
  const shares = keys.recordShares(cells);
  const upTo = new Float64Array(cells);
  let sum = 0;
  for (let cell = 0; cell < cells; cell++) upTo[cell] = sum += shares[cell]!;
  const record: WindowRecord = { dueAtNs: 0, hashRatio: 0, bytes: 0 };
  for (let atNs = fromNs; ; ) {
    const step = Math.min(rates.recordsOfStep.length - 1, Math.floor(atNs / rates.stepNs));
    const records = rates.recordsOfStep[step]!;
    const endNs = Math.min(toNs, (step + 1) * rates.stepNs);
    // The exponential has no memory, so a gap that leaves its step may begin again in the next one.
    const gapNs = records > 0 ? (-Math.log(1 - random.uniform()) * rates.stepNs) / records : Number.POSITIVE_INFINITY;
    if (atNs + gapNs >= endNs) {
      if (endNs >= toNs) return;
      atNs = endNs;
      continue;
    }
    atNs += gapNs;
    record.dueAtNs = atNs;
    record.hashRatio = (firstAbove(upTo, random.uniform() * sum) + 0.5) / cells;
    record.bytes = Math.max(1, Math.round(rates.bytesOfStep[step]! / records));
    yield record;
  }
}

/** The index of the first value above `wanted`. */
function firstAbove(values: Float64Array, wanted: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
