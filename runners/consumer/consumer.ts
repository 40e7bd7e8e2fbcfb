import { createHistogram } from 'node:perf_hooks';
import type { ConsumerSpec } from '../../workloads/scenario.ts';
import type { ConsumerPort, TargetDriver, TargetHandle, TargetTraits } from '../targets/target.ts';
import { RunClock } from '../threads/clock.ts';
import { LoopPause, sampleLoopDelay } from '../threads/loop-pause.ts';
import { ENDED, RUNNING, RunControl, STOPPING } from '../threads/run-control.ts';
import { STATS, threadCpuUs } from '../threads/worker-stats.ts';
import { type ReceiverHandle, RecordingReceiver } from './receiver.ts';

/** Everything a consumer thread needs; survives `postMessage`. */
export interface ConsumerTask {
  readonly consumer: ConsumerSpec;
  readonly baseNs: bigint;
  readonly control: SharedArrayBuffer;
  readonly stats: SharedArrayBuffer;
  readonly target: TargetHandle;
  readonly waits: TargetTraits['waits'];
  readonly receiver: ReceiverHandle;
}

export interface ConsumerReport {
  readonly missing: Float64Array;
  readonly received: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly trimmedRecords: number;
  readonly notes: readonly string[];
  /** Other counts of the target's port. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The longest sleep: how soon a consumer with nothing to read sees that the run has ended. */
const SLEEP_NS_MAX = 100e6;
const CPU_CHECK_NS = 100e6;

/** Reads the target until the run ends, and times and accounts for every record. Blocks the thread. */
export function consume(task: ConsumerTask, driver: TargetDriver): ConsumerReport {
  const { consumer } = task;
  const reading = new Reading(task, driver, () => {});
  reading.control.awaitStart();
  reading.begin();
  let pollAtNs = 0;
  let nowNs = reading.clock.nowNs();
  while (reading.control.state < ENDED) {
    const count = reading.turn(nowNs, nowNs >= pollAtNs);
    const readAtNs = reading.clock.nowNs();
    if (consumer.kind === 'polling') {
      if (nowNs >= pollAtNs) pollAtNs = nextPollNs(pollAtNs, consumer.intervalNs, readAtNs);
      const wakeAtNs = Math.min(pollAtNs, readAtNs + SLEEP_NS_MAX);
      reading.control.sleep(reading.control.state, wakeAtNs - readAtNs);
      nowNs = reading.clock.nowNs();
      if (wakeAtNs > readAtNs) reading.loopDelay.record(Math.max(1, Math.round(nowNs - wakeAtNs)));
    } else {
      if (count === 0) reading.port.sleep(readAtNs, SLEEP_NS_MAX, reading.control);
      nowNs = reading.clock.nowNs();
    }
  }
  const report = reading.end();
  void reading.port.close();
  return report;
}

/** The same for targets that bring records by the event loop: the port keeps to the polling interval by itself. */
export async function consumeOnEventLoop(task: ConsumerTask, driver: TargetDriver): Promise<ConsumerReport> {
  const pause = new LoopPause();
  const reading = new Reading(task, driver, () => pause.wake());
  const { clock, control, port } = reading;
  await port.open?.();
  await control.awaitStartOnEventLoop();
  reading.begin();
  const stopSampling = sampleLoopDelay(reading.loopDelay);
  void control.changeFrom(RUNNING).then(() => control.changeFrom(STOPPING).then(() => pause.wake()));
  while (control.state < ENDED) {
    reading.turn(clock.nowNs(), true);
    await pause.for(SLEEP_NS_MAX);
  }
  stopSampling();
  const report = reading.end();
  await port.close();
  return report;
}

/** A consumer's parts, and what both ways of waiting do alike. */
class Reading {
  readonly clock: RunClock;
  readonly control: RunControl;
  readonly port: ConsumerPort;
  readonly #name: string;
  readonly #stats: Float64Array;
  readonly #receiver: RecordingReceiver;
  readonly loopDelay = createHistogram();
  #cpuFromUs = 0;
  #cpuCheckAtNs = 0;
  #lastNs = 0;

  constructor(task: ConsumerTask, driver: TargetDriver, wake: () => void) {
    this.#name = task.consumer.name;
    this.clock = new RunClock(task.baseNs);
    this.control = new RunControl(task.control);
    this.#stats = new Float64Array(task.stats);
    this.#receiver = new RecordingReceiver(task.receiver);
    if (driver.openConsumer === undefined)
      throw new Error(`the driver of ${task.target.kind} targets opens no consumers`);
    this.port = driver.openConsumer(task.target, { consumer: task.consumer, now: () => this.clock.nowNs(), wake });
  }

  begin(): void {
    this.clock.startAt(this.control.startNs);
    this.#cpuFromUs = threadCpuUs();
  }

  /** Reads what is there, when it is time to, and keeps the gauges. Returns how many records there were. */
  turn(nowNs: number, isTimeToPoll: boolean): number {
    const stats = this.#stats;
    this.#lastNs = nowNs;
    this.#receiver.recorder.turn(nowNs);
    const count = isTimeToPoll ? this.port.poll(nowNs, this.#receiver) : 0;
    stats[STATS.received] = this.#receiver.ledger.received;
    stats[STATS.trimmed] = this.port.trimmedRecords;
    stats[STATS.behindMs] = this.port.behindMs ?? Number.NaN;
    const readAtNs = this.clock.nowNs();
    if (readAtNs - nowNs > stats[STATS.maxPauseNs]!) stats[STATS.maxPauseNs] = readAtNs - nowNs;
    if (readAtNs >= this.#cpuCheckAtNs) {
      this.#cpuCheckAtNs = readAtNs + CPU_CHECK_NS;
      stats[STATS.cpuUs] = threadCpuUs() - this.#cpuFromUs;
    }
    return count;
  }

  end(): ConsumerReport {
    const stats = this.#stats;
    const { recorder, ledger } = this.#receiver;
    recorder.finish(this.#lastNs);
    stats[STATS.cpuUs] = threadCpuUs() - this.#cpuFromUs;
    stats[STATS.loopDelayP99Ns] = this.loopDelay.count === 0 ? 0 : this.loopDelay.percentile(99);
    stats[STATS.done] = 1;
    return {
      missing: ledger.missing(),
      received: ledger.received,
      duplicated: ledger.duplicated,
      reordered: ledger.reordered,
      trimmedRecords: this.port.trimmedRecords,
      notes: [...(this.port.notes ?? []), ...movedNotes(this.#name, ledger)],
      counts: { ...this.port.counts, ...movedCounts(ledger) },
    };
  }
}

type Moves = Pick<RecordingReceiver['ledger'], 'keyMoves' | 'movedRecords'>;

function movedCounts({ keyMoves, movedRecords }: Moves): Record<string, number> {
  return keyMoves === 0 ? {} : { keyMoves, movedRecords };
}

function movedNotes(name: string, { keyMoves, movedRecords }: Moves): string[] {
  if (keyMoves === 0) return [];
  const records = `${movedRecords} records came after a later record of their key for that reason`;
  return [`${name} saw ${keyMoves} keys move to another partition; ${records}, and do not count as reordered.`];
}

/** Returns the time of the next poll in its rhythm; polls that a long read made impossible are skipped. */
function nextPollNs(lastNs: number, intervalNs: number, nowNs: number): number {
  return Math.max(lastNs + intervalNs, nowNs);
}
