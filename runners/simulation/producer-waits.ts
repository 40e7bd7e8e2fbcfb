import { quantileAt } from '../../engine/twin/latency-profile.ts';
import type { RandomStream } from '../../workloads/random.ts';
import type { Load, ProducerModel } from './load.ts';

const NS_PER_SECOND = 1e9;

/** Draws the waiting times of records in their producer, for loads whose records are not simulated one by one. */
export class ProducerWaits {
  readonly #random: RandomStream;
  readonly #producers: ProducerModel;
  /** Time that a batch is open, and the share of records that open one. */
  readonly #openNs: number;
  readonly #firstRatio: number;

  constructor({ producers, records, bytes, durationNs }: Load, random: RandomStream) {
    const { batch, count } = producers;
    const ownPerSecond = (records / durationNs / count) * NS_PER_SECOND;
    const bytesPerRecord = bytes / Math.max(1, records);
    const recordsPerBatch = Math.min(batch.records, Math.max(1, batch.bytes / Math.max(1, bytesPerRecord)));
    this.#random = random;
    this.#producers = producers;
    this.#openNs = Math.min(batch.lingerNs, ((recordsPerBatch - 1) / ownPerSecond) * NS_PER_SECOND);
    this.#firstRatio = 1 / (1 + (ownPerSecond * this.#openNs) / NS_PER_SECOND);
  }

  /** From the due time to the hand-over: the record waits until its batch is full or has lingered. */
  batchNs(): number {
    if (this.#openNs === 0) return 0;
    const u = this.#random.uniform();
    return u < this.#firstRatio ? this.#openNs : ((u - this.#firstRatio) / (1 - this.#firstRatio)) * this.#openNs;
  }

  /** From a hand-over to its response. */
  callNs(): number {
    const { callNs, callQuantiles } = this.#producers;
    return callQuantiles === undefined ? callNs : quantileAt(callQuantiles, this.#random.uniform());
  }

  /** The mean of `batchNs`. */
  get batchMeanNs(): number {
    return (this.#openNs * (1 + this.#firstRatio)) / 2;
  }

  /** From the first hand-over to the one after so many throttled attempts. Each retry waits in a batch again. */
  retriesNs(throttledAttempts: number): number {
    const { retry } = this.#producers;
    let ns = 0;
    for (let i = 0; i < throttledAttempts; i++) {
      ns += this.callNs() + this.batchNs() + this.#random.uniform() * Math.min(retry.baseNs * 2 ** i, retry.capNs);
    }
    return ns;
  }
}
