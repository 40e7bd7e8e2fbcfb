import { type Labels, type MetricFamily, samplesOf } from '../../reports/export/metric-family.ts';
import { METRIC_HEADS, type MetricHead } from '../../reports/export/metric-heads.ts';
import type { LiveSnapshot } from '../live/snapshot.ts';

/** Facts that do not change during a run. */
export interface RunFacts {
  /** Name of the scenario, for the label `run`. */
  readonly run: string;
  /** Labels of streamgauge_run_info. */
  readonly info: Labels;
}

/**
 * Returns the metrics of a running load. Counters are those of the finished run; momentary values are named `live` and
 * disappear after the run.
 */
export function snapshotMetrics(snapshot: LiveSnapshot, { run, info }: RunFacts): MetricFamily[] {
  const labels = { run };
  const one = (head: MetricHead, value: number): MetricFamily => ({ ...head, samples: samplesOf(labels, value) });
  const { putToGet, lagRecords } = snapshot;
  const statistics = { p50: putToGet.p50Ns, p99: putToGet.p99Ns, max: putToGet.maxNs };
  return [
    { ...METRIC_HEADS.run, samples: [{ labels: { ...labels, ...info }, value: 1 }] },
    one(METRIC_HEADS.startTime, snapshot.startedAtMs / 1e3),
    one(METRIC_HEADS.elapsed, Math.max(0, snapshot.elapsedNs) / 1e9),
    one(METRIC_HEADS.finished, 0),
    one(METRIC_HEADS.acknowledged, snapshot.sent),
    one(METRIC_HEADS.throttled, snapshot.throttled),
    one(METRIC_HEADS.retried, snapshot.retried),
    one(METRIC_HEADS.dropped, snapshot.dropped),
    one(
      live('progress_ratio', 'Progress of the schedule, 0 to 1.'),
      Math.min(1, Math.max(0, snapshot.elapsedNs / Math.max(1, snapshot.totalNs))),
    ),
    one(live('intended_records_per_second', 'Records due per second, now.'), snapshot.intendedPerSecond),
    one(live('achieved_records_per_second', 'Records acknowledged per second, now.'), snapshot.achievedPerSecond),
    one(live('achieved_bytes_per_second', 'Bytes acknowledged per second, now.'), snapshot.bytesPerSecond),
    one(live('received_records', 'Distinct records that the slowest consumer has received.'), snapshot.received),
    one(live('in_flight_records', 'Records handed over and not yet acknowledged.'), snapshot.inFlight),
    {
      ...live('put_to_get_seconds', 'Put-to-get latency of the last second with records.'),
      samples: Object.entries(statistics).flatMap(([statistic, ns]) => {
        return samplesOf({ ...labels, statistic }, putToGet.count === 0 ? null : ns / 1e9);
      }),
    },
    {
      ...live('lag_records', 'Records not yet read by the slowest consumer, by shard.'),
      samples: lagRecords.map((records, shard) => ({ labels: { ...labels, shard: String(shard) }, value: records })),
    },
  ];
}

function live(name: string, help: string): MetricHead {
  return { name: `streamgauge_live_${name}`, kind: 'gauge', help };
}
