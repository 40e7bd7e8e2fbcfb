import { setTimeout as sleep } from 'node:timers/promises';
import { changeText, stepText } from '../../reports/format/step-text.ts';
import type { Interval, StepOutcome, StepReport } from '../../reports/result/result.ts';
import { recoveryNs } from '../../reports/summary/recovery.ts';
import type { BrokerStep, ReshardStep, Scenario, ScenarioStep } from '../../workloads/scenario.ts';
import { runnerError } from '../errors.ts';
import type { StepProgress } from '../live/snapshot.ts';
import type { BrokerControl } from '../targets/broker-control.ts';
import type { Reshard, Resharded, Resharding } from '../targets/reshard.ts';
import type { Target } from '../targets/target.ts';

/** Period before a step in which the hottest and the coldest shard are determined. */
const LOAD_WINDOW_NS = 10e9;
/** Time that the end of a run waits for a step in progress. */
const END_PATIENCE_MS = 5000;

type StepState = DoneStep | Exclude<StepOutcome, { readonly kind: 'done' }>;
/** A step is judged when the run is over. */
type DoneStep = Omit<Extract<StepOutcome, { readonly kind: 'done' }>, 'recoveryNs'>;

/** The part of the run that the steps see. */
export interface StepSurroundings {
  readonly brokers?: BrokerControl | undefined;
  /** ns since the schedule's start. */
  readonly now: () => number;
  /** By shard: bytes acknowledged since a time. */
  readonly bytesByShard: (fromNs: number) => readonly number[];
}

/** @throws RunnerError RUNNER_TARGET_FAILED when the scenario has steps and the target's shards never change. */
export function checkResharding({ steps = [] }: Scenario, { resharding, handle }: Target): void {
  if (steps.length === 0 || resharding !== undefined) return;
  throw runnerError('RUNNER_TARGET_FAILED', {
    what: `the shards of target ${handle.kind} cannot be changed, and the scenario has steps`,
    fix: 'Leave steps out, or choose another target.',
  });
}

/** Carries out a scenario's steps at their times, one after the other: one that is late waits for the one before it. */
export class ScenarioSteps {
  readonly #steps: readonly ScenarioStep[];
  readonly #resharding: Resharding | undefined;
  readonly #surroundings: StepSurroundings;
  readonly #states: StepState[];
  #next = 0;
  #running: Promise<void> | undefined;

  constructor(steps: readonly ScenarioStep[], resharding: Resharding | undefined, surroundings: StepSurroundings) {
    this.#steps = steps;
    this.#resharding = resharding;
    this.#surroundings = surroundings;
    this.#states = steps.map(() => ({ kind: 'not-reached' }));
  }

  /** Begins with what is due. Call often; returns at once. */
  look(nowNs: number): void {
    const step = this.#steps[this.#next];
    if (step === undefined || this.#running !== undefined || nowNs < step.atNs) return;
    const index = this.#next;
    this.#next += 1;
    this.#running = this.#carryOut(step, index).finally(() => {
      this.#running = undefined;
    });
  }

  /** Progress for the views of the run; empty if there are no steps. */
  get live(): { readonly steps?: StepProgress } {
    const count = this.#steps.length;
    if (count === 0) return {};
    const finishedCount = this.#states.filter(({ kind }) => kind === 'done' || kind === 'failed').length;
    const last = this.#states.findLastIndex(({ kind }) => kind !== 'not-reached');
    const next = this.#steps[this.#next];
    return {
      steps: {
        count,
        finishedCount,
        ...(last < 0
          ? {}
          : { last: `${stepText(this.#steps[last]!)}: ${stateText(this.#steps[last]!, this.#states[last]!)}` }),
        ...(next === undefined ? {} : { next: { text: stepText(next), atNs: next.atNs } }),
      },
    };
  }

  /** Waits for the step that the target is at, but not for ever. No other one begins. */
  async end(): Promise<void> {
    this.#next = this.#steps.length;
    await Promise.race([this.#running, sleep(END_PATIENCE_MS, undefined, { ref: false })]);
  }

  reports(series: readonly Interval[]): StepReport[] {
    return this.#steps.map((step, i): StepReport => {
      const state = this.#states[i]!;
      if (state.kind !== 'done') return { step, outcome: state };
      const later = this.#states[i + 1];
      const untilNs = later !== undefined && 'askedAtNs' in later ? later.askedAtNs : undefined;
      return { step, outcome: { ...state, recoveryNs: recoveryNs(series, { ...state, untilNs }) } };
    });
  }

  async #carryOut(step: ScenarioStep, index: number): Promise<void> {
    const { now } = this.#surroundings;
    const askedAtNs = now();
    this.#states[index] = { kind: 'unfinished', askedAtNs };
    try {
      const { closed, opened } = await this.#ask(step, askedAtNs);
      this.#states[index] = { kind: 'done', askedAtNs, doneAtNs: now(), closed, opened };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#states[index] = { kind: 'failed', askedAtNs, message };
    }
  }

  async #ask(step: ScenarioStep, nowNs: number): Promise<Resharded> {
    if (step.kind === 'stop' || step.kind === 'start') return this.#askBroker(step);
    if (this.#resharding === undefined) throw new Error("the target's shards cannot be changed");
    const needsLoad = step.kind === 'split' ? step.shard : step.kind === 'merge' ? step.shards : undefined;
    if (needsLoad !== 'hottest' && needsLoad !== 'coldest') return this.#resharding.reshard(reshardOf(step, [], []));
    const open = await this.#resharding.openShards();
    const bytes = this.#surroundings.bytesByShard(Math.max(0, nowNs - LOAD_WINDOW_NS));
    return this.#resharding.reshard(reshardOf(step, open, bytes));
  }

  async #askBroker({ kind, broker }: BrokerStep): Promise<Resharded> {
    const { brokers } = this.#surroundings;
    if (brokers === undefined) throw new Error('the run has not started the brokers of the target');
    await brokers[kind](broker);
    return NOTHING_CHANGED;
  }
}

const NOTHING_CHANGED: Resharded = { closed: [], opened: [] };

function stateText(step: ScenarioStep, state: StepState): string {
  if (state.kind === 'done') return changeText(step, state.closed, state.opened);
  return state.kind === 'failed' ? 'failed' : 'under way';
}

/**
 * A step with its shards by number.
 *
 * @param open in the order of their ranges.
 * @param bytes by shard. Of equals the first is taken.
 * @throws RangeError if two neighbours must be merged and there is only one shard.
 * @internal
 */
export function reshardOf(step: ReshardStep, open: readonly number[], bytes: readonly number[]): Reshard {
  const bytesOf = (shard: number) => bytes[shard] ?? 0;
  switch (step.kind) {
    case 'shard-count':
    case 'partition-count':
      return { kind: 'shard-count', count: step.count };
    case 'split': {
      if (step.shard !== 'hottest') return { kind: 'split', shard: step.shard };
      return { kind: 'split', shard: open.reduce((best, shard) => (bytesOf(shard) > bytesOf(best) ? shard : best)) };
    }
    case 'merge': {
      if (step.shards !== 'coldest') return { kind: 'merge', shards: step.shards };
      const pairs = open.slice(1).map((shard, i): readonly [number, number] => [open[i]!, shard]);
      const [first, ...rest] = pairs;
      if (first === undefined) throw new RangeError('there is one open shard, so there are no two to merge');
      const bytesIn = ([low, high]: readonly [number, number]) => bytesOf(low) + bytesOf(high);
      return {
        kind: 'merge',
        shards: rest.reduce((best, pair) => (bytesIn(pair) < bytesIn(best) ? pair : best), first),
      };
    }
  }
}
