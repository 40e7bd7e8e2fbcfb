import { setTimeout as sleep } from 'node:timers/promises';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import type { Part } from '../../reports/result/origin.ts';
import type { ExpectedCost, HarnessCeiling, Outcome, Result } from '../../reports/result/result.ts';
import { checkWritable } from '../../reports/result/result-file.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { scheduleEndNs } from '../../workloads/schedule.ts';
import type { ConsumerReport } from '../consumer/consumer.ts';
import { RUNNER_ERRORS, type RunnerError, runnerError } from '../errors.ts';
import type { LiveSnapshot, WatchedSnapshot } from '../live/snapshot.ts';
import type { ProducerReport } from '../producer/producer-task.ts';
import { Collector } from '../recorder/collector.ts';
import { checkCostAgreed } from '../targets/agree-cost.ts';
import { setUpTarget } from '../targets/targets.ts';
import { ENDED, STOPPING } from '../threads/run-control.ts';
import { measureCeiling } from './ceiling.ts';
import { readEnvironment } from './environment.ts';
import { useFolder } from './folder-in-use.ts';
import { otherCpuRatio, readCpu } from './other-cpu.ts';
import { checkPart } from './run-part.ts';
import { planRun, type RunPlan } from './run-plan.ts';
import { type MeasuredRun, makeResult, type RunHead, unfinishedHeadOf } from './run-result.ts';
import { type OnSecond, type ProgressSample, RunWatch, WATCH_INTERVAL_MS } from './run-watch.ts';
import type { SaveOptions } from './save-options.ts';
import { saveResult } from './save-result.ts';
import { checkFaultInjection, endFaults } from './scenario-faults.ts';
import { checkShares } from './scenario-shares.ts';
import { checkResharding, ScenarioSteps } from './scenario-steps.ts';
import { SecondsFile, type SecondsStore } from './seconds-store.ts';
import { WorkerPool } from './worker-pool.ts';

export interface RunOptions extends SaveOptions {
  /**
   * Where result.json is written, and meanwhile each finished second. Without a folder the seconds are in a temporary file that
   * has no name.
   */
  readonly outDir?: string;
  readonly onSnapshot?: (snapshot: LiveSnapshot) => void;
  readonly onSecond?: OnSecond;
  /** Called about every 50 ms until the load is made, on the main thread, which also empties the recorders: it must be quick. */
  readonly onProgress?: (sample: ProgressSample) => void;
  /** Aborting it stops the run; its reason is the signal's name. What was measured becomes a partial result. */
  readonly signal?: AbortSignal;
  /** `skip` leaves the harness ceiling out of the result; otherwise it is measured, or taken from this machine's cache. */
  readonly ceiling?: 'measure' | 'skip';
  /** The file that worker threads run; for tests of what happens when one dies. */
  readonly workerUrl?: URL;
  /** Makes only this part of the load. The result names the part; see `merge`. */
  readonly part?: Part;
  /** Ms since 1970: when the schedule begins, so that parts on several machines begin together. */
  readonly startAtMs?: number;
  /** A run on AWS costs money: without this it does not begin. */
  readonly costAgreed?: boolean;
  /** Cost that was agreed to; goes into the result. */
  readonly expectedCost?: ExpectedCost;
  /**
   * Called with each error from cleaning up what this run created. Without it, the first such error is thrown instead of
   * returning the result, or instead of the error that ended the run.
   */
  readonly onLeftBehind?: (error: unknown) => void;
}

/** Threads are awake within this time of the start signal. */
const START_LEAD_NS = 20e6;
/** A target receives its faults within this time of the start. */
const FAULTS_LEAD_NS = 500e6;
const READY_TIMEOUT_MS = 60_000;
const TARGET_FAILED = 'RUNNER_TARGET_FAILED';
/** After an interruption consumers get this long for what is still under way. */
const INTERRUPTED_DRAIN_NS = 1e9;
/** Time that workers get to end after the signal to do so. */
const END_TIMEOUT_MS = 10_000;

/**
 * Runs a scenario from beginning to end and judges it.
 *
 * @returns the result, whatever the outcome: interrupted and failed runs return a partial one that is marked so.
 * @throws RunnerError RUNNER_TARGET_FAILED when the target cannot be set up; ScenarioError when a recording changed;
 *   RUNNER_FOLDER_IN_USE, and ReportError RESULT_NOT_WRITABLE, before anything is started, when outDir cannot be used.
 */
export async function runScenario(scenario: Scenario, options: RunOptions = {}): Promise<Result> {
  const { outDir } = options;
  if (outDir !== undefined) await checkWritable(outDir);
  checkPart(scenario, options.part);
  checkCostAgreed(scenario, options.costAgreed === true);
  const release = outDir === undefined ? () => undefined : useFolder(outDir);
  try {
    return await runAlone(scenario, options);
  } finally {
    release();
  }
}

async function runAlone(scenario: Scenario, options: RunOptions): Promise<Result> {
  const [environment, harnessCeiling] = [await readEnvironment(), await ceilingOf(options)];
  const head: RunHead = { environment, harnessCeiling, expectedCost: options.expectedCost };
  const target = await setUpTarget(scenario, options.signal);
  const run = async (): Promise<Result> => {
    checkResharding(scenario, target);
    checkFaultInjection(scenario, target);
    checkShares(scenario, target);
    const plan = planRun(scenario, target, options.part);
    return carryOut(plan, head, options);
  };
  return run().finally(() => target.tearDown().catch(options.onLeftBehind));
}

/** Options that matter while the run goes on. */
interface Watching {
  readonly onSnapshot: (snapshot: WatchedSnapshot) => void;
  readonly onProgress?: (sample: ProgressSample) => void;
  readonly signal?: AbortSignal;
}

async function ceilingOf({ ceiling }: RunOptions): Promise<HarnessCeiling> {
  return ceiling === 'skip' ? { recordsPerSecond: null, cached: false } : measureCeiling();
}

/** Measures, makes the result, and saves it. */
async function carryOut(plan: RunPlan, head: RunHead, options: RunOptions): Promise<Result> {
  let seconds: SecondsStore | undefined;
  const { outDir } = options;
  const place = outDir === undefined ? 'temporary' : { dir: outDir, options };
  try {
    const measured = await measure(plan, options, (startedAt) => {
      seconds = new SecondsFile(place, unfinishedHeadOf(plan, head, startedAt));
      return seconds;
    });
    const result = makeResult(plan, measured, head);
    if (outDir !== undefined && seconds !== undefined) await saveResult(outDir, result, seconds, options);
    return result;
  } finally {
    await seconds?.close(false);
  }
}

/** @param openSeconds called when the run starts. */
async function measure(
  plan: RunPlan,
  options: RunOptions,
  openSeconds: (startedAt: Date) => SecondsStore,
): Promise<MeasuredRun> {
  const workers = new Workers(plan, options.workerUrl);
  const collector = new Collector(plan.scenario, plan.target.traits, plan.owners);
  const { scenario, target } = plan;
  try {
    await workers.ready();
    const hasFaults = scenario.faults !== undefined;
    const leadNs = await leadOf(hasFaults ? FAULTS_LEAD_NS : START_LEAD_NS, options);
    const startNs = Number(process.hrtime.bigint() - plan.baseNs) + leadNs;
    const now = () => Number(process.hrtime.bigint() - plan.baseNs) - startNs;
    const startedAt = new Date(Date.now() + leadNs / 1e6);
    if (hasFaults) await target.faultInjection?.setFaults(scenario.faults, startedAt.getTime());
    const bytesByShard = (fromNs: number) => collector.bytesByShard(fromNs);
    const steps = new ScenarioSteps(scenario.steps ?? [], target.resharding, {
      now,
      bytesByShard,
      brokers: target.brokers,
    });
    const startedAtMs = startedAt.getTime();
    const onSnapshot = (snapshot: WatchedSnapshot) => {
      options.onSnapshot?.({ ...snapshot, startedAtMs, ...steps.live });
    };
    const { signal, onProgress } = options;
    const shown: Watching = {
      onSnapshot,
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    };
    plan.control.start(startNs);
    const seconds = openSeconds(startedAt);
    const watch = new RunWatch(plan, collector, seconds, options.onSecond);
    const cpuBefore = readCpu();
    let outcome = await produce(plan, workers, watch, steps, now, shown);
    await steps.end();
    const faults = await endFaults(scenario, target);
    await drain(plan, workers, watch, now, shown, outcome);
    plan.control.enter(ENDED);
    await workers.leave();
    outcome = workers.failure ?? outcome;
    const [elapsedNs, finishedAt] = [now(), new Date()];
    watch.close(elapsedNs);
    const targetMetrics = (await target.metrics?.().catch(() => undefined)) ?? [];
    const { producers, consumers } = workers;
    const others = otherCpuRatio(cpuBefore, readCpu());
    for (const second of collector.series(elapsedNs)) seconds.append(second);
    const series = await seconds.series();
    const notes = seconds.notes();
    const measured = { cells: collector.cells(), series, notes, steps, faults, targetMetrics, producers, consumers };
    return { outcome, startedAt, finishedAt, elapsedNs, ...measured, otherCpuRatio: others };
  } finally {
    plan.control.enter(ENDED);
    await workers.close();
  }
}

/**
 * From now to the schedule's start. Where that was agreed on, sleeps until shortly before.
 * @throws RunnerError RUNNER_USAGE when the time is over already, RUNNER_INTERRUPTED
 */
async function leadOf(minNs: number, { startAtMs, signal }: RunOptions): Promise<number> {
  if (startAtMs === undefined) return minNs;
  const waitMs = startAtMs - Date.now() - minNs / 1e6;
  if (waitMs < 0) {
    const what = `the run was ready ${Math.ceil(-waitMs)} ms too late for --start-at`;
    throw runnerError('RUNNER_USAGE', { what, fix: 'Give it some seconds more.' });
  }
  await sleep(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  if (signal?.aborted === true) {
    const what = `${String(signal.reason)} while waiting for --start-at`;
    throw runnerError('RUNNER_INTERRUPTED', { what, fix: 'Start the run again.' });
  }
  return Math.max(minNs, (startAtMs - Date.now()) * 1e6);
}

/**
 * Watches until the schedule has ended and every producer has finished, or until something ends the run early. A producer
 * finishes with its last record, which may be long before the end: the run lasts as long as its phases all the same, with
 * their steps, faults and empty seconds.
 */
async function produce(
  { control, scenario }: RunPlan,
  workers: Workers,
  watch: RunWatch,
  steps: ScenarioSteps,
  now: () => number,
  { onSnapshot, onProgress, signal }: Watching,
): Promise<Outcome> {
  const endNs = scheduleEndNs(scenario.workloads);
  let outcome: Outcome = { kind: 'completed' };
  const isUnderWay = () => workers.producing || (outcome.kind === 'completed' && now() < endNs);
  while (isUnderWay() && workers.failure === undefined) {
    const restMs = Math.ceil((endNs - now()) / 1e6);
    await sleep(workers.producing ? WATCH_INTERVAL_MS : Math.min(WATCH_INTERVAL_MS, Math.max(1, restMs)));
    // Before the look, which may take milliseconds.
    onProgress?.(watch.sample());
    const nowNs = now();
    const broken = watch.look(nowNs);
    if (outcome.kind === 'completed') steps.look(nowNs);
    const snapshot = watch.snapshot(nowNs, false);
    if (snapshot !== undefined) onSnapshot(snapshot);
    if (outcome.kind !== 'completed') continue;
    if (signal?.aborted === true) outcome = { kind: 'interrupted', signal: String(signal.reason) };
    else if (broken !== undefined) outcome = { kind: 'aborted', threshold: broken };
    if (outcome.kind !== 'completed') control.enter(STOPPING);
  }
  return outcome;
}

/** Waits until consumers have everything, or get nothing more for the scenario's drain time. */
async function drain(
  { scenario }: RunPlan,
  workers: Workers,
  watch: RunWatch,
  now: () => number,
  { onSnapshot, signal }: Watching,
  outcome: Outcome,
): Promise<void> {
  let progressAtNs = now();
  let before = -1;
  while (workers.failure === undefined) {
    if (watch.allArrived()) return;
    const sum = watch.received().reduce((total, count) => total + count, 0);
    const nowNs = now();
    if (sum !== before) progressAtNs = nowNs;
    before = sum;
    const isHurried = outcome.kind !== 'completed' || signal?.aborted === true;
    const patienceNs = isHurried ? Math.min(scenario.drainNs, INTERRUPTED_DRAIN_NS) : scenario.drainNs;
    if (nowNs - progressAtNs >= patienceNs) return;
    watch.look(nowNs);
    const snapshot = watch.snapshot(nowNs, true);
    if (snapshot !== undefined) onSnapshot(snapshot);
    await sleep(Math.min(WATCH_INTERVAL_MS, 10));
  }
}

/** The run's threads and what has become of them. */
class Workers {
  readonly #plan: RunPlan;
  readonly #pool: WorkerPool;
  readonly #all: Promise<unknown>;
  #producing: number;
  readonly producers: (ProducerReport | undefined)[];
  readonly consumers: (ConsumerReport | undefined)[];
  /** Set when a worker ended with an error: the run cannot go on. */
  failure: Outcome | undefined;

  constructor(plan: RunPlan, workerUrl: URL | undefined) {
    this.#plan = plan;
    this.#pool = new WorkerPool(plan.producers.length + plan.consumers.length, workerUrl);
    this.#producing = plan.producers.length;
    this.producers = plan.producers.map(() => undefined);
    this.consumers = plan.consumers.map(() => undefined);
    const producing = plan.producers.map(async (task, index) => {
      const name = `producer ${task.producerIndex} of ${task.workload.name}`;
      await this.#follow(name, async () => {
        const message = await this.#pool.run({ role: 'producer', task });
        if (message.role === 'producer') this.producers[index] = message.report;
      });
      this.#producing -= 1;
    });
    const consuming = plan.consumers.map((task, index) =>
      this.#follow(`consumer ${task.consumer.name}`, async () => {
        const message = await this.#pool.run({ role: 'consumer', task });
        if (message.role === 'consumer') this.consumers[index] = message.report;
      }),
    );
    this.#all = Promise.all([...producing, ...consuming]);
  }

  get producing(): boolean {
    return this.#producing > 0;
  }

  /** @throws RunnerError RUNNER_WORKER_FAILED when a worker cannot start. */
  async ready(): Promise<void> {
    const { control, producers, consumers } = this.#plan;
    const count = producers.length + consumers.length;
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while (control.readyCount < count) {
      const failure = this.failure;
      if (failure?.kind === 'failed') throw failed(failure.message, failure.code);
      if (performance.now() > deadline) throw failed(`${count - control.readyCount} of ${count} threads did not start`);
      await sleep(1);
    }
  }

  /** Waits for every worker's report, but not for ever. */
  async leave(): Promise<void> {
    await Promise.race([this.#all, sleep(END_TIMEOUT_MS, undefined, { ref: false })]);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #follow(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.failure ??= { kind: 'failed', ...failureOf(name, error) };
    }
  }
}

/** A failed target stays one; anything else is a failed worker, whose message keeps the code of the error. */
function failureOf(name: string, error: unknown): { readonly code: string; readonly message: string } {
  if (isErrorOf(RUNNER_ERRORS, error) && error.code === TARGET_FAILED)
    return { code: TARGET_FAILED, message: `${name}: ${error.description}` };
  const text = error instanceof Error ? error.message : String(error);
  return { code: 'RUNNER_WORKER_FAILED', message: `${name}: ${text}` };
}

function failed(what: string, code?: string): RunnerError {
  if (code === TARGET_FAILED) {
    const fix = 'Look at the target; the run had not begun.';
    return runnerError(TARGET_FAILED, { what, fix });
  }
  return runnerError('RUNNER_WORKER_FAILED', { what });
}
