import { createHistogram } from 'node:perf_hooks';
import type { ConsumerSpec } from '../workloads/scenario.ts';
import { RunClock } from './clock.ts';
import { type ReceiverHandle, RecordingReceiver } from './receiver.ts';
import { ENDED, RunControl } from './run-control.ts';
import type { TargetHandle } from './target.ts';
import { openConsumer } from './targets.ts';
import { STATS, threadCpuUs } from './worker-stats.ts';

/** Everything a consumer thread needs; survives `postMessage`. */
export interface ConsumerTask {
  readonly consumer: ConsumerSpec;
  readonly baseNs: bigint;
  readonly control: SharedArrayBuffer;
  readonly stats: SharedArrayBuffer;
  readonly target: TargetHandle;
  readonly receiver: ReceiverHandle;
}

export interface ConsumerReport {
  readonly missing: Float64Array;
  readonly received: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly trimmedRecords: number;
}

/** The longest sleep: how soon a consumer with nothing to read sees that the run has ended. */
const SLEEP_MOST_NS = 100e6;
const CPU_CHECK_NS = 100e6;

/** Reads the target until the run ends, and times and accounts for every record. Blocks the thread. */
export function consume(task: ConsumerTask): ConsumerReport {
  const clock = new RunClock(task.baseNs);
  const control = new RunControl(task.control);
  const stats = new Float64Array(task.stats);
  const receiver = new RecordingReceiver(task.receiver);
  const { recorder, ledger } = receiver;
  const port = openConsumer(task.target, () => clock.nowNs());
  const loopDelay = createHistogram();
  control.awaitStart();
  clock.startAt(control.startNs);
  const cpuFromUs = threadCpuUs();
  let cpuCheckAtNs = 0;
  let pollAtNs = 0;
  let nowNs = clock.nowNs();
  while (control.state < ENDED) {
    recorder.turn(nowNs);
    const count = nowNs >= pollAtNs ? port.poll(nowNs, receiver) : 0;
    stats[STATS.received] = ledger.received;
    stats[STATS.trimmed] = port.trimmedRecords;
    const readAtNs = clock.nowNs();
    if (readAtNs - nowNs > stats[STATS.maxPauseNs]!) stats[STATS.maxPauseNs] = readAtNs - nowNs;
    if (readAtNs >= cpuCheckAtNs) {
      cpuCheckAtNs = readAtNs + CPU_CHECK_NS;
      stats[STATS.cpuUs] = threadCpuUs() - cpuFromUs;
    }
    if (task.consumer.kind === 'polling') {
      if (nowNs >= pollAtNs) pollAtNs = nextPollNs(pollAtNs, task.consumer.intervalNs, readAtNs);
      const wakeAtNs = Math.min(pollAtNs, readAtNs + SLEEP_MOST_NS);
      control.sleep(control.state, wakeAtNs - readAtNs);
      nowNs = clock.nowNs();
      if (wakeAtNs > readAtNs) loopDelay.record(Math.max(1, Math.round(nowNs - wakeAtNs)));
    } else {
      if (count === 0) port.sleep(readAtNs, SLEEP_MOST_NS, control);
      nowNs = clock.nowNs();
    }
  }
  recorder.finish(nowNs);
  stats[STATS.cpuUs] = threadCpuUs() - cpuFromUs;
  stats[STATS.loopDelayP99Ns] = loopDelay.count === 0 ? 0 : loopDelay.percentile(99);
  stats[STATS.done] = 1;
  const report = {
    missing: ledger.missing(),
    received: ledger.received,
    duplicated: ledger.duplicated,
    reordered: ledger.reordered,
    trimmedRecords: port.trimmedRecords,
  };
  port.close();
  return report;
}

/** Polls keep to their rhythm; those that a long read made impossible are left out. */
function nextPollNs(lastNs: number, intervalNs: number, nowNs: number): number {
  return Math.max(lastNs + intervalNs, nowNs);
}
