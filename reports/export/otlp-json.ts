import { type Labels, type MetricFamily, type MetricSample, type MetricUnit, unitOf } from './metric-family.ts';

/**
 * Metrics as JSON of OTLP: an ExportMetricsServiceRequest, the body of a POST to /v1/metrics.
 *
 *   streamgauge_throttled_records   counter   sum, cumulative and monotonic, named streamgauge.throttled_records
 *   streamgauge_latency_seconds     summary   summary, named streamgauge.latency with the unit s
 *   NaN                                       a point with the flag that no value was recorded
 *
 * Counters are whole numbers, gauges are fractions. OTLP requires 64-bit integers as strings and enumerations as numbers.
 * Prometheus translates the names back into those of the text formats.
 * Source: OpenTelemetry protocol 1.x, opentelemetry/proto/metrics/v1/metrics.proto.
 */
export interface OtlpContext {
  /** Attributes of the sender, such as `service.name`. */
  readonly resource: Labels;
  readonly version: string;
  /** When the counters began to count, in ms since the epoch. */
  readonly startMs: number;
  /** When the numbers were measured, in ms since the epoch. */
  readonly atMs: number;
}

const CUMULATIVE = 2;
/** DataPointFlags: FLAG_NO_RECORDED_VALUE. */
const NO_RECORDED_VALUE = 1;

const UNITS: Readonly<Record<MetricUnit, string>> = { seconds: 's', bytes: 'By', ratio: '1', records: '{record}' };
/** Units that stay in the name, because they name what is counted. Units of measure are removed from it. */
const IN_NAME: ReadonlySet<MetricUnit> = new Set(['records']);

export function otlpRequest(
  families: readonly MetricFamily[],
  context: OtlpContext,
): Readonly<Record<string, unknown>> {
  const metrics = families.filter(({ samples }) => samples.length > 0).map((family) => metricOf(family, context));
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributesOf(context.resource) },
        scopeMetrics: [{ scope: { name: 'streamgauge', version: context.version }, metrics }],
      },
    ],
  };
}

function metricOf(family: MetricFamily, context: OtlpContext): Readonly<Record<string, unknown>> {
  const { kind, help } = family;
  const samples = emptyLast(family.samples);
  const head = { ...nameAndUnit(family), description: help };
  switch (kind) {
    case 'counter': {
      const dataPoints = samples.map((sample) => numberPoint(sample, context, wholeNumber));
      return { ...head, sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } };
    }
    case 'gauge':
    case 'info':
      return { ...head, gauge: { dataPoints: samples.map((sample) => numberPoint(sample, context, fraction)) } };
    case 'summary':
      return { ...head, summary: { dataPoints: samples.map((sample) => summaryPoint(sample, context)) } };
  }
}

/** The Prometheus exporter of the OpenTelemetry collector (0.161) ignores all points of a metric after one without a value. */
function emptyLast(samples: readonly MetricSample[]): MetricSample[] {
  const isEmpty = ({ value }: MetricSample) => typeof value === 'number' && !Number.isFinite(value);
  return [...samples.filter((sample) => !isEmpty(sample)), ...samples.filter(isEmpty)];
}

function nameAndUnit(family: MetricFamily): { readonly name: string; readonly unit: string } {
  const unit = unitOf(family);
  const plain = family.name.replace(/^streamgauge_/, 'streamgauge.');
  if (family.kind === 'info') return { name: `${plain}_info`, unit: '' };
  if (unit === undefined) return { name: plain, unit: '' };
  return { name: IN_NAME.has(unit) ? plain : plain.slice(0, -unit.length - 1), unit: UNITS[unit] };
}

/**
 * The kind of metric decides the type, never the value. A store may fix the type of a metric with its first point: if 500/s
 * were sent as a whole number, it would then reject 500.5/s.
 */
const wholeNumber = (value: number) => ({ asInt: String(Math.round(value)) });
/** See `wholeNumber`. */
const fraction = (value: number) => ({ asDouble: value });

function numberPoint(
  { labels, value }: MetricSample,
  context: OtlpContext,
  written: typeof wholeNumber | typeof fraction,
): Readonly<Record<string, unknown>> {
  const point = { attributes: attributesOf(labels), ...timesOf(context) };
  if (typeof value !== 'number') throw new TypeError('a summary is not one number');
  if (!Number.isFinite(value)) return { ...point, flags: NO_RECORDED_VALUE };
  return { ...point, ...written(value) };
}

function summaryPoint({ labels, value }: MetricSample, context: OtlpContext): Readonly<Record<string, unknown>> {
  if (typeof value === 'number') throw new TypeError('a number is not a summary');
  const quantileValues = value.quantiles.map(([quantile, at]) => ({ quantile, value: at }));
  return {
    attributes: attributesOf(labels),
    ...timesOf(context),
    count: String(value.count),
    sum: value.sum,
    quantileValues,
  };
}

function timesOf({ startMs, atMs }: OtlpContext): Readonly<Record<string, string>> {
  return { startTimeUnixNano: nanos(startMs), timeUnixNano: nanos(atMs) };
}

function nanos(ms: number): string {
  return String(BigInt(Math.round(ms * 1e3)) * 1000n);
}

function attributesOf(labels: Labels): readonly unknown[] {
  return Object.entries(labels).map(([key, value]) => ({ key, value: { stringValue: value.toWellFormed() } }));
}
