export const METRIC_UNITS = ['Count', 'Bytes', 'Seconds', 'Milliseconds', 'Ratio'] as const;

/** A metric that the target counted during the run, under the name that CloudWatch has for it. */
export interface TargetMetric {
  readonly name: string;
  readonly unit: (typeof METRIC_UNITS)[number];
  /** Values that were counted; CloudWatch calls it SampleCount. */
  readonly count: number;
  readonly sum: number;
  /** null if the target had counted values of the metric before the run. */
  readonly min: number | null;
  readonly max: number | null;
}
