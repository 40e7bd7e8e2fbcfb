import type {
  Cell,
  ConsumerLedger,
  Environment,
  ExpectedCost,
  FaultReport,
  HarnessCeiling,
  Interval,
  Ledger,
  Outcome,
  Result,
  TargetDescription,
  WorkerReport,
} from '../../reports/result/result.ts';
import { RESULT_SCHEMA_VERSION } from '../../reports/result/result.ts';
import type { TargetMetric } from '../../reports/result/target-metric.ts';
import type { UnfinishedHead } from '../../reports/result/unfinished-format.ts';
import { type Measurements, summarise } from '../../reports/summary/summary.ts';
import { judgeRun } from '../../reports/verdict/judge-run.ts';
import { judgeValidity, measureSelf } from '../../reports/verdict/validity.ts';
import { scenarioHash } from '../../workloads/scenario-hash.ts';
import type { ConsumerReport } from '../consumer/consumer.ts';
import { type ReceiptBook, type SentBook, settle } from '../consumer/ledger.ts';
import type { ProducerReport } from '../producer/producer-task.ts';
import { kindOf } from '../targets/targets.ts';
import { STATS } from '../threads/worker-stats.ts';
import type { RunPlan } from './run-plan.ts';
import type { ScenarioSteps } from './scenario-steps.ts';

/** Target's doing when producers could not send for more than this share of the run. */
const HELD_BACK_RATIO = 0.01;

/** Everything that a run leaves in memory. */
export interface MeasuredRun {
  readonly outcome: Outcome;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** From the schedule's start to the end of the drain. */
  readonly elapsedNs: number;
  readonly cells: readonly Cell[];
  readonly series: readonly Interval[];
  /** Sentences about seconds that were not kept as they were. */
  readonly notes: readonly string[];
  readonly steps: ScenarioSteps;
  readonly faults: readonly FaultReport[];
  readonly targetMetrics: readonly TargetMetric[];
  /** In the plan's order; undefined for a worker that died. */
  readonly producers: readonly (ProducerReport | undefined)[];
  readonly consumers: readonly (ConsumerReport | undefined)[];
  /** Share of the machine's CPU that others used; null where the system does not report it. */
  readonly otherCpuRatio: number | null;
}

/** Facts about a run that are known when it starts. */
export interface RunHead {
  readonly environment: Environment;
  readonly harnessCeiling: HarnessCeiling;
  readonly expectedCost: ExpectedCost | undefined;
}

/** The first line of what a run has on disk until its result is made. */
export function unfinishedHeadOf(plan: RunPlan, head: RunHead, startedAt: Date): UnfinishedHead {
  const { scenario, notes, part } = plan;
  const { environment, harnessCeiling, expectedCost } = head;
  return {
    schemaVersion: RESULT_SCHEMA_VERSION,
    tool: toolOf(environment),
    startedAt: startedAt.toISOString(),
    scenario,
    scenarioHash: scenarioHash(scenario),
    target: descriptionOf(plan),
    seed: scenario.seed,
    environment,
    harnessCeiling,
    ...(notes.length === 0 ? {} : { notes }),
    ...(expectedCost === undefined ? {} : { expectedCost }),
    ...(part === undefined ? {} : { part }),
  };
}

function descriptionOf({ scenario: { target }, target: { traits } }: RunPlan): TargetDescription {
  const kind = kindOf(target);
  const place = kind.place?.(target);
  const facts = kind.facts?.(target);
  return {
    title: kind.title(target),
    ...(place === undefined ? {} : { place }),
    residenceStart: traits.residenceStart,
    ...(facts === undefined ? {} : { facts }),
  };
}

const toolOf = ({ packages }: Environment): Result['tool'] => ({
  name: 'streamgauge',
  version: packages.streamgauge ?? 'unknown',
});

/** Puts together what a run left behind: closes the books, sums up, checks itself, judges. Writes nothing. */
export function makeResult(
  plan: RunPlan,
  run: MeasuredRun,
  { environment, harnessCeiling, expectedCost }: RunHead,
): Result {
  const { scenario } = plan;
  const measurements: Measurements = {
    scenario,
    cells: run.cells,
    series: run.series,
    ledger: ledgerOf(plan, run),
  };
  const workers = workerReports(plan, run);
  const targetLimited = wasHeldBack(plan, run);
  const steps = run.steps.reports(measurements.series);
  const { outcome, otherCpuRatio } = run;
  const notes = [...plan.notes, ...run.consumers.flatMap((report) => report?.notes ?? []), ...run.notes];
  const validity = judgeValidity(measureSelf(measurements, { outcome, workers, targetLimited, steps, otherCpuRatio }));
  const verdict = judgeRun(scenario.thresholds, { measurements, outcome, validity });
  return {
    schemaVersion: RESULT_SCHEMA_VERSION,
    tool: toolOf(environment),
    startedAt: run.startedAt.toISOString(),
    finishedAt: run.finishedAt.toISOString(),
    outcome: run.outcome,
    partial: run.outcome.kind !== 'completed',
    scenario,
    scenarioHash: scenarioHash(scenario),
    target: descriptionOf(plan),
    seed: scenario.seed,
    environment,
    harnessCeiling,
    validity,
    verdict,
    summary: summarise(measurements),
    cells: measurements.cells,
    series: measurements.series,
    workers,
    ...(steps.length === 0 ? {} : { steps }),
    ...(run.faults.length === 0 ? {} : { faults: run.faults }),
    ...(run.targetMetrics.length === 0 ? {} : { targetMetrics: run.targetMetrics }),
    ...(notes.length === 0 ? {} : { notes }),
    ...(expectedCost === undefined ? {} : { expectedCost }),
    ...(plan.part === undefined ? {} : { part: plan.part }),
  };
}

function ledgerOf(plan: RunPlan, run: MeasuredRun): Ledger {
  const none = new Float64Array();
  const sentBooks: SentBook[] = plan.producers.map(({ source, nextNumbers }, index) => ({
    source,
    next: nextNumbers,
    failed: run.producers[index]?.failed ?? none,
    unacknowledged: run.producers[index]?.unacknowledged ?? none,
  }));
  const receipts = receiptsOf(plan, run);
  const { ghosts, unacknowledged, failed, lost } = settle(sentBooks, receipts);
  const dead = recordsOfDead(plan, run);
  const notPickedUp = run.producers.reduce((sum, report) => sum + (report?.notPickedUp ?? 0), 0);
  const consumers = plan.scenario.consumers.map(({ name }): ConsumerLedger => {
    const own = receipts.filter(({ consumer }) => consumer === name);
    const sum = (count: (book: Receipts) => number) => own.reduce((total, book) => total + count(book), 0);
    return {
      name,
      received: sum(({ received }) => received),
      lost: Math.max(0, (lost.get(name) ?? 0) - dead.failed - dead.unacknowledged),
      duplicated: sum(({ duplicated }) => duplicated),
      reordered: sum(({ reordered }) => reordered),
      trimmedRecords: sum(({ trimmedRecords }) => trimmedRecords),
    };
  });
  const produced = (stat: keyof typeof STATS) =>
    plan.producers.reduce((total, { stats }) => total + new Float64Array(stats)[STATS[stat]]!, 0);
  const consumed = (count: keyof Omit<ConsumerLedger, 'name'>) =>
    consumers.reduce((total, ledger) => total + ledger[count], 0);
  return {
    sent: produced('acked') + ghosts,
    received: consumed('received'),
    lost: consumed('lost'),
    duplicated: consumed('duplicated'),
    reordered: consumed('reordered'),
    unacknowledged: unacknowledged + notPickedUp + dead.unacknowledged,
    failed: failed + dead.failed,
    dropped: produced('dropped'),
    consumers,
  };
}

/** A producer that died left no books, only its numbers: what it had no response for may have arrived or not. */
function recordsOfDead(plan: RunPlan, run: MeasuredRun): { failed: number; unacknowledged: number } {
  let [failed, unacknowledged] = [0, 0];
  for (const [index, { stats, nextNumbers }] of plan.producers.entries()) {
    if (run.producers[index] !== undefined) continue;
    const counts = new Float64Array(stats);
    const numbered = nextNumbers.reduce((sum, next) => sum + next, 0);
    failed += counts[STATS.failed]!;
    unacknowledged += Math.max(0, numbered - counts[STATS.acked]! - counts[STATS.failed]!);
  }
  return { failed, unacknowledged };
}

interface Receipts extends ReceiptBook {
  readonly received: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly trimmedRecords: number;
}

/** Returns what consumers received, on threads of their own or on those of their producers. */
function receiptsOf(plan: RunPlan, run: MeasuredRun): Receipts[] {
  const own = plan.consumers.map((task, index): Receipts => {
    const report = run.consumers[index];
    return {
      consumer: task.consumer.name,
      expected: task.receiver.expected,
      missing: report?.missing ?? new Float64Array(),
      received: report?.received ?? new Float64Array(task.stats)[STATS.received]!,
      duplicated: report?.duplicated ?? 0,
      reordered: report?.reordered ?? 0,
      trimmedRecords: report?.trimmedRecords ?? 0,
    };
  });
  const withProducers = plan.producers.flatMap(({ receivers }, index) =>
    receivers.map(({ expected }, i): Receipts => {
      const report = run.producers[index];
      const missing = report?.missing[i] ?? new Float64Array();
      return {
        consumer: plan.scenario.consumers[i]!.name,
        expected,
        missing,
        received: countOf(expected) - missingIn(missing),
        duplicated: report?.duplicated[i] ?? 0,
        reordered: report?.reordered[i] ?? 0,
        trimmedRecords: 0,
      };
    }),
  );
  return [...own, ...withProducers];
}

const countOf = (expected: ReceiptBook['expected']): number =>
  expected.reduce((total, numbers) => total + (numbers?.reduce((sum, next) => sum + next, 0) ?? 0), 0);

function missingIn(rows: Float64Array): number {
  let count = 0;
  for (let i = 0; i < rows.length; i += 4) count += rows[i + 3]! - rows[i + 2]!;
  return count;
}

function workerReports(plan: RunPlan, run: MeasuredRun): WorkerReport[] {
  const reportOf = (
    role: 'producer' | 'consumer',
    name: string,
    buffer: SharedArrayBuffer,
    counts: Readonly<Record<string, number>> = {},
  ): WorkerReport => {
    const stats = new Float64Array(buffer);
    return {
      role,
      name,
      cpuRatio: (stats[STATS.cpuUs]! * 1e3) / Math.max(1, run.elapsedNs),
      loopDelayP99Ns: stats[STATS.loopDelayP99Ns]!,
      maxPauseNs: stats[STATS.maxPauseNs]!,
      ...(Object.keys(counts).length === 0 ? {} : { counts }),
    };
  };
  return [
    ...plan.producers.map(({ workload, producerIndex, stats }, index) =>
      reportOf('producer', `${workload.name} ${producerIndex}`, stats, run.producers[index]?.counts),
    ),
    ...plan.consumers.map(({ consumer, stats }, index) =>
      reportOf('consumer', consumer.name, stats, run.consumers[index]?.counts),
    ),
  ];
}

function wasHeldBack(plan: RunPlan, run: MeasuredRun): boolean {
  return plan.producers.some(
    ({ stats }) => new Float64Array(stats)[STATS.heldBackNs]! > HELD_BACK_RATIO * run.elapsedNs,
  );
}
