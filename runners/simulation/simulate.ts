import { conditionsOf, type SimulationOptions } from './conditions.ts';
import type { Load } from './load.ts';
import { simulateRates } from './rates-method.ts';
import { type RecordedLoad, simulateRecords } from './records-method.ts';
import type { SimulatedRun } from './simulated-run.ts';

export type { SimulationOptions } from './conditions.ts';

/** Loads with more records are simulated by rates unless the caller chooses: this many take some 10 s. */
const RECORDS_METHOD_MAX = 20_000_000;

/**
 * Simulates a load against a stream of so many even shards, in virtual time. The same load, shard count and options give the same run.
 *
 * @param shardCount 1 to 65,536.
 * @throws RangeError for another shard count, and for the method `records` if the load does not know its records.
 */
export function simulate(load: Load, shardCount: number, options: SimulationOptions): SimulatedRun {
  if (!Number.isInteger(shardCount) || shardCount < 1 || shardCount > 65_536) {
    throw new RangeError(`shardCount=${shardCount} is not a whole number from 1 to 65,536`);
  }
  const conditions = conditionsOf(shardCount, options);
  const { method = methodFor(load) } = options;
  if (method === 'rates') return simulateRates(load, conditions);
  if (!hasRecords(load)) throw new RangeError(`the load ${load.name} does not know its records`);
  return simulateRecords(load, conditions);
}

const methodFor = (load: Load) => (hasRecords(load) && load.records <= RECORDS_METHOD_MAX ? 'records' : 'rates');

const hasRecords = (load: Load): load is RecordedLoad => load.replay !== undefined;
