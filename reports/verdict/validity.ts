import { formatCount, formatDuration, formatRatio } from '../format/numbers.ts';
import { stepText } from '../format/step-text.ts';
import type { Histogram } from '../histogram/histogram.ts';
import type {
  Ledger,
  Outcome,
  StepOutcome,
  StepReport,
  Validity,
  ValidityChecks,
  ValidityReason,
  WorkerReport,
} from '../result/result.ts';
import { mergedHistogram, producerTotals, selectCells } from '../summary/cells.ts';
import { phaseGraceNs } from '../summary/phase-grace.ts';
import { type Measurements, summariseRate } from '../summary/summary.ts';
import {
  type DecidedByLag,
  decidedByLag,
  type LatenessAt,
  lagLimitNs,
  loopDelayLimitNs,
  measureLateness,
} from './lateness.ts';

/** A worker that waits for less than a twentieth of the time has nothing left to give. */
const WORKER_CPU_LIMIT_RATIO = 0.95;
/** Below it a rate counts as missed: RFC 2544 searches require zero loss, load generators commonly for 99 %. */
export const ACHIEVED_LIMIT_RATIO = 0.99;
/** Rejected and failed records up to this share are noise; more means that the target held the producers back. */
export const TARGET_LIMIT_RATIO = 0.01;
/** Both sides of Little's law are taken from the same clock readings. What is left is the histogram's rounding. */
const LITTLES_LAW_LIMIT_RATIO = 0.05;
const LITTLES_LAW_LIMIT_RECORDS = 1;
/** Other programs that use more of the CPU than this are named as a likely cause of lateness; `doctor` warns there too. */
const OTHER_CPU_NOTABLE_RATIO = 0.05;

/** The numbers that validity is judged by. Latencies are in ns over the recorded phases, null if nothing was measured. */
export interface SelfMeasurements {
  readonly completed: boolean;
  /** Lateness of producers by percentile, lowest first. */
  readonly lateness: readonly LatenessAt[];
  /** Thresholds that failed and would have held without that lateness. */
  readonly decidedByLag: readonly DecidedByLag[];
  readonly scheduleLagP99Ns: number | null;
  readonly sendDelayP99Ns: number | null;
  readonly achievedRatio: number | null;
  /** Lateness up to this cannot make a record miss its phase. */
  readonly phaseGraceNs: number;
  /** True if the target rejected or failed records, or producers were out of in-flight slots. */
  readonly targetHeldBack: boolean;
  /** Mean number of records in flight over the whole run; null if it cannot be compared with the latencies. */
  readonly inFlightMean: number | null;
  /** The same from the latencies: the sum of all of them over the run's length. */
  readonly inFlightExpected: number | null;
  readonly ledger: Ledger;
  readonly workers: readonly Pick<WorkerReport, 'role' | 'name' | 'cpuRatio' | 'loopDelayP99Ns'>[];
  readonly steps?: readonly StepReport[];
  readonly cut?: CutKind | undefined;
  /** Share of the machine's CPU that other programs used during the run; null if the system does not report it. */
  readonly otherCpuRatio?: number | null;
}

/** A stretch of a run by time has records at its edges that were due outside of it, or acknowledged there. */
type CutKind = 'time' | 'phase';

export interface RunFacts {
  readonly outcome: Outcome;
  readonly workers: readonly WorkerReport[];
  /** True if a runner knows of a stall or of full in-flight slots; rejected and dropped records are seen without it. */
  readonly targetLimited?: boolean;
  readonly steps?: readonly StepReport[];
  readonly cut?: CutKind;
  readonly otherCpuRatio?: number | null;
}

/** The run's own numbers, taken out of its measurements. */
export function measureSelf(measurements: Measurements, facts: RunFacts): SelfMeasurements {
  const { scenario, ledger } = measurements;
  const { outcome, workers, targetLimited, steps = [], cut, otherCpuRatio = null } = facts;
  const cells = selectCells(measurements.cells, scenario);
  const totals = producerTotals(cells);
  const rejected = totals.throttled + totals.failed;
  const completed = outcome.kind === 'completed';
  return {
    completed,
    lateness: measureLateness(measurements),
    decidedByLag: decidedByLag(measurements),
    scheduleLagP99Ns: percentileOrNull(mergedHistogram(cells, 'scheduleLag'), 99),
    sendDelayP99Ns: percentileOrNull(mergedHistogram(cells, 'sendDelay'), 99),
    achievedRatio: summariseRate(measurements).ratio,
    phaseGraceNs: phaseGraceNs(scenario),
    targetHeldBack: targetLimited === true || totals.dropped > 0 || rejected > TARGET_LIMIT_RATIO * totals.acked,
    ...measureInFlight(measurements, completed && cut === undefined),
    ledger,
    workers,
    steps,
    cut,
    otherCpuRatio,
  };
}

/**
 * Both sides of Little's law over the whole run, all phases, from before the first record until after the last response:
 * the integral of records in flight is then the sum of their times in flight, whatever the target did. Records that failed
 * were in flight and have no latency, so with a single one of them the two cannot be compared.
 */
function measureInFlight(
  { cells, series, ledger }: Measurements,
  isWhole: boolean,
): Pick<SelfMeasurements, 'inFlightMean' | 'inFlightExpected'> {
  const ackLatency = mergedHistogram(cells, 'ackLatency');
  const lengthNs = (series.at(-1)?.endNs ?? 0) - (series[0]?.startNs ?? 0);
  const isExact = isWhole && ledger.failed === 0 && ledger.unacknowledged === 0;
  if (!isExact || ackLatency.count === 0 || lengthNs <= 0) return { inFlightMean: null, inFlightExpected: null };
  const area = series.reduce((sum, { startNs, endNs, gauges }) => sum + gauges.inFlight * (endNs - startNs), 0);
  return { inFlightMean: area / lengthNs, inFlightExpected: (ackLatency.meanNs * ackLatency.count) / lengthNs };
}

/** Was the generator good enough for its numbers to be about the target? Lost records by themselves do not make a run invalid. */
export function judgeValidity(self: SelfMeasurements): Validity {
  const checks = checksOf(self);
  const reasons = [
    ...scheduleLagReasons(self),
    ...loopDelayReasons(self),
    ...workerCpuReasons(self),
    ...slowGeneratorReasons(self, checks),
    ...littlesLawReasons(self),
    ...ledgerReasons(self, checks),
    ...stepReasons(self),
  ];
  return { kind: reasons.length === 0 ? 'valid' : 'invalid', reasons, checks };
}

function checksOf(self: SelfMeasurements): ValidityChecks {
  const tail = self.lateness.at(-1);
  const limitNs = lagLimitNs(tail ?? { responseNs: null, judgedNs: null });
  const loops = load(self).flatMap(({ loopDelayP99Ns }) => loopDelayP99Ns ?? []);
  const { ledger } = self;
  return {
    scheduleLagP99Ns: self.scheduleLagP99Ns,
    scheduleLagLimitNs: self.scheduleLagP99Ns === null ? null : limitNs,
    loopDelayP99Ns: loops.length === 0 ? null : Math.max(...loops),
    workerCpuRatio: load(self).length === 0 ? null : Math.max(...load(self).map(({ cpuRatio }) => cpuRatio)),
    otherCpuRatio: self.otherCpuRatio ?? null,
    achievedRatio: self.achievedRatio,
    // A producer that looks in time and hands over late was waiting for a slot: the target's doing.
    targetLimited: self.targetHeldBack || (!isLate(self) && isAbove(self.sendDelayP99Ns, limitNs)),
    inFlightMean: self.inFlightMean,
    inFlightExpected: self.inFlightExpected,
    ledgerDifference: self.completed ? ledger.received + ledger.lost - ledger.sent * ledger.consumers.length : null,
  };
}

const isTooLate = (at: LatenessAt): boolean => at.lagNs > lagLimitNs(at);

/** True if producers were late enough to move a number that is reported or judged. */
function isLate({ lateness, decidedByLag: decided }: SelfMeasurements): boolean {
  return decided.length > 0 || lateness.some(isTooLate);
}

function scheduleLagReasons(self: SelfMeasurements): ValidityReason[] {
  const fix = `Add producers, lower the rate, or leave more of the machine to the run. ${machineHint(self)}`;
  const worst = self.lateness.findLast(isTooLate);
  if (worst !== undefined) {
    const { percentile, lagNs } = worst;
    const what = `Producers came to a record ${formatDuration(lagNs)} late at p${percentile}; ${formatDuration(lagLimitNs(worst))} is the limit.`;
    return [{ code: 'SCHEDULE_LAG', what, fix }];
  }
  return self.decidedByLag.slice(0, 1).map(({ text, lagNs }) => ({
    code: 'SCHEDULE_LAG',
    what: `"${text}" failed only because producers came to records up to ${formatDuration(lagNs)} late.`,
    fix,
  }));
}

/**
 * A late loop of a producer matters only to records that were due meanwhile, and those show it as schedule lag. A consumer has no
 * schedule: the delay of its loop is all that shows its lateness.
 */
function loopDelayReasons(self: SelfMeasurements): ValidityReason[] {
  const limitNs = loopDelayLimitNs(self.lateness.at(-1));
  return load(self)
    .filter(({ loopDelayP99Ns = 0 }) => loopDelayP99Ns > limitNs)
    .filter(({ role }) => role === 'consumer' || isLate(self))
    .map(({ role, name, loopDelayP99Ns = 0 }) => ({
      code: 'LOOP_DELAY',
      what: `The loop of ${role} ${name} was held up for ${formatDuration(loopDelayP99Ns)} at p99; ${formatDuration(limitNs)} is the limit.`,
      fix: `Use smaller batches, or give each worker less to do. ${machineHint(self)}`,
    }));
}

function workerCpuReasons(self: SelfMeasurements): ValidityReason[] {
  if (!isLate(self)) return [];
  return self.workers
    .filter(({ role, cpuRatio }) => role === 'producer' && cpuRatio > WORKER_CPU_LIMIT_RATIO)
    .map(({ name, cpuRatio }) => ({
      code: 'WORKER_CPU',
      what: `Producer ${name} was busy ${formatRatio(cpuRatio)} of the time and still late.`,
      fix: 'Add producers if there are idle cores, or lower the rate.',
    }));
}

/**
 * The rate was missed, and producers were late enough to have missed it themselves: a record counts as achieved if it was handed
 * over within the grace after its phase, so producers that were less late than that at p99 cost less than 1 % of the rate.
 */
function slowGeneratorReasons(self: SelfMeasurements, checks: ValidityChecks): ValidityReason[] {
  const { achievedRatio, scheduleLagP99Ns, targetLimited } = checks;
  if (!self.completed || self.cut === 'time' || achievedRatio === null || targetLimited) return [];
  if (achievedRatio >= ACHIEVED_LIMIT_RATIO || !isAbove(scheduleLagP99Ns, self.phaseGraceNs)) return [];
  return [
    {
      code: 'GENERATOR_SLOW',
      what: `${formatRatio(achievedRatio)} of the intended rate was achieved: producers came to a record ${formatDuration(scheduleLagP99Ns ?? 0)} late at p99, and the target did not hold them back.`,
      fix: `Add producers, use larger batches, or lower the rate below the harness ceiling. ${machineHint(self)}`,
    },
  ];
}

/** Names other load of the machine, and how to find out more. */
function machineHint({ otherCpuRatio = null }: SelfMeasurements): string {
  const doctor = '`streamgauge doctor` checks this machine.';
  if (otherCpuRatio === null) return doctor;
  const used = `Other programs used ${formatRatio(otherCpuRatio)} of the CPU during the run`;
  return otherCpuRatio > OTHER_CPU_NOTABLE_RATIO ? `${used}: close them. ${doctor}` : `${used}. ${doctor}`;
}

/** Little's law: records in flight = rate * time in flight, whatever the distributions. Source: Little, 1961. */
function littlesLawReasons({ inFlightMean, inFlightExpected }: SelfMeasurements): ValidityReason[] {
  if (inFlightMean === null || inFlightExpected === null) return [];
  const limit = Math.max(LITTLES_LAW_LIMIT_RECORDS, LITTLES_LAW_LIMIT_RATIO * inFlightExpected);
  if (Math.abs(inFlightMean - inFlightExpected) <= limit) return [];
  return [
    {
      code: 'LITTLES_LAW',
      what: `${inFlightMean.toFixed(1)} records were in flight on average; their latencies add up to ${inFlightExpected.toFixed(1)}.`,
      fix: 'Latencies or counts are wrong: report it with the result file.',
    },
  ];
}

function ledgerReasons(
  { completed, ledger }: SelfMeasurements,
  { ledgerDifference }: ValidityChecks,
): ValidityReason[] {
  if (!completed) return [];
  const fix = 'Records were counted wrongly: report it with the result file.';
  const odd = ledger.consumers.filter(({ received, lost }) => received + lost !== ledger.sent);
  const reasons = odd.map(
    ({ name, received, lost }): ValidityReason => ({
      code: 'LEDGER',
      what: `${name} received ${formatCount(received)} and lost ${formatCount(lost)} of ${formatCount(ledger.sent)} sent: together not the same.`,
      fix,
    }),
  );
  if (reasons.length > 0 || ledgerDifference === 0) return reasons;
  const what = `received=${ledger.received} lost=${ledger.lost} sent=${ledger.sent} consumers=${ledger.consumers.length}`;
  return [{ code: 'LEDGER', what: `${what}: received + lost is not sent * consumers.`, fix }];
}

/** A run that lacks one of its changes of shards is another run. The reason names who did not carry it out. */
function stepReasons({ completed, steps = [] }: SelfMeasurements): ValidityReason[] {
  if (!completed) return [];
  return steps.flatMap(({ step, outcome }) => stepReason(stepText(step), outcome) ?? []);
}

function stepReason(step: string, outcome: StepOutcome): ValidityReason | undefined {
  switch (outcome.kind) {
    case 'done':
      return undefined;
    case 'failed': {
      const what = `The target did not carry out the step ${step}: ${outcome.message.replace(/\.$/, '')}.`;
      return { code: 'STEPS', what, fix: 'Correct the step, or the target.' };
    }
    case 'unfinished': {
      const what = `The target had not finished the step ${step} when the run ended.`;
      return { code: 'STEPS', what, fix: 'Give the run more time after the step.' };
    }
    case 'not-reached': {
      const what = `The run ended before the step ${step}.`;
      return { code: 'STEPS', what, fix: 'Give the run more time, or move the step forward.' };
    }
  }
}

/** Workers that make or take the load. What the main thread or the target does cannot make a record late. */
function load({ workers }: SelfMeasurements): SelfMeasurements['workers'] {
  return workers.filter(({ role }) => role === 'producer' || role === 'consumer');
}

function percentileOrNull(histogram: Histogram, percentile: number): number | null {
  return histogram.count === 0 ? null : histogram.percentileNs(percentile);
}

function isAbove(value: number | null, limit: number): boolean {
  return value !== null && value > limit;
}
