import type { RecordColumns } from '../../simulation/load.ts';

/**
 * Records that are made once and then remembered, because a plan simulates the same load for many shard counts and making its records
 * takes a third of the time. Loads with more than `recordsMax` records are made again each time.
 */
export function rememberedRecords(
  make: () => Iterable<RecordColumns>,
  recordsMax: number,
): () => Iterable<RecordColumns> {
  let remembered: readonly RecordColumns[] | undefined;
  let isTooLong = false;
  return () => remembered ?? (isTooLong ? make() : making());

  function* making(): Generator<RecordColumns> {
    const copies: RecordColumns[] = [];
    let count = 0;
    for (const chunk of make()) {
      count += chunk.count;
      isTooLong ||= count > recordsMax;
      if (isTooLong) copies.length = 0;
      else copies.push(copyOf(chunk));
      yield chunk;
    }
    if (!isTooLong) remembered = copies;
  }
}

const copyOf = ({ count, dueAtNs, hashRatio, bytes, producer }: RecordColumns): RecordColumns => ({
  count,
  dueAtNs: dueAtNs.slice(0, count),
  hashRatio: hashRatio.slice(0, count),
  bytes: bytes.slice(0, count),
  producer: producer.slice(0, count),
});
