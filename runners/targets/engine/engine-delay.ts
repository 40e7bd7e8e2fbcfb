import type { RecordBatch } from '../../../engine/log/record-batch.ts';
import { blockAt } from '../../../engine/twin/latency.ts';
import { quantileAt } from '../../../engine/twin/latency-profile.ts';
import type { LatencyProfileSpec } from '../../../workloads/limits-and-latency.ts';
import { deriveSeed, uniformAt } from '../../../workloads/random.ts';
import type { ProducerContext, ProducerPort } from '../target.ts';

/**
 * The engine's producers as those of the service that a profile describes: a call has its effect when it is handed over, and its response
 * arrives after the profile's put latency, a draw for each call. Calls may overtake each other on the way back, as on a service.
 */
export class DelayedProducerPort implements ProducerPort {
  readonly #port: ProducerPort;
  readonly #latency: LatencyProfileSpec;
  readonly #seed: number;
  readonly #blockSeed: number;
  #calls = 0;
  /** By slot: when the response of a completed call arrives; Infinity for any other slot. */
  readonly #responseAtNs: Float64Array;
  /** By slot: when its call was handed over. */
  readonly #putAtNs: Float64Array;
  #nextResponseNs = Number.POSITIVE_INFINITY;

  constructor(port: ProducerPort, latency: LatencyProfileSpec, { inFlight, seed, source }: ProducerContext) {
    this.#port = port;
    this.#latency = latency;
    this.#seed = deriveSeed(seed, `put delays of producer ${source}`);
    this.#blockSeed = deriveSeed(seed, 'seconds of put delays');
    this.#responseAtNs = new Float64Array(inFlight).fill(Number.POSITIVE_INFINITY);
    this.#putAtNs = new Float64Array(inFlight);
  }

  get nextAtNs(): number {
    return Math.min(this.#nextResponseNs, this.#port.nextAtNs);
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#port.counts ?? {};
  }

  put(slot: number, batch: RecordBatch, nowNs: number): void {
    this.#putAtNs[slot] = nowNs;
    this.#port.put(slot, batch, nowNs);
    this.#complete(nowNs);
  }

  poll(nowNs: number): number {
    this.#complete(nowNs);
    if (nowNs < this.#nextResponseNs) return -1;
    let first = -1;
    let firstNs = Number.POSITIVE_INFINITY;
    let secondNs = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < this.#responseAtNs.length; slot++) {
      const atNs = this.#responseAtNs[slot]!;
      if (atNs < firstNs) {
        secondNs = firstNs;
        firstNs = atNs;
        first = slot;
      } else if (atNs < secondNs) secondNs = atNs;
    }
    this.#responseAtNs[first] = Number.POSITIVE_INFINITY;
    this.#nextResponseNs = secondNs;
    return first;
  }

  close(): void | Promise<void> {
    return this.#port.close();
  }

  /** Holds responses until their time. A call that waited for room in the engine completes late. */
  #complete(nowNs: number): void {
    if (this.#port.nextAtNs > nowNs) return;
    for (let slot = this.#port.poll(nowNs); slot >= 0; slot = this.#port.poll(nowNs)) {
      const responseAtNs = Math.max(nowNs, this.#putAtNs[slot]! + this.#delayNs(this.#putAtNs[slot]!));
      this.#responseAtNs[slot] = responseAtNs;
      if (responseAtNs < this.#nextResponseNs) this.#nextResponseNs = responseAtNs;
    }
  }

  #delayNs(atNs: number): number {
    const { blocks, quantiles } = this.#latency;
    this.#calls += 1;
    const table = blocks === undefined ? quantiles : blockAt(blocks, this.#blockSeed, atNs);
    return quantileAt(table, uniformAt(this.#seed, this.#calls));
  }
}
