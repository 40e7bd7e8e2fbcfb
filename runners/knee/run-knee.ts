import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { judgeTrial } from '../../reports/knee/judge-trial.ts';
import { type Knee, kneeOf } from '../../reports/knee/knee.ts';
import {
  KNEE_SCHEMA_VERSION,
  type KneeEnding,
  type KneeResult,
  type KneeSearch,
} from '../../reports/knee/knee-result.ts';
import { replaySearch, type SearchRules } from '../../reports/knee/search.ts';
import type { Trial, TrialRequest } from '../../reports/knee/trial.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { scenarioHash } from '../../workloads/scenario-hash.ts';
import { RUNNER_ERRORS } from '../errors.ts';
import type { LiveSnapshot } from '../live/snapshot.ts';
import { readEnvironment } from '../run/environment.ts';
import { type KneeOptions, rulesOf } from './knee-rules.ts';
import { type KneeVariant, kneeNotes, kneeTargetText } from './knee-scenario.ts';
import { runTrial } from './run-trial.ts';

export interface RunKneeOptions extends KneeOptions {
  readonly maxDurationNs: number;
  readonly costAgreed?: boolean;
  readonly signal?: AbortSignal;
  /** Called before and during each trial. */
  readonly onProgress?: (progress: KneeProgress) => void;
  /** Called after each trial with the result so far; the next trial waits for it. */
  readonly onResult?: (result: KneeResult) => Promise<unknown>;
}

export interface KneeProgress {
  readonly searches: readonly KneeSearch[];
  /** Shard count of the running search. */
  readonly shards: number | null;
  readonly trials: readonly Trial[];
  readonly trialNs: number;
  readonly knee: Knee;
  readonly request: TrialRequest;
  readonly snapshot?: LiveSnapshot;
  readonly elapsedNs: number;
  readonly maxDurationNs: number;
}

/**
 * The next number of shards starts its search at this share of the rate that it would sustain if capacity were proportional
 * to shards.
 */
const NEXT_START_RATIO = 0.7;
const PAUSE_MS = 500;
const PAUSE_MAX_MS = 8000;

/**
 * Searches the knee of each variant. A failed target, an interruption or the end of the time stops the search; the result
 * contains the results so far.
 * @throws RunnerError for failures of anything but the target, for example of a worker.
 */
export async function runKnee(variants: readonly KneeVariant[], options: RunKneeOptions): Promise<KneeResult> {
  const kneeRun = new KneeRun(variants, options, await readEnvironment());
  return kneeRun.run();
}

type Environment = Awaited<ReturnType<typeof readEnvironment>>;

class KneeRun {
  readonly #variants: readonly KneeVariant[];
  readonly #options: RunKneeOptions;
  readonly #environment: Environment;
  readonly #startedAt = new Date();
  readonly #startMs = performance.now();
  readonly #searches: KneeSearch[] = [];
  #failure: string | undefined;
  #trialCount = 0;

  constructor(variants: readonly KneeVariant[], options: RunKneeOptions, environment: Environment) {
    this.#variants = variants;
    this.#options = options;
    this.#environment = environment;
  }

  async run(): Promise<KneeResult> {
    for (const variant of this.#variants) {
      const ending = await this.#search(variant);
      if (ending !== 'completed') return this.#save(ending);
    }
    return this.#save('completed');
  }

  async #search({ shards, scenario }: KneeVariant): Promise<KneeEnding> {
    const rules = this.#rulesOf(scenario, shards);
    const trials: Trial[] = [];
    this.#searches.push({ shards, rules, trials: [], knee: kneeOf(rules, []) });
    for (;;) {
      const step = replaySearch(rules, trials);
      if (step.kind === 'end') return 'completed';
      if (this.#options.signal?.aborted === true) return 'interrupted';
      if (!this.#hasTimeFor(rules, trials)) return 'out-of-time';
      await this.#pauseAfterInvalid(rules, trials);
      const outcome = await this.#trial(scenario, shards, rules, trials, step.request);
      if (typeof outcome === 'string') return outcome;
      trials.push(outcome);
      this.#searches[this.#searches.length - 1] = { shards, rules, trials: [...trials], knee: kneeOf(rules, trials) };
      await this.#save('out-of-time');
    }
  }

  async #trial(
    scenario: Scenario,
    shards: number | null,
    rules: SearchRules,
    trials: readonly Trial[],
    request: TrialRequest,
  ): Promise<Trial | KneeEnding> {
    const { objectives, warmUpNs, costAgreed = false, signal, onProgress, maxDurationNs } = this.#options;
    const progress = {
      searches: this.#searches.slice(0, -1),
      shards,
      trials,
      trialNs: rules.trialNs,
      knee: kneeOf(rules, trials),
      request,
      maxDurationNs,
    };
    onProgress?.({ ...progress, elapsedNs: this.#elapsedNs() });
    this.#trialCount += 1;
    try {
      const trial = await runTrial({
        scenario,
        request,
        lengths: { warmUpNs, trialNs: rules.trialNs },
        objectives,
        number: this.#trialCount,
        costAgreed,
        onSnapshot: (snapshot) => onProgress?.({ ...progress, snapshot, elapsedNs: this.#elapsedNs() }),
        ...(signal === undefined ? {} : { signal }),
      });
      return trial ?? 'interrupted';
    } catch (error) {
      if (signal?.aborted === true) return 'interrupted';
      if (!isErrorOf(RUNNER_ERRORS, error) || error.code !== 'RUNNER_TARGET_FAILED') throw error;
      this.#failure = error.description;
      return 'target-failed';
    }
  }

  #rulesOf(scenario: Scenario, shards: number | null): SearchRules {
    const rules = rulesOf(scenario, this.#options);
    const before = this.#searches.at(-1);
    const known = before?.knee.sustainablePerSecond ?? null;
    if (known === null || shards === null || before?.shards == null) return rules;
    const expected = NEXT_START_RATIO * known * (shards / before.shards);
    return { ...rules, startPerSecond: Math.min(rules.highestPerSecond, Math.max(rules.lowestPerSecond, expected)) };
  }

  /** True if there is time for a trial as long as the longest so far; the first trial always starts. */
  #hasTimeFor(rules: SearchRules, trials: readonly Trial[]): boolean {
    if (this.#trialCount === 0) return true;
    const longestNs = trials.reduce(
      (most, { tookNs }) => Math.max(most, tookNs),
      rules.trialNs + this.#options.warmUpNs,
    );
    return this.#elapsedNs() + longestNs <= this.#options.maxDurationNs;
  }

  /** Pauses after invalid trials, each time twice as long, because other load of the machine may end. */
  async #pauseAfterInvalid({ trialNs }: SearchRules, trials: readonly Trial[]): Promise<void> {
    const isInvalid = ({ measured }: Trial) => judgeTrial(measured, trialNs).kind === 'invalid';
    const inARow = trials.length - 1 - trials.findLastIndex((trial) => !isInvalid(trial));
    if (inARow <= 1) return;
    const { signal } = this.#options;
    const pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** (inARow - 2));
    await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }

  #elapsedNs(): number {
    return (performance.now() - this.#startMs) * 1e6;
  }

  /** Saves the result. During the search its ending is `out-of-time`, which is correct if the process dies. */
  async #save(ending: KneeEnding): Promise<KneeResult> {
    const [{ scenario }] = this.#variants as readonly [KneeVariant, ...KneeVariant[]];
    const result: KneeResult = {
      schemaVersion: KNEE_SCHEMA_VERSION,
      kind: 'knee',
      toolVersion: this.#environment.packages.streamgauge ?? 'unknown',
      startedAt: this.#startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
      environment: this.#environment,
      scenario: {
        name: scenario.name,
        hash: scenarioHash({ ...scenario, thresholds: [] }),
        seed: scenario.seed,
        target: kneeTargetText(scenario),
      },
      objectives: this.#options.objectives,
      warmUpNs: this.#options.warmUpNs,
      ending,
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
      notes: kneeNotes(scenario, this.#options),
      searches: [...this.#searches],
    };
    await this.#options.onResult?.(result);
    return result;
  }
}
