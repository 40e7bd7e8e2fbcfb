const SECOND_MS = 1000;

/** Times of the calls of the last second, by their owner and a key. */
export class RecentCalls<Owner extends object> {
  readonly #times = new WeakMap<Owner, Map<string, number[]>>();

  /** Counts a call. Returns false, and does not count it, if there were too many in the last second. */
  admits(owner: Owner, key: string, perSecond: number, nowMs: number): boolean {
    const times = this.#times.get(owner) ?? new Map<string, number[]>();
    this.#times.set(owner, times);
    const recent = (times.get(key) ?? []).filter((atMs) => atMs > nowMs - SECOND_MS);
    if (recent.length >= perSecond) return false;
    recent.push(nowMs);
    times.set(key, recent);
    return true;
  }
}
