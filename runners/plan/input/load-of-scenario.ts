import { quantileMeanNs } from '../../../engine/twin/latency-profile.ts';
import type { ConsumerSpec, Scenario } from '../../../workloads/scenario.ts';
import { scheduleEndNs } from '../../../workloads/schedule.ts';
import type { SimulationOptions } from '../../simulation/conditions.ts';
import type { ConsumerModel, Load, ProducerModel } from '../../simulation/load.ts';
import { kindOf } from '../../targets/targets.ts';
import { rememberedRecords } from './remembered-records.ts';
import { scenarioKeys } from './scenario-keys.ts';
import { scenarioRates } from './scenario-rates.ts';
import { scenarioRecords } from './scenario-records.ts';
import { SDK_PRODUCERS } from './sdk-producers.ts';
import { workloadTables } from './workload-tables.ts';

/** 22 bytes each: 44 MB. */
const REMEMBERED_RECORDS_MAX = 2_000_000;

/**
 * The load of a scenario: exactly the records that a run of it makes, with the scenario's seed.
 *
 * Reads recordings. Steps and faults of the scenario are not part of its load.
 * @throws ScenarioError when a recording changed or was deleted since the scenario was resolved.
 */
export function loadOfScenario(scenario: Scenario): Load {
  const { seed, workloads, consumers, name } = scenario;
  const tables = workloads.map((workload) => workloadTables(workload, scenario));
  const durationNs = scheduleEndNs(workloads);
  const rates = scenarioRates(tables, seed, durationNs);
  const ownRecords = tables.map((own) => sumOf(scenarioRates([own], seed, durationNs).recordsOfStep));
  return {
    name,
    durationNs,
    records: sumOf(rates.recordsOfStep),
    bytes: sumOf(rates.bytesOfStep),
    replay: rememberedRecords(() => scenarioRecords(tables, seed), REMEMBERED_RECORDS_MAX),
    rates,
    keys: scenarioKeys(tables, ownRecords),
    ...producersOf(scenario),
    consumers: consumers.flatMap(consumerModels),
    notes: notesOf(scenario),
  };
}

/** The conditions of a run of a scenario on the engine: its limits, its latencies and its seed. */
export function conditionsOfScenario({ seed, target }: Scenario): SimulationOptions {
  return { seed, ...kindOf(target).plan?.conditions?.(target) };
}

function producersOf({ workloads, target }: Scenario): Pick<Load, 'producers' | 'producerGroups'> {
  const call = callOf(target);
  const groups = workloads.map(({ producers: { count, batch, whenBusy, retry, inFlight } }) => {
    return { count, batch, whenBusy, retry, inFlight, ...call };
  });
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  return { producers: { ...groups[0]!, count }, ...(groups.length > 1 ? { producerGroups: groups } : {}) };
}

/** The time of a call: that of a profile's puts, or an assumption for AWS. The engine responds at once. */
function callOf(target: Scenario['target']): Pick<ProducerModel, 'callNs' | 'callQuantiles'> {
  const latency = kindOf(target).plan?.putLatency?.(target);
  if (latency === undefined) return { callNs: 0 };
  if (latency === 'assumed') return { callNs: SDK_PRODUCERS.callNs };
  return { callNs: quantileMeanNs(latency), callQuantiles: latency };
}

/** A run's consumers poll every shard at multiples of their interval, counted from the start of the load. */
function consumerModels({ name, ...consumer }: ConsumerSpec): ConsumerModel[] {
  // A consumer of what was delivered reads from no shard.
  if (consumer.kind === 'delivered' || consumer.kind === 'group') return [];
  if (consumer.kind === 'fan-out') return [{ name, kind: 'fan-out' }];
  return [{ name, kind: 'polling', intervalNs: consumer.intervalNs, phaseNs: 0 }];
}

function notesOf({ steps = [], faults = [], workloads, consumers }: Scenario): string[] {
  const notes: string[] = [];
  if (consumers.some(({ kind }) => kind === 'delivered')) {
    notes.push(
      'The scenario loads a delivery stream. The plan is of a Kinesis stream for the same load, without consumers.',
    );
  }
  if (steps.length > 0) notes.push('The scenario changes its shards while it runs; the plan leaves these steps out.');
  if (faults.length > 0) notes.push('The scenario has faults; the plan leaves them out.');
  if (workloads.some(({ arrivals }) => arrivals.kind === 'constant')) {
    notes.push('Arrivals are evenly spaced, as the scenario states. Real producers are less regular.');
  }
  return notes;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
