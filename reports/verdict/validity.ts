import type { Histogram } from '../histogram/histogram.ts';
import type {
  Ledger,
  Outcome,
  StepReport,
  Validity,
  ValidityChecks,
  ValidityReason,
  WorkerReport,
} from '../result/result.ts';
import { mergedHistogram, producerTotals, selectCells } from '../summary/cells.ts';
import { selectedTime } from '../summary/measured-time.ts';
import { type Measurements, summariseRate } from '../summary/summary.ts';
import { formatCount, formatDuration, formatRatio } from '../text/format.ts';
import { stepText } from '../text/step-text.ts';

/** Producers may look at a record this late, however small the latencies are. wrk2 states about 1 ms of granularity. */
export const SCHEDULE_LAG_FLOOR_NS = 2e6;
/** ... or this share of the median response, whichever is more: a tenth of a latency is what its reader forgives. */
export const SCHEDULE_LAG_RESPONSE_RATIO = 0.1;
/** A loop that reports its delay may be this late at p99: ten turns of the producers' 1 ms rhythm. */
export const LOOP_DELAY_LIMIT_NS = 10e6;
/** A worker that waits for less than a twentieth of the time has nothing left to give. */
export const WORKER_CPU_LIMIT_RATIO = 0.95;
/** Below it a rate counts as missed: RFC 2544 searches ask for zero loss, load generators commonly for 99 %. */
export const ACHIEVED_LIMIT_RATIO = 0.99;
/** Refusals and repeats up to this share are noise, more means that the target held the producers back. */
export const TARGET_LIMIT_RATIO = 0.01;
/** Exact integrals keep to 2 %; the ends of a phase, with records of the next one in flight, take the rest. */
export const LITTLES_LAW_LIMIT_RATIO = 0.05;
export const LITTLES_LAW_LIMIT_RECORDS = 1;
/** Standard errors of the mean of all intervals: three are passed by chance once in 370 runs. */
export const LITTLES_LAW_STANDARD_ERRORS = 3;
/** Fewer intervals have no standard error worth the name. */
export const LITTLES_LAW_SAMPLES = 5;

/** What validity is judged by. Latencies in ns over the recorded phases, null where nothing was measured. */
export interface SelfMeasurements {
  readonly completed: boolean;
  readonly scheduleLagP99Ns: number | null;
  readonly sendDelayP99Ns: number | null;
  /** Put-to-get's median, or the acknowledgement's where nothing is consumed. */
  readonly responseP50Ns: number | null;
  readonly achievedRatio: number | null;
  /** Did the target refuse, or were producers out of in-flight slots? */
  readonly targetHeldBack: boolean;
  /** Records in flight, the mean of each interval. */
  readonly inFlightSamples: readonly number[];
  /** Rate of acknowledgements times their mean latency; null where retries make the two count different things. */
  readonly inFlightExpected: number | null;
  readonly ledger: Ledger;
  readonly workers: readonly Pick<WorkerReport, 'role' | 'name' | 'cpuRatio' | 'loopDelayP99Ns'>[];
  readonly steps?: readonly StepReport[];
  /** A stretch of a run has records of its edges that count as due and not as achieved, or the other way round. */
  readonly isCut?: boolean;
}

export interface RunFacts {
  readonly outcome: Outcome;
  readonly workers: readonly WorkerReport[];
  /** True when a runner knows of a stall or of full in-flight slots; refusals and drops are seen without it. */
  readonly targetLimited?: boolean;
  readonly steps?: readonly StepReport[];
  readonly isCut?: boolean;
}

/** The run's own numbers, taken out of its measurements. */
export function measureSelf(
  measurements: Measurements,
  { outcome, workers, targetLimited, steps = [], isCut = false }: RunFacts,
): SelfMeasurements {
  const { scenario, series, ledger } = measurements;
  const cells = selectCells(measurements.cells, scenario);
  const totals = producerTotals(cells);
  const putToGet = mergedHistogram(cells, 'putToGet');
  const ackLatency = mergedHistogram(cells, 'ackLatency');
  const rate = summariseRate(measurements);
  const repeated = totals.throttled + totals.retried + totals.failed;
  const refused = totals.throttled + totals.failed;
  const recorded = selectedTime(scenario);
  return {
    completed: outcome.kind === 'completed',
    scheduleLagP99Ns: percentileOrNull(mergedHistogram(cells, 'scheduleLag'), 99),
    sendDelayP99Ns: percentileOrNull(mergedHistogram(cells, 'sendDelay'), 99),
    responseP50Ns: percentileOrNull(putToGet.count > 0 ? putToGet : ackLatency, 50),
    achievedRatio: rate.ratio,
    targetHeldBack: targetLimited === true || totals.dropped > 0 || refused > TARGET_LIMIT_RATIO * totals.acked,
    inFlightSamples: series
      .filter(({ startNs, endNs }) => recorded.some((span) => startNs >= span.startNs && endNs <= span.endNs))
      .map(({ gauges }) => gauges.inFlight),
    inFlightExpected:
      ackLatency.count === 0 || repeated > TARGET_LIMIT_RATIO * totals.acked
        ? null
        : rate.achievedPerSecond * (ackLatency.meanNs / 1e9),
    ledger,
    workers,
    steps,
    isCut,
  };
}

/** Was the generator good enough for its numbers to be about the target? Lost records alone do not make a run invalid. */
export function judgeValidity(self: SelfMeasurements): Validity {
  const checks = checksOf(self);
  const reasons = [
    ...scheduleLagReasons(checks),
    ...loopDelayReasons(self),
    ...workerCpuReasons(self, checks),
    ...slowGeneratorReasons(self, checks),
    ...littlesLawReasons(self, checks),
    ...ledgerReasons(self, checks),
    ...stepReasons(self),
  ];
  return { kind: reasons.length === 0 ? 'valid' : 'invalid', reasons, checks };
}

function checksOf(self: SelfMeasurements): ValidityChecks {
  const scheduleLagLimitNs = Math.max(SCHEDULE_LAG_FLOOR_NS, SCHEDULE_LAG_RESPONSE_RATIO * (self.responseP50Ns ?? 0));
  const lagIsHigh = isAbove(self.scheduleLagP99Ns, scheduleLagLimitNs);
  const loops = load(self).flatMap(({ loopDelayP99Ns }) => loopDelayP99Ns ?? []);
  const { ledger } = self;
  return {
    scheduleLagP99Ns: self.scheduleLagP99Ns,
    scheduleLagLimitNs: self.scheduleLagP99Ns === null ? null : scheduleLagLimitNs,
    loopDelayP99Ns: loops.length === 0 ? null : Math.max(...loops),
    workerCpuRatio: load(self).length === 0 ? null : Math.max(...load(self).map(({ cpuRatio }) => cpuRatio)),
    achievedRatio: self.achievedRatio,
    // A producer that looks in time and hands over late was waiting for a slot: the target's doing.
    targetLimited: self.targetHeldBack || (!lagIsHigh && isAbove(self.sendDelayP99Ns, scheduleLagLimitNs)),
    inFlightMean: self.inFlightSamples.length === 0 ? null : mean(self.inFlightSamples),
    inFlightExpected: self.inFlightExpected,
    ledgerDifference: self.completed ? ledger.received + ledger.lost - ledger.sent * ledger.consumers.length : null,
  };
}

function scheduleLagReasons({ scheduleLagP99Ns, scheduleLagLimitNs }: ValidityChecks): ValidityReason[] {
  if (scheduleLagP99Ns === null || scheduleLagLimitNs === null || scheduleLagP99Ns <= scheduleLagLimitNs) return [];
  return [
    {
      code: 'SCHEDULE_LAG',
      what: `Producers came to a record ${formatDuration(scheduleLagP99Ns)} late at p99; ${formatDuration(scheduleLagLimitNs)} is the limit.`,
      fix: 'Add producers, lower the rate, or leave more of the machine to the run.',
    },
  ];
}

function loopDelayReasons(self: SelfMeasurements): ValidityReason[] {
  return load(self)
    .filter(({ loopDelayP99Ns = 0 }) => loopDelayP99Ns > LOOP_DELAY_LIMIT_NS)
    .map(({ role, name, loopDelayP99Ns = 0 }) => ({
      code: 'LOOP_DELAY',
      what: `The loop of ${role} ${name} was held up for ${formatDuration(loopDelayP99Ns)} at p99; ${formatDuration(LOOP_DELAY_LIMIT_NS)} is the limit.`,
      fix: 'Close other programs, use smaller batches, or give each worker less to do.',
    }));
}

function workerCpuReasons(self: SelfMeasurements, checks: ValidityChecks): ValidityReason[] {
  if (!isAbove(checks.scheduleLagP99Ns, checks.scheduleLagLimitNs ?? 0)) return [];
  return self.workers
    .filter(({ role, cpuRatio }) => role === 'producer' && cpuRatio > WORKER_CPU_LIMIT_RATIO)
    .map(({ name, cpuRatio }) => ({
      code: 'WORKER_CPU',
      what: `Producer ${name} was busy ${formatRatio(cpuRatio)} of the time and still late.`,
      fix: 'Add producers if there are idle cores, or lower the rate.',
    }));
}

/** A run that was cut has records under way that count as due and not as achieved, so only a whole one is asked. */
function slowGeneratorReasons(
  { completed, isCut }: SelfMeasurements,
  { achievedRatio, targetLimited }: ValidityChecks,
): ValidityReason[] {
  if (!completed || isCut === true || achievedRatio === null || achievedRatio >= ACHIEVED_LIMIT_RATIO || targetLimited)
    return [];
  return [
    {
      code: 'GENERATOR_SLOW',
      what: `${formatRatio(achievedRatio)} of the intended rate was reached, and the target did not hold it back.`,
      fix: 'Add producers, use larger batches, or lower the rate below the harness ceiling.',
    },
  ];
}

/** Little's law: records in flight = rate * time in flight, whatever the distributions. Source: Little, 1961. */
function littlesLawReasons({ inFlightSamples }: SelfMeasurements, checks: ValidityChecks): ValidityReason[] {
  const { inFlightMean, inFlightExpected } = checks;
  if (inFlightMean === null || inFlightExpected === null || inFlightSamples.length < LITTLES_LAW_SAMPLES) return [];
  const limit = Math.max(
    LITTLES_LAW_LIMIT_RECORDS,
    LITTLES_LAW_LIMIT_RATIO * inFlightExpected,
    LITTLES_LAW_STANDARD_ERRORS * standardError(inFlightSamples),
  );
  if (Math.abs(inFlightMean - inFlightExpected) <= limit) return [];
  return [
    {
      code: 'LITTLES_LAW',
      what: `${inFlightMean.toFixed(1)} records were in flight; rate times latency says ${inFlightExpected.toFixed(1)}.`,
      fix: 'Latencies or counts are wrong: run longer; if it stays, report it with the result file.',
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

/** A run without a change of shards that it was to have is another run. */
function stepReasons({ completed, steps = [] }: SelfMeasurements): ValidityReason[] {
  if (!completed) return [];
  return steps.flatMap(({ step, outcome }): ValidityReason[] => {
    if (outcome.kind === 'done') return [];
    const why = outcome.kind === 'failed' ? `: ${outcome.message}` : ', the run had ended before';
    const what = `The step ${stepText(step)} was not carried out${why}.`;
    return [{ code: 'STEPS', what, fix: 'Correct the step, or give the run more time after it.' }];
  });
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

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardError(values: readonly number[]): number {
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
