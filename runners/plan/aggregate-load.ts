import { AGGREGATE_BYTES_MAX, DIGEST_BYTES } from '../../engine/aggregate/aggregate-format.ts';
import type { Load } from '../simulation/load.ts';
import { peakOf } from './fluid.ts';

/** Default of the Kinesis Producer Library: RecordMaxBufferedTime. */
const BUFFERED_SECONDS = 0.1;
/** Tags, lengths and indexes of one record in an aggregate, about. */
const RECORD_OVERHEAD_BYTES = 8;
const AGGREGATE_OVERHEAD_BYTES = 4 + DIGEST_BYTES;

/**
 * User records in one aggregate: as many as fit 51,200 bytes, but no more than a producer has for one shard in 100 ms.
 * @param perProducerAndShard records a second.
 * @internal
 */
export function recordsPerAggregate(recordBytes: number, perProducerAndShard: number): number {
  const fitting = (AGGREGATE_BYTES_MAX - AGGREGATE_OVERHEAD_BYTES) / (recordBytes + RECORD_OVERHEAD_BYTES);
  return Math.max(1, Math.min(Math.floor(fitting), 1 + perProducerAndShard * BUFFERED_SECONDS));
}

/** The load as aggregates, at the density that so many shards give at the peak. Its records are drawn from the rates. */
export function aggregateLoad(
  load: Load,
  shards: number,
): { readonly load: Load; readonly recordsPerAggregate: number } {
  const { replay: _replay, ...rest } = load;
  const recordBytes = load.records > 0 ? load.bytes / load.records : 1;
  const perProducerAndShard = peakOf(load.rates).recordsPerSecond / (load.producers.count * shards);
  const density = recordsPerAggregate(recordBytes, perProducerAndShard);
  const growth = (recordBytes + RECORD_OVERHEAD_BYTES + AGGREGATE_OVERHEAD_BYTES / density) / recordBytes;
  const rates = {
    ...load.rates,
    recordsOfStep: load.rates.recordsOfStep.map((records) => records / density),
    bytesOfStep: load.rates.bytesOfStep.map((bytes) => bytes * growth),
    recordsPerBurst: Math.max(1, load.rates.recordsPerBurst / density),
  };
  return {
    load: { ...rest, records: load.records / density, bytes: load.bytes * growth, rates },
    recordsPerAggregate: density,
  };
}
