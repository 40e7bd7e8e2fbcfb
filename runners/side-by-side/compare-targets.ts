import { join } from 'node:path';
import { formatDuration } from '../../reports/format/numbers.ts';
import {
  type RoundRecord,
  SIDE_BY_SIDE_SCHEMA_VERSION,
  type SideBySideRecord,
  type SideRecord,
} from '../../reports/side-by-side/record.ts';
import type { RoundResult } from '../../reports/side-by-side/side-by-side.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { scheduleEndNs } from '../../workloads/schedule.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { recordedNs, shortened } from '../gate/shorten.ts';
import type { LiveSnapshot } from '../live/snapshot.ts';
import { folderName } from '../names/safe-name.ts';
import { readOwnVersion } from '../package.ts';
import { orderOfRound } from './round-order.ts';
import { type RoundRun, runRound } from './run-round.ts';

export interface ComparedSide extends SideRecord {
  /** The scenario on the target of this side. */
  readonly scenario: Scenario;
}

export interface CompareTargetsOptions {
  /** Two or more, with different names. */
  readonly sides: readonly ComparedSide[];
  readonly rounds: number;
  /** Recorded part of a round (default the whole scenario). */
  readonly roundNs?: number;
  /** No round begins that would probably end after this time. */
  readonly maxDurationNs?: number;
  /** Folder of the comparison; each run saves its result below `roundsFolder` in it. */
  readonly outDir: string;
  readonly roundsFolder: string;
  readonly signal?: AbortSignal;
  /** Called after each run, with everything until then: a killed comparison keeps its finished rounds. */
  readonly onRecord?: (record: SideBySideRecord) => Promise<void>;
  readonly onProgress?: (progress: TargetsProgress) => void;
  readonly onLeftBehind: (error: unknown) => void;
}

export interface TargetsProgress {
  /** 0 for the warm-up. */
  readonly round: number;
  readonly plannedRounds: number;
  readonly side: string;
  /** Absent at the start and at the end of a run. */
  readonly snapshot?: LiveSnapshot;
  /** Finished rounds. */
  readonly done: readonly RoundResult[];
}

export interface ComparedTargets {
  readonly record: SideBySideRecord;
  readonly rounds: readonly RoundResult[];
}

/** Recorded part of a warm-up, which is not saved. It also shows whether a target can be reached. */
const WARM_UP_NS = 1e9;
/** Estimated time of a run in addition to its schedule, until one has been measured. */
const RUN_OVERHEAD_NS = 2e9;
/** A target that failed so often in a row is not run again. */
const FAILURES_MAX = 2;

/**
 * Runs a scenario against each side in turn, round by round, after a short warm-up of each.
 * @returns what was done, also if it was interrupted after the warm-up.
 * @throws RunnerError RUNNER_TARGET_FAILED with every side that cannot be used, before the first round; RUNNER_INTERRUPTED during
 *   the warm-up; RUNNER_USAGE if no round fits into the time limit.
 */
export async function compareTargets(options: CompareTargetsOptions, run = runRound): Promise<ComparedTargets> {
  const rounds = new Rounds(options, run);
  checkDuration(options, rounds.estimateNs());
  await rounds.warmUp();
  return rounds.run();
}

class Rounds {
  readonly #options: CompareTargetsOptions;
  readonly #run: typeof runRound;
  readonly #sides: readonly ComparedSide[];
  readonly #done: RoundResult[] = [];
  readonly #failures = new Map<string, number>();
  readonly #startedAt = new Date();
  readonly #startMs = performance.now();
  #runs = 0;
  #longestRoundNs = 0;

  constructor(options: CompareTargetsOptions, run: typeof runRound) {
    this.#options = options;
    this.#run = run;
    const { roundNs } = options;
    this.#sides = options.sides.map((side) =>
      roundNs === undefined ? side : { ...side, scenario: shortened(side.scenario, roundNs) },
    );
  }

  estimateNs(): number {
    const estimates = this.#sides.map(({ scenario }) => scheduleEndNs(scenario.workloads) + RUN_OVERHEAD_NS);
    return estimates.reduce((sum, ns) => sum + ns, 0);
  }

  /** Compiles code, connects, and finds every target that cannot be used. Recorded arrivals cannot be shortened, so it is skipped. */
  async warmUp(): Promise<void> {
    const problems = [];
    for (const { name, scenario } of this.#sides) {
      if (scenario.workloads.some(({ arrivals }) => arrivals.kind === 'recorded')) continue;
      const { outcome, error } = await this.#runOne(
        { name, scenario: shortened(scenario, WARM_UP_NS) },
        0,
        scenario.seed,
      );
      if (outcome.kind === 'interrupted') throw runnerError('RUNNER_INTERRUPTED', { what: INTERRUPTED });
      if (outcome.kind !== 'failed') continue;
      const { code = 'RUNNER_TARGET_FAILED', fix = 'Check the target and its address.' } = error ?? {};
      problems.push({ code, path: name, what: `${outcome.why}.`, fix });
    }
    if (problems.length === 0) return;
    const what = `${problems.length} of ${this.#sides.length} targets cannot be used, so nothing was measured`;
    throw runnerError('RUNNER_TARGET_FAILED', { what, problems });
  }

  async run(): Promise<ComparedTargets> {
    const { rounds } = this.#options;
    for (let round = 0; round < rounds; round++) {
      if (this.#isOver()) return this.#ended('out-of-time');
      const startMs = performance.now();
      for (const side of orderOfRound(this.#sides, round)) {
        const record = await this.#measure(side, round);
        if (record.outcome.kind === 'interrupted') return this.#ended('interrupted');
        await this.#options.onRecord?.(this.#record('interrupted'));
      }
      this.#longestRoundNs = Math.max(this.#longestRoundNs, (performance.now() - startMs) * 1e6);
    }
    return this.#ended('completed');
  }

  #isOver(): boolean {
    const { maxDurationNs = Number.POSITIVE_INFINITY } = this.#options;
    const elapsedNs = (performance.now() - this.#startMs) * 1e6;
    return this.#longestRoundNs > 0 && elapsedNs + this.#longestRoundNs > maxDurationNs;
  }

  async #measure(side: ComparedSide, round: number): Promise<RoundRecord> {
    const { name, scenario } = side;
    const seed = (scenario.seed + round) % Number.MAX_SAFE_INTEGER;
    const shared = { round: round + 1, side: name, seed };
    const failures = this.#failures.get(name) ?? 0;
    if (failures >= FAILURES_MAX) {
      const why = `not run, because it failed ${FAILURES_MAX} times in a row`;
      return this.#add({ ...shared, outcome: { kind: 'failed', why }, folder: null }, undefined);
    }
    const folder = join(this.#options.roundsFolder, `${round + 1}-${folderName(name)}`);
    const { outcome, result } = await this.#runOne(side, round + 1, seed, folder);
    this.#failures.set(name, outcome.kind === 'failed' ? failures + 1 : 0);
    return this.#add({ ...shared, outcome, folder: result === undefined ? null : folder }, result);
  }

  #add(round: RoundRecord, result: RoundResult['result']): RoundRecord {
    this.#done.push({ round, result });
    this.#show(round.round, round.side);
    return round;
  }

  async #runOne(
    { name, scenario }: Pick<ComparedSide, 'name' | 'scenario'>,
    round: number,
    seed: number,
    folder?: string,
  ): Promise<RoundRun> {
    const { outDir, signal, onLeftBehind } = this.#options;
    this.#runs += 1;
    if (signal?.aborted === true) return { outcome: { kind: 'interrupted' }, result: undefined };
    this.#show(round, name);
    return this.#run({
      scenario,
      seed,
      runNumber: this.#runs,
      ...(folder === undefined ? {} : { outDir: join(outDir, folder) }),
      ...(signal === undefined ? {} : { signal }),
      onSnapshot: (snapshot) => this.#show(round, name, snapshot),
      onLeftBehind,
    });
  }

  #show(round: number, side: string, snapshot?: LiveSnapshot): void {
    const progress = { round, plannedRounds: this.#options.rounds, side, done: this.#done };
    this.#options.onProgress?.(snapshot === undefined ? progress : { ...progress, snapshot });
  }

  async #ended(ending: SideBySideRecord['ending']): Promise<ComparedTargets> {
    const record = this.#record(ending);
    await this.#options.onRecord?.(record);
    return { record, rounds: this.#done };
  }

  #record(ending: SideBySideRecord['ending']): SideBySideRecord {
    const [first] = this.#sides as [ComparedSide];
    return {
      schemaVersion: SIDE_BY_SIDE_SCHEMA_VERSION,
      kind: 'side-by-side',
      toolVersion: readOwnVersion(),
      startedAt: this.#startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
      scenario: { name: first.scenario.name, seed: first.scenario.seed },
      roundNs: recordedNs(first.scenario),
      plannedRounds: this.#options.rounds,
      sides: this.#sides.map(({ name, given, title, price }) => ({ name, given, title, price })),
      rounds: this.#done.map(({ round }) => round),
      ending,
    };
  }
}

const INTERRUPTED = 'the comparison was interrupted during the warm-up';

function checkDuration({ maxDurationNs }: CompareTargetsOptions, roundNs: number): void {
  if (maxDurationNs === undefined || roundNs <= maxDurationNs) return;
  throw tooShort(maxDurationNs, roundNs);
}

function tooShort(maxDurationNs: number, roundNs: number): RunnerError {
  return runnerError('RUNNER_USAGE', {
    what: `--max-duration ${formatDuration(maxDurationNs)} is shorter than one round on all targets, about ${formatDuration(roundNs)}`,
    fix: 'Raise --max-duration, or shorten the rounds with --round.',
  });
}
