import { createHistogram } from 'node:perf_hooks';
import { createKeyChooser } from '../../workloads/keys.ts';
import { createPayloadChooser } from '../../workloads/payloads.ts';
import { type Arrivals, createArrivals } from '../../workloads/schedule.ts';
import { RecordingReceiver } from '../consumer/receiver.ts';
import { cellOf, DROPPED, PhaseFinder, RETRIED, SCHEDULED } from '../recorder/cells.ts';
import { Recorder } from '../recorder/recorder.ts';
import type { ProducerPort, TargetDriver } from '../targets/target.ts';
import { RunClock } from '../threads/clock.ts';
import { LoopPause, sampleLoopDelay } from '../threads/loop-pause.ts';
import { ENDED, RUNNING, RunControl } from '../threads/run-control.ts';
import { STATS, threadCpuUs } from '../threads/worker-stats.ts';
import { HoldBack } from './hold-back.ts';
import { OutgoingBatch } from './outgoing-batch.ts';
import { ProducerResponses } from './producer-responses.ts';
import type { ProducerReport, ProducerTask } from './producer-task.ts';
import { recordLag } from './record-lag.ts';

/** Time between two readings of CPU time, and the longest sleep. */
const CHECK_NS = 100e6;
/** Time to wait for responses of open calls after the run was stopped. */
const STOP_GRACE_NS = 1e9;
/** Counting the backlog of a target that fell far behind may take this long. */
const BACKLOG_COUNT_NS = 2e9;

/**
 * One open-loop producer. Intended times come from the schedule and are never moved: a producer that is late, for
 * whatever reason, sends late, and the latency from the intended time shows it.
 *
 *   turn: complete calls with a response -> put due retries and due records into batches -> hand full ones over -> sleep
 */
export class Producer {
  readonly #task: ProducerTask;
  readonly #clock: RunClock;
  readonly #control: RunControl;
  readonly #stats: Float64Array;
  readonly #recorder: Recorder;
  readonly #receivers: readonly RecordingReceiver[];
  readonly #responses: ProducerResponses;
  readonly #port: ProducerPort;
  readonly #arrivals: Arrivals;
  readonly #keyOf: (recordIndex: number) => number;
  readonly #payloadOf: (recordIndex: number) => number;
  readonly #phases: PhaseFinder;
  readonly #pause = new LoopPause();
  readonly #loopDelay = createHistogram();
  readonly #slots: readonly OutgoingBatch[];
  readonly #free: OutgoingBatch[];
  readonly #unacknowledged: number[] = [];
  #notPickedUp = 0;
  #open: OutgoingBatch | undefined;
  #nextDueNs: number;
  #openCalls = 0;
  readonly #holdBack = new HoldBack();
  #cpuCheckAtNs = 0;
  #cpuFromUs = 0;
  #graceUntilNs = 0;

  constructor(task: ProducerTask, driver: TargetDriver) {
    const { workload, seed, source, keys, payloads } = task;
    const { count, batch, inFlight } = workload.producers;
    this.#task = task;
    this.#clock = new RunClock(task.baseNs);
    this.#control = new RunControl(task.control);
    this.#stats = new Float64Array(task.stats);
    this.#recorder = new Recorder(task.recorder);
    this.#receivers = task.receivers.map((handle) => new RecordingReceiver(handle));
    this.#responses = new ProducerResponses(task, this.#recorder, this.#stats, this.#receivers);
    this.#port = driver.openProducer(task.target, {
      keys,
      batchCapacity: batch.records,
      inFlight,
      seed,
      source,
      wake: () => this.#pause.wake(),
    });
    this.#arrivals = createArrivals(workload, seed, task.producerIndex, count, task.recordedTimesNs);
    this.#keyOf = createKeyChooser(workload, seed, task.keyIndexes && { keyIndexes: task.keyIndexes });
    this.#payloadOf = createPayloadChooser(workload, seed, { count: task.payloadCount });
    this.#phases = new PhaseFinder(workload.phases);
    this.#slots = Array.from(
      { length: inFlight },
      (_, slot) => new OutgoingBatch(slot, batch.records, keys, payloads, source),
    );
    this.#free = [...this.#slots].reverse();
    this.#nextDueNs = this.#arrivals.next();
  }

  /** Makes the whole load, or as much as the run lets it. Blocks the thread. */
  run(): ProducerReport {
    this.#control.awaitStart();
    let nowNs = this.#begin();
    while (this.#isMakingLoad()) {
      const turnEndNs = this.#turn(nowNs);
      const sleepNs = this.#wakeAtNs(turnEndNs) - turnEndNs;
      if (sleepNs > 0) this.#control.sleep(RUNNING, sleepNs);
      nowNs = this.#clock.nowNs();
      if (sleepNs > 0) this.#loopDelay.record(Math.max(1, Math.round(nowNs - turnEndNs - sleepNs)));
    }
    this.#stopSending();
    while (this.#mayStillRespond()) this.#control.sleep(this.#control.state, this.#responseWaitNs());
    const report = this.#end();
    void this.#port.close();
    return report;
  }

  /** The same for targets whose responses arrive through the event loop, which runs whenever nothing is due. */
  async runOnEventLoop(): Promise<ProducerReport> {
    await this.#port.open?.();
    await this.#control.awaitStartOnEventLoop();
    let nowNs = this.#begin();
    const stopSampling = sampleLoopDelay(this.#loopDelay);
    void this.#control.changeFrom(RUNNING).then(() => this.#pause.wake());
    while (this.#isMakingLoad()) {
      const turnEndNs = this.#turn(nowNs);
      await this.#pause.for(this.#wakeAtNs(turnEndNs) - turnEndNs);
      nowNs = this.#clock.nowNs();
    }
    stopSampling();
    this.#stopSending();
    while (this.#mayStillRespond()) await this.#pause.for(this.#responseWaitNs());
    const report = this.#end();
    await this.#port.close();
    return report;
  }

  #begin(): number {
    this.#clock.startAt(this.#control.startNs);
    this.#cpuFromUs = threadCpuUs();
    const nowNs = this.#clock.nowNs();
    this.#responses.changeInFlight(0, nowNs);
    return nowNs;
  }

  #isMakingLoad(): boolean {
    return this.#control.state === RUNNING && !this.#isDone();
  }

  /** Does everything that is due. Returns the time at its end. */
  #turn(nowNs: number): number {
    this.#turnRecorders(nowNs);
    this.#checkCpu(nowNs);
    this.#complete(nowNs);
    this.#fillRetries(nowNs);
    this.#fill(nowNs);
    this.#sendIfDue(this.#clock.nowNs());
    const turnEndNs = this.#clock.nowNs();
    this.#notePause(turnEndNs - nowNs);
    return turnEndNs;
  }

  #isDone(): boolean {
    return (
      this.#nextDueNs === Number.POSITIVE_INFINITY &&
      this.#openCalls === 0 &&
      this.#responses.retries.size === 0 &&
      this.#open === undefined
    );
  }

  #turnRecorders(nowNs: number): void {
    this.#recorder.turn(nowNs);
    for (let i = 0; i < this.#receivers.length; i++) this.#receivers[i]!.recorder.turn(nowNs);
  }

  /** Picks up every record that is due, as long as there is a batch to put it in. */
  #fill(fromNs: number): void {
    let nowNs = fromNs;
    this.#endHoldBack(nowNs);
    while (this.#nextDueNs <= nowNs) {
      const batch = this.#batchForNew(nowNs);
      if (batch === undefined) {
        if (this.#task.workload.producers.whenBusy === 'wait') return;
        this.#drop();
        continue;
      }
      const readyAtNs = this.#holdBack.excuse(this.#nextDueNs);
      this.#pickUp(batch);
      if (this.#isFull(batch)) {
        batch.dueAtNs = Math.min(batch.dueAtNs, readyAtNs);
        this.#send(batch);
        nowNs = this.#clock.nowNs();
        this.#complete(nowNs);
        // A long catch-up must neither keep intervals open nor outlast the run.
        this.#turnRecorders(nowNs);
        if (this.#control.state !== RUNNING) return;
      }
    }
    this.#holdBack.caughtUp(nowNs);
  }

  #pickUp(batch: OutgoingBatch): void {
    const intendedAtNs = this.#nextDueNs;
    const { index } = this.#arrivals;
    const phase = this.#phases.phaseOf(intendedAtNs);
    const keyIndex = this.#keyOf(index);
    const numbers = this.#task.nextNumbers;
    const number = numbers[keyIndex]!;
    numbers[keyIndex] = number + 1;
    batch.add(phase, keyIndex, this.#payloadOf(index), number, intendedAtNs);
    this.#recorder.count(cellOf(phase, this.#task.shardCount, this.#task.shardCount), SCHEDULED, 1);
    this.#stats[STATS.scheduled]! += 1;
    this.#nextDueNs = this.#arrivals.next();
  }

  #drop(): void {
    const cell = cellOf(this.#phases.phaseOf(this.#nextDueNs), this.#task.shardCount, this.#task.shardCount);
    this.#recorder.count(cell, SCHEDULED, 1);
    this.#recorder.count(cell, DROPPED, 1);
    this.#stats[STATS.scheduled]! += 1;
    this.#stats[STATS.dropped]! += 1;
    this.#nextDueNs = this.#arrivals.next();
  }

  #fillRetries(nowNs: number): void {
    while (this.#responses.retries.nextDueNs <= nowNs) {
      const batch = this.#openBatch(nowNs, nowNs);
      if (batch === undefined || !this.#responses.retries.pop()) return;
      const { row } = this.#responses.retries;
      batch.addRetry(row);
      this.#recorder.count(cellOf(row.phase, this.#task.shardCount, this.#task.shardCount), RETRIED, 1);
      this.#stats[STATS.retried]! += 1;
      if (this.#isFull(batch)) {
        batch.dueAtNs = Math.min(batch.dueAtNs, nowNs);
        this.#send(batch);
      }
    }
  }

  /** False while the target has every slot, or too many records wait for a retry. */
  #hasRoomForNew(): boolean {
    const isQueueFull = this.#responses.retries.size >= this.#task.retryQueueLimit;
    return !isQueueFull && (this.#open !== undefined || this.#free.length > 0);
  }

  /** The batch for a record of the schedule; undefined while the target holds this producer back. */
  #batchForNew(nowNs: number): OutgoingBatch | undefined {
    if (this.#hasRoomForNew()) return this.#openBatch(nowNs, this.#holdBack.excuse(this.#nextDueNs));
    this.#holdBack.begin(nowNs);
    return undefined;
  }

  #endHoldBack(nowNs: number): void {
    if (this.#holdBack.isKnown && this.#hasRoomForNew()) this.#stats[STATS.heldBackNs]! += this.#holdBack.end(nowNs);
  }

  /**
   * The batch that takes records now; undefined while the target has every slot.
   * @param readyAtNs from when on its first record could be handed over: its linger begins.
   */
  #openBatch(nowNs: number, readyAtNs: number): OutgoingBatch | undefined {
    if (this.#open !== undefined) return this.#open;
    const batch = this.#free.pop();
    batch?.open(Math.min(nowNs, readyAtNs) + this.#task.workload.producers.batch.lingerNs);
    this.#open = batch;
    return batch;
  }

  #isFull(batch: OutgoingBatch): boolean {
    const { records, bytes } = this.#task.workload.producers.batch;
    return batch.count === records || batch.bytes >= bytes;
  }

  #sendIfDue(nowNs: number): void {
    const batch = this.#open;
    if (batch === undefined || batch.count === 0) return;
    if (nowNs >= batch.dueAtNs) this.#send(batch);
  }

  #send(batch: OutgoingBatch): void {
    this.#open = undefined;
    const nowNs = this.#clock.nowNs();
    batch.markSent(nowNs);
    const lagNs = Math.max(0, nowNs - this.#holdBack.excuse(batch.dueAtNs));
    const first = recordLag(batch, lagNs, this.#recorder, this.#task.shardCount);
    this.#responses.changeInFlight(first, nowNs);
    this.#openCalls += 1;
    this.#port.put(batch.slot, batch.records, nowNs);
  }

  /** Processes every response that has arrived. */
  #complete(nowNs: number): void {
    if (this.#openCalls === 0) return;
    for (;;) {
      const slot = this.#port.poll(nowNs);
      if (slot < 0) return;
      const batch = this.#slots[slot]!;
      this.#openCalls -= 1;
      this.#responses.take(batch, this.#clock.nowNs());
      this.#free.push(batch);
    }
  }

  /** Shortly before the next thing is due: from there on the producer spins. */
  #wakeAtNs(nowNs: number): number {
    const { spinNs, joinWaitNs } = this.#task;
    const recordNs = this.#nextRecordNs();
    const punctualNs = Math.min(this.#handOverNs(recordNs), this.#port.nextAtNs, nowNs + CHECK_NS) - spinNs;
    return Math.min(punctualNs, joinWaitNs === 0 ? recordNs - spinNs : Math.max(recordNs, nowNs + joinWaitNs));
  }

  /** When a batch is handed over next, if no record comes after the next one. @param recordNs when that is due. */
  #handOverNs(recordNs: number): number {
    const { records, lingerNs } = this.#task.workload.producers.batch;
    const count = this.#open?.count ?? 0;
    const lingerEndNs = count === 0 ? recordNs + lingerNs : this.#open!.dueAtNs;
    return count + 1 < records ? lingerEndNs : Math.min(lingerEndNs, recordNs);
  }

  /**
   * Time of the next check of due records. Without room, there is one more check at the next due time: from then on the delay
   * counts as the target's, and a record that may not wait is dropped. After that only a response changes anything.
   */
  #nextRecordNs(): number {
    const { nextDueNs } = this.#responses.retries;
    if (this.#hasRoomForNew()) return Math.min(this.#nextDueNs, nextDueNs);
    const retryNs = this.#free.length > 0 ? nextDueNs : Number.POSITIVE_INFINITY;
    return this.#holdBack.isKnown && this.#task.workload.producers.whenBusy === 'wait'
      ? retryNs
      : Math.min(this.#nextDueNs, retryNs);
  }

  #notePause(turnNs: number): void {
    if (turnNs > this.#stats[STATS.maxPauseNs]!) this.#stats[STATS.maxPauseNs] = turnNs;
  }

  #checkCpu(nowNs: number): void {
    if (nowNs < this.#cpuCheckAtNs) return;
    this.#cpuCheckAtNs = nowNs + CHECK_NS;
    this.#stats[STATS.cpuUs] = threadCpuUs() - this.#cpuFromUs;
  }

  /** The run was stopped before the load was complete: open calls get a little time, the rest stays unacknowledged. */
  #stopSending(): void {
    if (this.#open !== undefined) this.#leaveWithoutResponse(this.#open);
    this.#countBacklog(this.#clock.nowNs());
    this.#graceUntilNs = this.#clock.nowNs() + STOP_GRACE_NS;
  }

  /** Counts the records that were due and that the producer had no room for: they were scheduled, and nobody gets them. */
  #countBacklog(stoppedAtNs: number): void {
    while (this.#nextDueNs <= stoppedAtNs) {
      const cell = cellOf(this.#phases.phaseOf(this.#nextDueNs), this.#task.shardCount, this.#task.shardCount);
      this.#recorder.count(cell, SCHEDULED, 1);
      this.#stats[STATS.scheduled]! += 1;
      this.#notPickedUp += 1;
      this.#nextDueNs = this.#arrivals.next();
      if (this.#notPickedUp % 100_000 === 0 && this.#clock.nowNs() > stoppedAtNs + BACKLOG_COUNT_NS) return;
    }
  }

  /** Processes the responses that have arrived. True while calls are open and there is time to wait for them. */
  #mayStillRespond(): boolean {
    const nowNs = this.#clock.nowNs();
    const isInTime = nowNs < this.#graceUntilNs && this.#control.state < ENDED;
    if (isInTime) this.#complete(nowNs);
    while (this.#responses.retries.pop())
      this.#unacknowledged.push(this.#responses.retries.row.keyIndex, this.#responses.retries.row.keyCounter);
    return isInTime && this.#openCalls > 0;
  }

  #responseWaitNs(): number {
    return Math.min(this.#port.nextAtNs - this.#clock.nowNs(), 10e6);
  }

  /** Records of open calls stay unacknowledged. */
  #abandonOpenCalls(): void {
    if (this.#openCalls === 0) return;
    for (const batch of this.#slots) {
      if (!this.#free.includes(batch) && batch !== this.#open) this.#leaveWithoutResponse(batch);
    }
  }

  #leaveWithoutResponse({ records }: OutgoingBatch): void {
    for (let row = 0; row < records.count; row++) {
      this.#unacknowledged.push(records.keyIndex[row]!, records.keyCounter[row]!);
    }
  }

  #end(): ProducerReport {
    this.#abandonOpenCalls();
    const nowNs = this.#clock.nowNs();
    this.#responses.changeInFlight(0, nowNs);
    this.#recorder.finish(nowNs);
    for (const { recorder } of this.#receivers) recorder.finish(nowNs);
    this.#stats[STATS.cpuUs] = threadCpuUs() - this.#cpuFromUs;
    this.#stats[STATS.loopDelayP99Ns] = this.#loopDelay.count === 0 ? 0 : this.#loopDelay.percentile(99);
    this.#stats[STATS.received] = this.#receivers.reduce((sum, { ledger }) => sum + ledger.received, 0);
    this.#stats[STATS.done] = 1;
    return {
      counts: this.#port.counts ?? {},
      failed: Float64Array.from(this.#responses.failed),
      unacknowledged: Float64Array.from(this.#unacknowledged),
      notPickedUp: this.#notPickedUp,
      missing: this.#receivers.map(({ ledger }) => ledger.missing()),
      duplicated: this.#receivers.map(({ ledger }) => ledger.duplicated),
      reordered: this.#receivers.map(({ ledger }) => ledger.reordered),
    };
  }
}
