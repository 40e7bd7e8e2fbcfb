import { formatDuration, formatRatio } from '../format/numbers.ts';
import type { Result } from '../result/result.ts';
import { medianOf } from '../statistics/moments.ts';
import { differ, each, type FairnessCheck, factText, fixOf, type SideData } from './side-data.ts';

/** Checks of the way to the target: its client and its reads are in every latency. */

/** Differences of the other load on the machine below this share of its CPU are not listed. */
const OTHER_CPU_RATIO = 0.05;
/** Above this share of the harness's own ceiling, the harness is part of what was measured. */
const CEILING_RATIO = 0.5;

export const place: FairnessCheck = (sides) => {
  const text = (side: SideData) => factText(side, ({ place: where }) => PLACE_TEXTS[where]);
  if (!differ(sides.map(text))) return undefined;
  const found = `The targets are at different distances. ${each(sides, text)}.`;
  return { topic: 'distance', found, fix: fixOf(sides, 'place', 'Put every target at the same distance.') };
};

const PLACE_TEXTS = {
  process: 'inside this process, no network',
  machine: 'on this machine, over loopback',
  network: 'over a network',
} as const;

export const sharedCores: FairnessCheck = (sides) => {
  const isHere = (side: SideData) => side.results[0].target?.facts?.place !== 'network';
  const others = sides.map(otherCpu);
  const isEven = Math.max(...others) - Math.min(...others) < OTHER_CPU_RATIO;
  if (!sides.some(isHere) || (isEven && !differ(sides.map(isHere)))) return undefined;
  const [{ results }] = sides as [SideData];
  const text = (side: SideData) =>
    `${isHere(side) ? 'shares them' : 'does not share them'}, other programs used ${formatRatio(otherCpu(side))} of them`;
  const { cores } = results[0].environment;
  const found = `Targets take time from the ${cores} cores of the load generator. ${each(sides, text)}.`;
  return { topic: 'shared cores', found, fix: 'Run targets on machines of their own.' };
};

function otherCpu({ results }: SideData): number {
  return medianOf(results.map(({ validity }) => validity.checks.otherCpuRatio ?? 0));
}

export const client: FairnessCheck = (sides) => {
  const name = (side: SideData) => factText(side, (facts) => facts.client);
  if (!differ(sides.map(name))) return undefined;
  const text = (side: SideData) => `${name(side)}, ${cpuText(side)} of CPU of producers for each record`;
  const found = `Latencies and rates contain the clients. ${each(sides, text)}.`;
  return { topic: 'client', found, fix: 'Read each number as that of a target with this client.' };
};

function cpuText({ results }: SideData): string {
  const perRecord = results.map(producerCpuNs).filter((ns) => Number.isFinite(ns));
  return perRecord.length === 0 ? 'an unknown time' : formatDuration(medianOf(perRecord));
}

/** CPU time of the producer threads over acknowledged records, in ns. Threads that spin until the next record is due count too. */
function producerCpuNs({ workers, series, summary }: Result): number {
  const ratio = workers.reduce((sum, { role, cpuRatio }) => sum + (role === 'producer' ? cpuRatio : 0), 0);
  return (ratio * (series.at(-1)?.endNs ?? 0)) / summary.ledger.sent;
}

export const batching: FairnessCheck = (sides) => {
  const way = (side: SideData) => factText(side, (facts) => facts.batching);
  if (!differ(sides.map(way))) return undefined;
  const text = (side: SideData) => `${way(side)}${callsText(side)}`;
  const found = `A batch of the scenario reaches the targets in different ways. ${each(sides, text)}.`;
  return { topic: 'batching', found, fix: 'Set producers.batch.records: 1 to leave nothing to batch.' };
};

function callsText({ results }: SideData): string {
  const perCall = results.flatMap(({ workers, summary }) => {
    const calls = workers.reduce((sum, { role, counts }) => sum + (role === 'producer' ? (counts?.calls ?? 0) : 0), 0);
    return calls > 0 ? [summary.ledger.sent / calls] : [];
  });
  return perCall.length === 0 ? '' : ` (${medianOf(perCall).toFixed(1)} records a call)`;
}

export const reading: FairnessCheck = (sides) => {
  const [{ results }] = sides as [SideData];
  const polling = results[0].scenario.consumers.filter((consumer) => consumer.kind === 'polling');
  const ending = (side: SideData) => factText(side, ({ polling: way }) => POLL_TEXTS[way]);
  if (polling.length === 0 || !differ(sides.map(ending))) return undefined;
  const waits = polling.map(({ name, intervalNs }) => `${name} every ${formatDuration(intervalNs)}`).join(', ');
  const found = `Polls (${waits}) end at different times. ${each(sides, ending)}.`;
  return { topic: 'reading', found, fix: fixOf(sides, 'reading', 'Use fan-out consumers.') };
};

const POLL_TEXTS = {
  returns: 'a poll that finds nothing returns at once, and the next one is an interval later',
  waits: 'a poll that finds nothing waits in the target for a record',
} as const;

export const compression: FairnessCheck = (sides) => {
  const text = (side: SideData) => factText(side, (facts) => facts.compression);
  if (!differ(sides.map(text))) return undefined;
  const found = `Records are compressed in different ways. ${each(sides, text)}.`;
  return { topic: 'compression', found, fix: 'Set compression: none, or payload.randomRatio: 1.' };
};

export const ceiling: FairnessCheck = (sides) => {
  const share = ({ results }: SideData) =>
    Math.max(
      ...results.map(({ summary, harnessCeiling: { recordsPerSecond } }) =>
        recordsPerSecond === null ? 0 : summary.rate.achievedPerSecond / recordsPerSecond,
      ),
    );
  if (!sides.some((side) => share(side) > CEILING_RATIO)) return undefined;
  const found = `The load is near the most that this load generator makes. ${each(sides, (side) => `${formatRatio(share(side))} of its ceiling`)}.`;
  return { topic: 'generator', found, fix: 'Lower the rate, or make the load in parts on several machines.' };
};

/** True if a workload records its first second. */
export const warmUp: FairnessCheck = (sides) => {
  const [{ results }] = sides as [SideData];
  const cold = results[0].scenario.workloads.filter(({ phases }) => {
    const first = phases.find(({ durationNs }) => durationNs > 0);
    return first?.recorded === true;
  });
  if (cold.length === 0) return undefined;
  const names = cold.map(({ name }) => name).join(', ');
  const found = `The rounds record from their first record (${names}): connections, first metadata and compilation are in the numbers, and differ by client.`;
  const fix = 'Begin the workload with a phase that has recorded: false.';
  return { topic: 'warm-up', found, fix };
};
