import { supportOf } from '../histogram/percentile-support.ts';
import type { Result } from '../result/result.ts';
import { mergedHistogram, producerTotals, selectCells } from './cells.ts';

/** Records in and out of one shard in the recorded phases, of all workloads and consumers. */
export interface ShardSum {
  readonly shard: number;
  readonly acked: number;
  /** Acknowledged records that were handed over after their phase. */
  readonly overtime: number;
  readonly bytes: number;
  readonly throttled: number;
  /** Put-to-get; null when too few records came from the shard. */
  readonly p99Ns: number | null;
}

/** @returns one a shard, ascending by shard. */
export function shardSums({ cells, scenario }: Pick<Result, 'cells' | 'scenario'>): ShardSum[] {
  const recorded = selectCells(cells, scenario);
  const shards = [...new Set(recorded.flatMap(({ shard }) => shard ?? []))].sort((a, b) => a - b);
  return shards.map((shard) => {
    const own = recorded.filter((cell) => cell.shard === shard);
    const putToGet = mergedHistogram(own, 'putToGet');
    const { acked, overtime, bytes, throttled } = producerTotals(own);
    const isSupported = supportOf(99, putToGet.count) !== 'hidden';
    return { shard, acked, overtime, bytes, throttled, p99Ns: isSupported ? putToGet.percentileNs(99) : null };
  });
}
