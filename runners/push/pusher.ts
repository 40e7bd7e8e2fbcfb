import { performance } from 'node:perf_hooks';
import type { MetricFamily } from '../../reports/export/metric-family.ts';
import type { LiveSnapshot } from '../live/snapshot.ts';
import type { PushReceiver } from './push-receiver.ts';
import { PushedSamples } from './pushed-samples.ts';
import { send } from './send.ts';
import { type RunFacts, snapshotMetrics } from './snapshot-metrics.ts';

const LONGEST_WAIT_MS = 5000;

export interface PusherOptions {
  readonly intervalMs: number;
  readonly run: RunFacts;
  /** For tests. */
  readonly nowMs?: () => number;
}

/** What became of a run's pushes. */
export interface PushCounts {
  readonly pushed: number;
  readonly failed: number;
  /** Why the last failed one did. */
  readonly lastProblem?: string;
}

/**
 * Sends a run's numbers to one receiver, now and then and once at the end.
 *
 *   snapshot  o..o..o..o..o..o..o..o    four a second, never held up
 *   push      |-----interval-----|-->   with the newest snapshot, only when the push before is over
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

  /** Returns at once. */
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
   * After the run: waits for a push under way, so that it cannot overtake, then sends the final numbers, and that what was live
   * is gone.
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

  /** Never throws: what goes wrong here is a failed push, whatever it is, and not a failed run. */
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
      return await send(this.#receiver, request, Math.min(LONGEST_WAIT_MS, this.#intervalMs));
    } catch (error) {
      return `${error instanceof Error ? error.name : 'an error'} while the metrics were written`;
    }
  }
}

/** One line for people when something failed; nothing otherwise. */
export function pushReport({ flag, shown }: PushReceiver, { pushed, failed, lastProblem }: PushCounts): string {
  if (failed === 0) return '';
  return `--${flag} ${shown}: ${failed} of ${pushed} pushes failed, the last one by ${lastProblem ?? 'something unknown'}.\n`;
}
