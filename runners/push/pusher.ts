import { performance } from 'node:perf_hooks';
import type { MetricFamily } from '../../reports/export/metric-family.ts';
import type { LiveSnapshot } from '../live/snapshot.ts';
import type { PushReceiver } from './push-receiver.ts';
import { PushedSamples } from './pushed-samples.ts';
import { send } from './send.ts';
import { type RunFacts, snapshotMetrics } from './snapshot-metrics.ts';

const WAIT_MS_MAX = 5000;

export interface PusherOptions {
  readonly intervalMs: number;
  readonly run: RunFacts;
  /** For tests. */
  readonly nowMs?: () => number;
}

/** Outcomes of the pushes of a run. */
export interface PushCounts {
  readonly pushed: number;
  readonly failed: number;
  /** Reason of the last failure. */
  readonly lastProblem?: string;
}

/**
 * Sends the numbers of a run to one receiver, at intervals and once at the end.
 *
 *   snapshot  o..o..o..o..o..o..o..o    four per second, never delayed
 *   push      |-----interval-----|-->   with the newest snapshot, only after the previous push
 *
 * A push that fails is counted and not repeated: the next one has newer numbers.
 */
export class MetricsPusher {
  readonly #receiver: PushReceiver;
  readonly #intervalMs: number;
  readonly #run: RunFacts;
  readonly #nowMs: () => number;
  readonly #sent = new PushedSamples();
  #dueAtMs = Number.NEGATIVE_INFINITY;
  #underWay: Promise<void> | undefined;
  #pushed = 0;
  #failed = 0;
  #lastProblem: string | undefined;

  constructor(receiver: PushReceiver, { intervalMs, run, nowMs = () => performance.now() }: PusherOptions) {
    this.#receiver = receiver;
    this.#intervalMs = intervalMs;
    this.#run = run;
    this.#nowMs = nowMs;
  }

  /** Starts a push if one is due, and returns immediately. */
  show(snapshot: LiveSnapshot): void {
    const nowMs = this.#nowMs();
    if (this.#underWay !== undefined || nowMs < this.#dueAtMs) return;
    this.#dueAtMs = nowMs + this.#intervalMs;
    const families = () => {
      const live = snapshotMetrics(snapshot, this.#run);
      this.#sent.add(live);
      return live;
    };
    this.#underWay = this.#push(families, snapshot.startedAtMs).then(() => {
      this.#underWay = undefined;
    });
  }

  /**
   * Ends pushing after the run: waits for a running push, so that it cannot overtake, then sends the final numbers and marks
   * the live samples as gone.
   */
  async end(families: () => readonly MetricFamily[], startMs: number): Promise<PushCounts> {
    await this.#underWay;
    const { keepsOldSamples } = this.#receiver;
    await this.#push(() => (keepsOldSamples ? this.#sent.withGone(families()) : families()), startMs);
    return {
      pushed: this.#pushed,
      failed: this.#failed,
      ...(this.#lastProblem === undefined ? {} : { lastProblem: this.#lastProblem }),
    };
  }

  /** Pushes once and never throws, because any error here is a failed push and not a failed run. */
  async #push(families: () => readonly MetricFamily[], startMs: number): Promise<void> {
    const problem = await this.#attempt(families, startMs);
    this.#pushed += 1;
    if (problem === undefined) return;
    this.#failed += 1;
    this.#lastProblem = problem;
  }

  async #attempt(families: () => readonly MetricFamily[], startMs: number): Promise<string | undefined> {
    try {
      const request = this.#receiver.request(families(), { startMs, atMs: Date.now() });
      return await send(this.#receiver, request, Math.min(WAIT_MS_MAX, this.#intervalMs));
    } catch (error) {
      return `${error instanceof Error ? error.name : 'an error'} while the metrics were written`;
    }
  }
}

/** Returns one line for users if a push failed, otherwise an empty text. */
export function pushReport({ flag, shown }: PushReceiver, { pushed, failed, lastProblem }: PushCounts): string {
  if (failed === 0) return '';
  return `--${flag} ${shown}: ${failed} of ${pushed} pushes failed, the last one with ${lastProblem ?? 'an unknown error'}.\n`;
}
