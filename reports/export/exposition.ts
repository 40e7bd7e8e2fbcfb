import { type Labels, type MetricFamily, type Quantiles, unitOf } from './metric-family.ts';

export type ExpositionFormat = 'prometheus' | 'openmetrics';

/**
 * Renders metrics as text.
 *
 *                 prometheus (text format 0.0.4)         openmetrics (1.0)
 *   counter       # TYPE x_total counter                 # TYPE x counter, samples x_total
 *   info          a gauge x_info that is 1               # TYPE x info, sample x_info
 *   unit          in the name                            in the name and # UNIT
 *   in HELP       \ and line feed escaped                also the quote
 *   end           nothing                                # EOF
 *
 * Source: Prometheus, "Exposition formats"; OpenMetrics 1.0.0.
 */
export function renderExposition(families: readonly MetricFamily[], format: ExpositionFormat): string {
  const lines = families
    .filter(({ samples }) => samples.length > 0)
    .flatMap((family) => [
      ...headOf(family, format),
      ...family.samples.flatMap((sample) => sampleLines(family, sample)),
    ]);
  return [...lines, ...(format === 'openmetrics' ? ['# EOF'] : [])].map((line) => `${line}\n`).join('');
}

function headOf(family: MetricFamily, format: ExpositionFormat): string[] {
  const { help, kind } = family;
  if (format === 'prometheus') {
    const name = sampleName(family);
    return [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${kind === 'info' ? 'gauge' : kind}`];
  }
  const unit = unitOf(family);
  return [
    `# TYPE ${family.name} ${kind}`,
    ...(unit === undefined ? [] : [`# UNIT ${family.name} ${unit}`]),
    `# HELP ${family.name} ${escapeLabel(help)}`,
  ];
}

function sampleName({ name, kind }: MetricFamily): string {
  if (kind === 'counter') return `${name}_total`;
  return kind === 'info' ? `${name}_info` : name;
}

function sampleLines(family: MetricFamily, { labels, value }: MetricFamily['samples'][number]): string[] {
  if (typeof value === 'number') return [`${sampleName(family)}${labelText(labels)} ${numberText(value)}`];
  return summaryLines(family.name, labels, value);
}

function summaryLines(name: string, labels: Labels, { quantiles, sum, count }: Quantiles): string[] {
  return [
    ...quantiles.map(([quantile, value]) => {
      return `${name}${labelText({ ...labels, quantile: numberText(quantile) })} ${numberText(value)}`;
    }),
    `${name}_sum${labelText(labels)} ${numberText(sum)}`,
    `${name}_count${labelText(labels)} ${numberText(count)}`,
  ];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** The text must be UTF-8, which cannot encode half of a surrogate pair. */
function escapeLabel(text: string): string {
  return escapeHelp(text.toWellFormed()).replaceAll('"', '\\"');
}
