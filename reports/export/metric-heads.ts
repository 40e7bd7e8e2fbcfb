import type { MetricFamily } from './metric-family.ts';

export type MetricHead = Omit<MetricFamily, 'samples'>;

/** Metrics that exist both during a run and after it, so that both have the same name and help text. */
export const METRIC_HEADS = {
  run: { name: 'streamgauge_run', kind: 'info', help: 'The scenario that was run, and the version that ran it.' },
  startTime: {
    name: 'streamgauge_run_start_time_seconds',
    kind: 'gauge',
    help: 'When the schedule began, in seconds since the epoch.',
  },
  elapsed: { name: 'streamgauge_run_elapsed_seconds', kind: 'gauge', help: 'Seconds since the schedule began.' },
  finished: {
    name: 'streamgauge_run_finished',
    kind: 'gauge',
    help: '1 when the run has ended and its numbers are final.',
  },
  acknowledged: {
    name: 'streamgauge_acknowledged_records',
    kind: 'counter',
    help: 'Records that the target acknowledged.',
  },
  throttled: {
    name: 'streamgauge_throttled_records',
    kind: 'counter',
    help: 'Rejections for rate. A record that is throttled twice counts twice.',
  },
  retried: { name: 'streamgauge_retried_records', kind: 'counter', help: 'Retries of records.' },
  dropped: { name: 'streamgauge_dropped_records', kind: 'counter', help: 'Records due and never sent.' },
} as const satisfies Readonly<Record<string, MetricHead>>;
