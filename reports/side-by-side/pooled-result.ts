import type { Cell, Gauges, Interval, IntervalCell, Result } from '../result/result.ts';

/**
 * Returns the rounds of one side as one result for charts: a second is that second of all rounds. Latencies are of all their
 * records, counts and gauges are means, so that a rate is that of a round and not of all rounds together. Summary, verdict and
 * ledger stay those of the first round: no chart reads them.
 */
export function pooledResult([first, ...others]: readonly [Result, ...Result[]]): Result {
  if (others.length === 0) return first;
  const results = [first, ...others];
  const longest = results.reduce((most, result) => (result.series.length > most.series.length ? result : most));
  return {
    ...first,
    cells: results.flatMap(({ cells }) => cells.map((cell) => withMeanCounts(cell, results.length))),
    series: longest.series.map((interval, index) =>
      pooledInterval(
        interval,
        results.flatMap(({ series }) => series[index] ?? []),
        results.length,
      ),
    ),
  };
}

function pooledInterval({ startNs, endNs }: Interval, same: readonly Interval[], rounds: number): Interval {
  return {
    startNs,
    endNs,
    cells: same.flatMap(({ cells }) => cells.map((cell) => withMeanCounts(cell, rounds))),
    shards: same.flatMap(({ shards }) =>
      shards.map((shard) => ({
        ...shard,
        acked: shard.acked / rounds,
        bytes: shard.bytes / rounds,
        throttled: shard.throttled / rounds,
        received: shard.received / rounds,
      })),
    ),
    gauges: meanGauges(same.map(({ gauges }) => gauges)),
  };
}

function withMeanCounts<C extends Cell | IntervalCell>(cell: C, rounds: number): C {
  const counts = Object.entries(cell.counts).map(([name, count]) => [name, count / rounds]);
  return { ...cell, counts: Object.fromEntries(counts) };
}

function meanGauges(gauges: readonly Gauges[]): Gauges {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / gauges.length;
  const shards = Math.max(...gauges.map(({ lagRecords }) => lagRecords.length));
  const behind = gauges.flatMap(({ behindMs }) => behindMs ?? []);
  return {
    inFlight: mean(gauges.map(({ inFlight }) => inFlight)),
    intendedPerSecond: mean(gauges.map(({ intendedPerSecond }) => intendedPerSecond)),
    lagRecords: Array.from({ length: shards }, (_, shard) =>
      mean(gauges.map(({ lagRecords }) => lagRecords[shard] ?? 0)),
    ),
    ...(behind.length === 0 ? {} : { behindMs: Math.max(...behind) }),
    rssBytes: mean(gauges.map(({ rssBytes }) => rssBytes)),
  };
}
