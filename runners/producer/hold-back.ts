/**
 * The time in which the target keeps a producer from sending, and how much of the producer's lateness that excuses: it held the
 * producer back until some time before, and what was due meanwhile takes time to hand over.
 */
export class HoldBack {
  /** Infinity while the producer may send. */
  #sinceNs = Number.POSITIVE_INFINITY;
  #excusedUntilNs = Number.NEGATIVE_INFINITY;

  /** True while the target is known to keep the producer from sending. */
  get isKnown(): boolean {
    return this.#sinceNs < Number.POSITIVE_INFINITY;
  }

  begin(nowNs: number): void {
    if (!this.isKnown) this.#sinceNs = nowNs;
  }

  /** @returns how long it was. */
  end(nowNs: number): number {
    const heldBackNs = nowNs - this.#sinceNs;
    this.#sinceNs = Number.POSITIVE_INFINITY;
    // A producer with half of its time to spare catches up in as long as it was held back.
    this.#excusedUntilNs = Math.max(this.#excusedUntilNs, nowNs + heldBackNs);
    return heldBackNs;
  }

  /** Everything is handed over: what is late from now on is late for another reason. */
  caughtUp(nowNs: number): void {
    if (this.#excusedUntilNs > nowNs) this.#excusedUntilNs = nowNs;
  }

  /** From when on something that is due at a time is late by the producer's own fault. */
  excuse(dueNs: number): number {
    return Math.max(dueNs, this.#excusedUntilNs);
  }
}
