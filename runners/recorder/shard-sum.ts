import { Histogram } from '../../reports/histogram/histogram.ts';
import { SLOT_COUNT } from '../../reports/histogram/slots.ts';
import type { IntervalShard } from '../../reports/result/result.ts';
import { ACKED, BYTES, PUT_TO_GET, RECEIVED, THROTTLED_TIMES } from './cells.ts';
import type { RecordedCell } from './recorder.ts';

/** Counts of one shard in one second. */
export interface ShardSum {
  acked: number;
  bytes: number;
  throttled: number;
  received: number;
  readonly putToGet: Histogram;
}

export const newShardSum = (): ShardSum => ({
  acked: 0,
  bytes: 0,
  throttled: 0,
  received: 0,
  putToGet: new Histogram(),
});

/** Work space of one call at a time. */
const slotRoom = new Uint16Array(SLOT_COUNT);
const countRoom = new Float64Array(SLOT_COUNT);

/** Adds what a cell recorded of one span. @param staysCompact for one of very many histograms. */
export function addSpan(cell: RecordedCell, span: number, histogram: Histogram, staysCompact: boolean): void {
  if (!staysCompact) {
    cell.forEachSlot(span, (slot, count) => histogram.addSlot(slot, count));
    return;
  }
  let used = 0;
  cell.forEachSlot(span, (slot, count) => {
    slotRoom[used] = slot;
    countRoom[used] = count;
    used += 1;
  });
  histogram.addSlots(slotRoom, countRoom, used);
}

interface ShardCell {
  readonly isConsumer: boolean;
  readonly staysCompact: boolean;
}

export function addToShard(shard: ShardSum, cell: RecordedCell, { isConsumer, staysCompact }: ShardCell): void {
  if (!isConsumer) {
    shard.acked += cell.counters[ACKED]!;
    shard.bytes += cell.counters[BYTES]!;
    shard.throttled += cell.counters[THROTTLED_TIMES]!;
    return;
  }
  shard.received += cell.counters[RECEIVED]!;
  addSpan(cell, PUT_TO_GET, shard.putToGet, staysCompact);
}

const NO_LATENCY = { count: 0, p50Ns: 0, p99Ns: 0, maxNs: 0 };

export function shardNumbers(sum: ShardSum | undefined, shard: number): IntervalShard {
  if (sum === undefined) return { shard, acked: 0, bytes: 0, throttled: 0, received: 0, putToGet: NO_LATENCY };
  const { acked, bytes, throttled, received, putToGet } = sum;
  const { count } = putToGet;
  const at = (percentile: number) => (count === 0 ? 0 : putToGet.percentileNs(percentile));
  return {
    shard,
    acked,
    bytes,
    throttled,
    received,
    putToGet: { count, p50Ns: at(50), p99Ns: at(99), maxNs: count === 0 ? 0 : putToGet.maxNs },
  };
}
