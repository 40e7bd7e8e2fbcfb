import type { TrialWindow } from '../../reports/knee/measure-trial.ts';
import type { TrialRequest } from '../../reports/knee/trial.ts';
import type { Phase, Scenario, Workload } from '../../workloads/scenario.ts';
import { expectedRecords } from '../../workloads/schedule.ts';

/** Share of the rate during the warm-up. Threads compile their code at the start, and the backlog of that time can drain. */
const WARM_UP_RATIO = 0.8;
/** Share of the rate after an overload, until the backlog has drained. */
const RELIEF_RATIO = 0.5;
const RELIEF_SPARE_FACTOR = 1.5;
const NS_PER_SECOND = 1e9;

export interface TrialLengths {
  readonly warmUpNs: number;
  readonly trialNs: number;
}

export interface TrialRun {
  readonly scenario: Scenario;
  readonly window: TrialWindow;
}

/**
 * Returns the scenario at a constant rate. Each workload keeps its share of the rate, its keys, payloads, producers and kind of arrivals.
 *
 *   from below     | warm-up 80 % |            trial 100 %            |
 *   from above     | overload | relief 50 % |       trial 100 %       |
 *
 * Only the trial is recorded. Steps are removed, because a trial has one shard count.
 */
export function trialScenario(
  scenario: Scenario,
  { ratePerSecond, afterOverloadPerSecond }: TrialRequest,
  { warmUpNs, trialNs }: TrialLengths,
  objectives: readonly string[],
): TrialRun {
  const lead =
    afterOverloadPerSecond === undefined
      ? [{ name: 'warm-up', durationNs: warmUpNs, ratePerSecond: WARM_UP_RATIO * ratePerSecond }]
      : [
          { name: 'overload', durationNs: warmUpNs, ratePerSecond: afterOverloadPerSecond },
          {
            name: 'relief',
            durationNs: warmUpNs * reliefFactor(ratePerSecond, afterOverloadPerSecond),
            ratePerSecond: RELIEF_RATIO * ratePerSecond,
          },
        ];
  const phases = phasesOf([...lead, { name: 'trial', durationNs: trialNs, ratePerSecond }]);
  const base = baseRatePerSecond(scenario);
  const { steps: _, ...rest } = scenario;
  const workloads = scenario.workloads.map((workload) => ({
    ...workload,
    phases: phases.map((phase) => scaled(phase, meanRatePerSecond(workload) / base)),
  }));
  const { startNs, durationNs } = phases.at(-1)!;
  return {
    scenario: { ...rest, workloads, thresholds: objectives },
    window: { startNs, endNs: startNs + durationNs },
  };
}

/** Returns the mean records/s of the recorded phases of all workloads together; 0 if the scenario sets no rate. */
export function baseRatePerSecond({ workloads }: Pick<Scenario, 'workloads'>): number {
  return workloads.reduce((sum, workload) => sum + meanRatePerSecond(workload), 0);
}

function meanRatePerSecond(workload: Workload): number {
  const recorded = workload.phases.filter((phase) => phase.recorded);
  const durationNs = recorded.reduce((sum, phase) => sum + phase.durationNs, 0);
  const records = recorded.reduce(
    (sum, { startNs, durationNs: ns }) => sum + expectedRecords(workload, startNs, startNs + ns),
    0,
  );
  return durationNs > 0 ? records / (durationNs / NS_PER_SECOND) : 0;
}

/** Returns the length of the relief divided by that of the overload, so that the excess drains with time to spare. */
function reliefFactor(ratePerSecond: number, overloadPerSecond: number): number {
  const excess = Math.max(0, overloadPerSecond / ratePerSecond - 1);
  return Math.max(1, (RELIEF_SPARE_FACTOR * excess) / (1 - RELIEF_RATIO));
}

interface PlannedPhase {
  readonly name: string;
  readonly durationNs: number;
  readonly ratePerSecond: number;
}

function phasesOf(planned: readonly PlannedPhase[]): Phase[] {
  let startNs = 0;
  return planned.map(({ name, durationNs, ratePerSecond }, index) => {
    const phase = {
      name,
      startNs,
      durationNs: Math.round(durationNs),
      fromPerSecond: ratePerSecond,
      toPerSecond: ratePerSecond,
      recorded: index === planned.length - 1,
    };
    startNs += phase.durationNs;
    return phase;
  });
}

const scaled = (phase: Phase, share: number): Phase => ({
  ...phase,
  fromPerSecond: phase.fromPerSecond * share,
  toPerSecond: phase.toPerSecond * share,
});
