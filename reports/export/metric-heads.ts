import type { MetricFamily } from './metric-family.ts';

export type MetricHead = Omit<MetricFamily, 'samples'>;

/** Metrics that a run has while it goes on and when it is over: one name, one meaning, one help text. */
export const METRIC_HEADS = {
  run: { name: 'streamgauge_run', kind: 'info', help: 'What was run, by which version.' },
  startTime: {
    name: 'streamgauge_run_start_time_seconds',
    kind: 'gauge',
    help: 'When the schedule began, in seconds since the epoch.',
  },
  elapsed: { name: 'streamgauge_run_elapsed_seconds', kind: 'gauge', help: 'Since the schedule began.' },
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
    help: 'Refusals for rate; a record refused twice counts twice.',
  },
  retried: { name: 'streamgauge_retried_records', kind: 'counter', help: 'Records handed over again.' },
  dropped: { name: 'streamgauge_dropped_records', kind: 'counter', help: 'Records due and never handed over.' },
} as const satisfies Readonly<Record<string, MetricHead>>;
