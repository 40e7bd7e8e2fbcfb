/**
 * A metric in the terms of monitoring systems, independent of the format in which it is written or sent. Its name ends with
 * its base unit (seconds, bytes, ratio, records). The name of a counter has no `_total`: the text formats add it.
 */
export interface MetricFamily {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'summary' | 'info';
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

export type Labels = Readonly<Record<string, string>>;

export interface MetricSample {
  readonly labels: Labels;
  readonly value: number | Quantiles;
}

/** The value of a summary. Quantiles are from 0 to 1, and their values in the base unit. */
export interface Quantiles {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
}

const METRIC_UNITS = ['seconds', 'bytes', 'ratio', 'records'] as const;
export type MetricUnit = (typeof METRIC_UNITS)[number];

/** The unit that a name ends with, if any. */
export function unitOf({ name }: Pick<MetricFamily, 'name'>): MetricUnit | undefined {
  return METRIC_UNITS.find((unit) => name.endsWith(`_${unit}`));
}

/** One sample with the given labels, or none if there is no value. */
export function samplesOf(labels: Labels, value: number | null): MetricSample[] {
  return value === null ? [] : [{ labels, value }];
}
