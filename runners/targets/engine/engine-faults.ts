import { shardIdOf } from '../../../engine/account/identifiers/shard-id.ts';
import { ERRORED, PENDING, type RecordBatch, THROTTLED } from '../../../engine/log/record-batch.ts';
import type { FaultRule } from '../../../engine/twin/fault-rules.ts';
import { type FaultDecision, Faults, NO_FAULT, waitUntilMs } from '../../../engine/twin/faults.ts';
import { deriveSeed } from '../../../workloads/random.ts';
import type { ConsumerSpec, Scenario } from '../../../workloads/scenario.ts';
import { type FaultInjection, faultRulesOf } from '../fault-injection.ts';
import type { ProducerContext, ProducerPort } from '../target.ts';

/**
 * Faults of the engine in process. Every producer and consumer decides for itself by the same rules, whose times count
 * from the schedule's start; what they did is added up in shared memory. Survives `postMessage`.
 */
export interface EngineFaults {
  readonly rules: readonly FaultRule[];
  readonly seed: number;
  /** Int32: 1 when all faults are over; then how often each rule did something. */
  readonly words: SharedArrayBuffer;
}

const OVER_WORD = 0; // written by the main thread when the load is over, read by all
const FIRST_COUNT_WORD = 1; // increased by each thread that a rule hits

export function engineFaultsOf({ faults, seed }: Scenario): EngineFaults | undefined {
  if (faults === undefined) return undefined;
  const words = new SharedArrayBuffer((FIRST_COUNT_WORD + faults.length) * Int32Array.BYTES_PER_ELEMENT);
  return { rules: faultRulesOf(faults, 0), seed, words };
}

/** The faults are part of the handle, so workers know them before the run starts. */
export class EngineFaultInjection implements FaultInjection {
  readonly #words: Int32Array | undefined;

  constructor(faults: EngineFaults | undefined) {
    this.#words = faults && new Int32Array(faults.words);
  }

  async setFaults(): Promise<void> {}

  async endFaults(): Promise<number[]> {
    if (this.#words === undefined) return [];
    Atomics.store(this.#words, OVER_WORD, 1);
    return Array.from(this.#words.subarray(FIRST_COUNT_WORD));
  }
}

/** The rules for one producer or consumer. It publishes their hits to the other threads. */
class OwnFaults {
  readonly #faults: Faults;
  readonly #words: Int32Array;
  /** For each rule here: its place among all, and the number of its published hits. */
  readonly #places: readonly number[];
  readonly #published: number[];

  constructor({ rules, seed, words }: EngineFaults, owner: string, isMeant: (rule: FaultRule) => boolean) {
    this.#faults = new Faults(deriveSeed(seed, `faults of ${owner}`));
    this.#words = new Int32Array(words);
    this.#places = [...rules.keys()].filter((i) => isMeant(rules[i]!));
    this.#published = this.#places.map(() => 0);
    this.#faults.set(this.#places.map((i) => rules[i]!));
  }

  get areOver(): boolean {
    return Atomics.load(this.#words, OVER_WORD) !== 0;
  }

  decide(operation: string, shard: number | undefined, nowNs: number): FaultDecision {
    if (this.areOver) return NO_FAULT;
    const call = { operation, shard: shard === undefined ? undefined : shardIdOf(shard) };
    const decision = this.#faults.decide(call, nowNs / 1e6);
    this.#report();
    return decision;
  }

  /** Fails PENDING rows one by one. @param shardOf the shard of a key. */
  failRecords(batch: RecordBatch, shardOf: (keyIndex: number) => number, nowNs: number): void {
    if (!this.#faults.failsRecords || this.areOver) return;
    for (let row = 0; row < batch.count; row++) {
      if (batch.status[row] !== PENDING) continue;
      const shard = shardOf(batch.keyIndex[row]!);
      const code = this.#faults.failsRecord('', shardIdOf(shard), nowNs / 1e6);
      if (code !== undefined) failRow(batch, row, shard, code);
    }
    this.#report();
  }

  #report(): void {
    for (const [i, { injected }] of this.#faults.rules.entries()) {
      if (injected === this.#published[i]) continue;
      Atomics.add(this.#words, FIRST_COUNT_WORD + this.#places[i]!, injected - this.#published[i]!);
      this.#published[i] = injected;
    }
  }
}

interface HeldCall {
  readonly slot: number;
  readonly batch: RecordBatch;
  readonly decision: FaultDecision;
  readonly beginsAtNs: number;
}

/** A producer port that delays calls, fails them, or loses their responses. */
export class FaultyProducerPort implements ProducerPort {
  readonly #port: ProducerPort & { shardOf(keyIndex: number): number };
  readonly #faults: OwnFaults;
  /** Calls that wait for their time; other calls overtake them, as on a service. */
  #held: HeldCall[] = [];
  readonly #refused: number[] = [];
  /** By slot: 1 if the response will not arrive. */
  readonly #losesResponse: Uint8Array;
  readonly #batches: (RecordBatch | undefined)[];

  constructor(
    port: ProducerPort & { shardOf(keyIndex: number): number },
    faults: EngineFaults,
    context: ProducerContext,
  ) {
    this.#port = port;
    this.#faults = new OwnFaults(faults, `producer ${context.source}`, () => true);
    this.#losesResponse = new Uint8Array(context.inFlight);
    this.#batches = new Array<RecordBatch | undefined>(context.inFlight).fill(undefined);
  }

  get nextAtNs(): number {
    if (this.#refused.length > 0) return 0;
    return this.#held.reduce((first, { beginsAtNs }) => Math.min(first, beginsAtNs), this.#port.nextAtNs);
  }

  put(slot: number, batch: RecordBatch, nowNs: number): void {
    const decision = this.#faults.decide('PutRecords', undefined, nowNs);
    const nowMs = nowNs / 1e6;
    const beginsAtNs = nowNs + (waitUntilMs(decision, nowMs) - nowMs) * 1e6;
    const call = { slot, batch, decision, beginsAtNs };
    if (beginsAtNs > nowNs) this.#held.push(call);
    else this.#begin(call, nowNs);
  }

  poll(nowNs: number): number {
    this.#beginDue(nowNs);
    const refused = this.#refused.shift();
    if (refused !== undefined) return refused;
    const slot = this.#port.poll(nowNs);
    if (slot >= 0 && this.#losesResponse[slot] === 1) {
      this.#losesResponse[slot] = 0;
      this.#batches[slot]!.status.fill(ERRORED, 0, this.#batches[slot]!.count);
    }
    return slot;
  }

  close(): void | Promise<void> {
    return this.#port.close();
  }

  #beginDue(nowNs: number): void {
    const due = this.#held.filter(({ beginsAtNs }) => beginsAtNs <= nowNs);
    if (due.length === 0) return;
    this.#held = this.#held.filter(({ beginsAtNs }) => beginsAtNs > nowNs);
    for (const call of due) this.#begin(call, nowNs);
  }

  #begin({ slot, batch, decision }: HeldCall, nowNs: number): void {
    if (decision.error !== undefined) {
      for (let row = 0; row < batch.count; row++) {
        if (batch.status[row] === PENDING) {
          failRow(batch, row, this.#port.shardOf(batch.keyIndex[row]!), decision.error.code);
        }
      }
      this.#refused.push(slot);
      return;
    }
    this.#faults.failRecords(batch, (keyIndex) => this.#port.shardOf(keyIndex), nowNs);
    this.#losesResponse[slot] = decision.dropAfter ? 1 : 0;
    this.#batches[slot] = batch;
    this.#port.put(slot, batch, nowNs);
  }
}

/** Faults of reading a shard. A fan-out consumer can only stall. */
export class ReadFaults {
  readonly #faults: OwnFaults;
  readonly #operation: string;
  /** By shard: until when it is stalled. */
  readonly #stalledUntilNs: number[] = [];
  #anyStalledUntilNs = Number.NEGATIVE_INFINITY;

  constructor(faults: EngineFaults, { name, kind }: ConsumerSpec) {
    const isMeant = (rule: FaultRule) => rule.kind === 'stall' || (kind === 'polling' && rule.kind !== 'latency');
    this.#faults = new OwnFaults(faults, `consumer ${name}`, isMeant);
    this.#operation = kind === 'polling' ? 'GetRecords' : 'SubscribeToShard';
  }

  /** Asked before each read of a shard. */
  mayRead(shard: number, nowNs: number): boolean {
    if (nowNs < (this.#stalledUntilNs[shard] ?? 0)) return this.#faults.areOver;
    const { untilMs, error, dropBefore, dropAfter } = this.#faults.decide(this.#operation, shard, nowNs);
    if (untilMs !== undefined && untilMs * 1e6 > nowNs) {
      this.#stalledUntilNs[shard] = untilMs * 1e6;
      this.#anyStalledUntilNs = Math.max(this.#anyStalledUntilNs, untilMs * 1e6);
      return false;
    }
    return error === undefined && !dropBefore && !dropAfter;
  }

  isStalled(nowNs: number): boolean {
    return nowNs < this.#anyStalledUntilNs && !this.#faults.areOver;
  }
}

function failRow(batch: RecordBatch, row: number, shard: number, code: string): void {
  batch.shard[row] = shard;
  batch.status[row] = code === 'ProvisionedThroughputExceededException' ? THROTTLED : ERRORED;
}
