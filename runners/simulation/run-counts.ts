import type { ShardLimits } from '../../engine/twin/limits.ts';
import type { BusiestShard, SimulatedShard } from './simulated-run.ts';

const NS_PER_SECOND = 1e9;

/** Counts of a run in the making; the fields are those of `SimulatedCounts`. */
export interface RunCounts {
  due: number;
  accepted: number;
  failed: number;
  unsent: number;
  attempts: number;
  throttledAttempts: number;
  throttledRecords: number;
}

export const noCounts = (): RunCounts => ({
  due: 0,
  accepted: 0,
  failed: 0,
  unsent: 0,
  attempts: 0,
  throttledAttempts: 0,
  throttledRecords: 0,
});

/** Records and bytes due for each shard, in total and in its busiest second. Times never fall. */
export class DueByShard {
  readonly #records: Float64Array;
  readonly #bytes: Float64Array;
  readonly #secondRecords: Float64Array;
  readonly #secondBytes: Float64Array;
  readonly #peakRecords: Float64Array;
  readonly #peakBytes: Float64Array;
  readonly throttledAttempts: Float64Array;
  #secondEndNs = NS_PER_SECOND;

  constructor(shardCount: number) {
    const column = () => new Float64Array(shardCount);
    this.#records = column();
    this.#bytes = column();
    this.#secondRecords = column();
    this.#secondBytes = column();
    this.#peakRecords = column();
    this.#peakBytes = column();
    this.throttledAttempts = column();
  }

  add(shard: number, dueAtNs: number, records: number, bytes: number): void {
    if (dueAtNs >= this.#secondEndNs) this.#endSecond(dueAtNs);
    this.#secondRecords[shard]! += records;
    this.#secondBytes[shard]! += bytes;
  }

  /** Call once, after the last record. */
  finish(): void {
    this.#endSecond(this.#secondEndNs);
  }

  perShard(): SimulatedShard[] {
    return Array.from(this.#records, (records, shard) => ({
      records,
      bytes: this.#bytes[shard]!,
      throttledAttempts: this.throttledAttempts[shard]!,
    }));
  }

  /** The shard that comes closest to its limit in any one second. */
  busiest(limits: ShardLimits, durationNs: number): BusiestShard {
    const seconds = durationNs / NS_PER_SECOND;
    // A second that the load does not fill is rated by its part.
    const peakSeconds = Math.min(1, seconds);
    let busiest: BusiestShard = { shard: 0, peakRatio: -1, meanRatio: 0, limit: 'records' };
    for (let shard = 0; shard < this.#records.length; shard++) {
      const byRecords = this.#peakRecords[shard]! / peakSeconds / limits.recordsPerSecond;
      const byBytes = this.#peakBytes[shard]! / peakSeconds / limits.bytesPerSecond;
      const peakRatio = Math.max(byRecords, byBytes);
      if (peakRatio <= busiest.peakRatio) continue;
      const limit = byRecords >= byBytes ? 'records' : 'bytes';
      const mean =
        limit === 'records'
          ? this.#records[shard]! / limits.recordsPerSecond
          : this.#bytes[shard]! / limits.bytesPerSecond;
      busiest = { shard, peakRatio, meanRatio: mean / seconds, limit };
    }
    return busiest;
  }

  #endSecond(dueAtNs: number): void {
    for (let shard = 0; shard < this.#records.length; shard++) {
      const records = this.#secondRecords[shard]!;
      const bytes = this.#secondBytes[shard]!;
      this.#records[shard]! += records;
      this.#bytes[shard]! += bytes;
      if (records > this.#peakRecords[shard]!) this.#peakRecords[shard] = records;
      if (bytes > this.#peakBytes[shard]!) this.#peakBytes[shard] = bytes;
    }
    this.#secondRecords.fill(0);
    this.#secondBytes.fill(0);
    this.#secondEndNs = (Math.floor(dueAtNs / NS_PER_SECOND) + 1) * NS_PER_SECOND;
  }
}
