import { setTimeout as sleep } from 'node:timers/promises';
import { ACCEPTED, PENDING, RecordBatch } from '../../engine/log/record-batch.ts';
import { textTable } from '../../engine/log/text-table.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { RECEIPT } from '../targets/receipt.ts';
import type { ConsumerPort, ProducerPort, Receiver } from '../targets/target.ts';
import { loadDriver, setUpTarget } from '../targets/targets.ts';
import { LoopPause } from '../threads/loop-pause.ts';
import { holds } from './benchmark.ts';

/** When records are put. */
export interface TripPace {
  readonly everyMs: number;
  readonly forMs: number;
  /** After each so many records there is a longer pause. */
  readonly burst?: { readonly records: number; readonly pauseMs: number };
}

const PAYLOAD_BYTES = 100;
const IN_FLIGHT = 1;
const SLOT = 0;
const LAST_TIMEOUT_MS = 20_000;
/** Ends a pause in which nothing woke the loop, to look at the time again. */
const PAUSE_NS = 50e6;
const KEYS = textTable(['k']);
const PAYLOADS = textTable(['x'.repeat(PAYLOAD_BYTES)]);

/**
 *   producer port -- one record a call --> target --> consumer port
 *
 * Puts records one at a time through the ports of the scenario's target, both in this thread, as the threads of a run do.
 * @returns the time of each record from its hand-over to its receiver, in ms and in the order of the records.
 */
export async function portTrip(scenario: Scenario, pace: TripPace): Promise<readonly number[]> {
  const target = await setUpTarget(scenario);
  const driver = await loadDriver(target.handle);
  const [acknowledged, arrived] = [new LoopPause(), new LoopPause()];
  const producer = driver.openProducer(target.handle, {
    keys: KEYS,
    batchCapacity: 1,
    inFlight: IN_FLIGHT,
    seed: scenario.seed,
    source: 0,
    wake: () => acknowledged.wake(),
  });
  const [consumer] = scenario.consumers;
  const reader = driver.openConsumer!(target.handle, { consumer: consumer!, now: nowNs, wake: () => arrived.wake() });
  const times = new PortTimes();
  try {
    await producer.open?.();
    await reader.open?.();
    await Promise.all([put(producer, acknowledged, times, pace), receive(reader, arrived, times)]);
  } finally {
    await producer.close();
    await reader.close();
    await target.tearDown();
  }
  const { sent, received, defects } = times;
  holds(received === sent && defects === 0, `${received} of ${sent} records came back, ${defects} of them wrong`);
  return times.latenciesMs();
}

const nowNs = () => performance.now() * 1e6;

class PortTimes implements Receiver {
  readonly #sentAtMs: number[] = [];
  readonly #receivedAtMs: number[] = [];
  /** Lost, repeated, reordered or of another size. */
  defects = 0;
  isPutting = true;

  get sent(): number {
    return this.#sentAtMs.length;
  }

  get received(): number {
    return this.#receivedAtMs.length;
  }

  handOver(): void {
    this.#sentAtMs.push(performance.now());
  }

  begin(): void {}

  receive(_source: number, _keyIndex: number, keyCounter: number, _intendedAtNs: number, bytes: number) {
    if (keyCounter !== this.received || bytes !== PAYLOAD_BYTES + 1) this.defects += 1;
    this.#receivedAtMs.push(performance.now());
    return RECEIPT.inOrder;
  }

  end(): void {}

  latenciesMs(): number[] {
    return this.#receivedAtMs.map((receivedAtMs, i) => receivedAtMs - this.#sentAtMs[i]!);
  }
}

/** One record after the other, each at its time or as soon as the one before is acknowledged. */
async function put(port: ProducerPort, pause: LoopPause, times: PortTimes, pace: TripPace): Promise<void> {
  const { forMs } = pace;
  const batch = new RecordBatch(1, KEYS, PAYLOADS, 0);
  batch.count = 1;
  const startMs = performance.now();
  for (
    let dueMs = startMs;
    dueMs < startMs + forMs;
    dueMs = Math.max(dueMs + gapMs(pace, times.sent), performance.now())
  ) {
    await sleep(Math.max(0, dueMs - performance.now()));
    batch.status[0] = PENDING;
    batch.keyCounter[0] = times.sent;
    batch.intendedAtNs[0] = nowNs();
    times.handOver();
    port.put(SLOT, batch, nowNs());
    while (port.poll(nowNs()) !== SLOT) await pause.for(PAUSE_NS);
    holds(batch.status[0] === ACCEPTED, `record ${times.sent - 1} was not accepted: status ${batch.status[0]}`);
  }
  times.isPutting = false;
}

function gapMs({ everyMs, burst }: TripPace, sent: number): number {
  return burst !== undefined && sent % burst.records === 0 ? burst.pauseMs : everyMs;
}

async function receive(port: ConsumerPort, pause: LoopPause, times: PortTimes): Promise<void> {
  let lastAtMs = performance.now();
  while (times.isPutting || (times.received < times.sent && performance.now() < lastAtMs + LAST_TIMEOUT_MS)) {
    if (port.poll(nowNs(), times) > 0) lastAtMs = performance.now();
    else await pause.for(PAUSE_NS);
  }
}
