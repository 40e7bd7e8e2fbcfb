import { LiveLatencies, liveSecond } from '../../reports/html/live-data.ts';
import type { LiveStatus } from '../../reports/html/live-model.ts';
import { type LiveTarget, liveEnd, liveWaterfall, renderLivePage } from '../../reports/html/render-live.ts';
import type { Interval, Result } from '../../reports/result/result.ts';
import { hasConsumers } from '../../reports/summary/second-facts.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import type { LiveSnapshot } from '../live/snapshot.ts';
import { kindOf } from '../targets/targets.ts';
import { LiveServer } from './live-server.ts';

/** Time between updates of the percentile curve and the waterfall, which cover the whole run so far and change slowly. */
const LATENCIES_EVERY_SECONDS = 5;

function liveTarget({ target }: Scenario): LiveTarget {
  const kind = kindOf(target);
  return { title: kind.title(target), reportsBehind: kind.reportsBehind === true };
}

/**
 * The live page of a run. All work happens once per second on the main thread, even without viewers, because a late viewer
 * must see everything. An error is reported once and stops only the page, not the run.
 */
export class LiveWeb {
  readonly #server: LiveServer;
  readonly #latencies: LiveLatencies;
  readonly #isRead: boolean;
  readonly #report: (text: string) => void;
  /** Records in seconds that were sent and may still grow. */
  readonly #sent = new Map<number, number>();
  #snapshot: LiveSnapshot | undefined;
  #isBroken = false;

  private constructor(server: LiveServer, scenario: Scenario, report: (text: string) => void) {
    this.#server = server;
    this.#latencies = new LiveLatencies(scenario);
    this.#isRead = hasConsumers(scenario);
    this.#report = report;
  }

  /** @throws RUNNER_WEB_FAILED if the port cannot be opened. */
  static async open(scenario: Scenario, port: number, report: (text: string) => void): Promise<LiveWeb> {
    const server = await LiveServer.open(renderLivePage(scenario, liveTarget(scenario)), port);
    return new LiveWeb(server, scenario, report);
  }

  get url(): string {
    return this.#server.url;
  }

  show(snapshot: LiveSnapshot): void {
    this.#snapshot = snapshot;
  }

  /** @param isSettled true if the second is final; it was sent before, and may have grown since. */
  second(interval: Interval, isSettled: boolean): void {
    this.#carefully(() => {
      const index = Math.round(interval.startNs / 1e9);
      const records = recordsIn(interval);
      if (this.#sent.get(index) !== records) this.#server.events.append('second', liveSecond(interval, this.#isRead));
      if (!isSettled) {
        this.#sent.set(index, records);
        if (this.#snapshot !== undefined) this.#server.events.replace('status', statusOf(this.#snapshot));
        return;
      }
      this.#sent.delete(index);
      this.#latencies.add(interval);
      if (index % LATENCIES_EVERY_SECONDS !== 0) return;
      this.#server.events.replace('curves', this.#latencies.curves);
      this.#server.events.replace('waterfall', liveWaterfall(this.#latencies.spans));
    });
  }

  ended(result: Result): void {
    this.#carefully(() => this.#server.events.replace('ended', liveEnd(result)));
  }

  failed(message: string): void {
    this.#carefully(() => this.#server.events.replace('failed', message));
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #carefully(work: () => void): void {
    if (this.#isBroken) return;
    try {
      work();
    } catch (error) {
      this.#isBroken = true;
      const message = error instanceof Error ? error.message : String(error);
      this.#report(`The live page stopped: ${message}. The run continues.`);
    }
  }
}

function recordsIn({ cells }: Interval): number {
  return cells.reduce((sum, { counts }) => sum + ('received' in counts ? counts.received : counts.acked), 0);
}

function statusOf({ elapsedNs, totalNs, phase, draining, sent, throttled }: LiveSnapshot): LiveStatus {
  return {
    elapsedSeconds: Math.round(elapsedNs / 1e9),
    totalSeconds: totalNs / 1e9,
    phase: [...new Set(phase.map(({ name }) => name))].join(', '),
    isDraining: draining,
    sent,
    throttled,
  };
}
