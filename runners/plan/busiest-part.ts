import type { Load } from '../simulation/load.ts';
import { busiestWindow } from './verify/busiest-window.ts';

/** The busiest minute of a load by its rates, as a load: quick to simulate, and what the rest of a steady load is like. */
export function busiestPart(load: Load): Load {
  const { replay: _replay, bursts: _bursts, ...rest } = load;
  const { stepNs, recordsOfStep, bytesOfStep } = load.rates;
  const { fromNs, toNs } = busiestWindow(load, Number.POSITIVE_INFINITY);
  const first = Math.floor(fromNs / stepNs);
  const end = Math.max(first + 1, Math.round(toNs / stepNs));
  const rates = {
    ...load.rates,
    recordsOfStep: recordsOfStep.slice(first, end),
    bytesOfStep: bytesOfStep.slice(first, end),
  };
  return {
    ...rest,
    durationNs: Math.min(load.durationNs, (end - first) * stepNs),
    records: sumOf(rates.recordsOfStep),
    bytes: sumOf(rates.bytesOfStep),
    rates,
  };
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
