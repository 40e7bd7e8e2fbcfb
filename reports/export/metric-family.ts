/**
 * Metrics as a monitoring system knows them, for every way in which they are written or sent. Names carry their base unit
 * (seconds, bytes, ratio, records); a counter's name is without `_total`, which the text formats add.
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

/** Of a summary: quantile (0 to 1) and its value in the base unit. */
export interface Quantiles {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
}

const METRIC_UNITS = ['seconds', 'bytes', 'ratio', 'records'] as const;
export type MetricUnit = (typeof METRIC_UNITS)[number];

/** The last word of a name, where that is a unit. */
export function unitOf({ name }: Pick<MetricFamily, 'name'>): MetricUnit | undefined {
  return METRIC_UNITS.find((unit) => name.endsWith(`_${unit}`));
}

/** A number without labels of its own; nothing where there is none. */
export function samplesOf(labels: Labels, value: number | null): MetricSample[] {
  return value === null ? [] : [{ labels, value }];
}
