import { batching, ceiling, client, compression, place, reading, sharedCores, warmUp } from './fairness-client.ts';
import { drift, events, keys, overload, recordSize, shards } from './fairness-load.ts';
import { clocks, durability, limits, model, throttling } from './fairness-promises.ts';
import type { FairnessCheck, FairnessLine, SideData } from './side-data.ts';

/** In the order in which they matter to most readers: promises, distance, load, client, machine. */
const CHECKS: readonly FairnessCheck[] = [
  durability,
  model,
  place,
  sharedCores,
  limits,
  overload,
  throttling,
  shards,
  keys,
  recordSize,
  batching,
  compression,
  client,
  reading,
  clocks,
  events,
  warmUp,
  ceiling,
  drift,
];

/** Returns what makes a comparison of these targets unfair, found in their settings and in their runs. */
export function fairnessOf(sides: readonly SideData[]): FairnessLine[] {
  if (sides.length < 2) return [];
  return CHECKS.flatMap((check) => check(sides) ?? []);
}
