import type { MeasuredDelay, MeasuredLimits, ProfileDocument, QuantileRow } from '../../workloads/profile-schema.ts';
import { formatByteRate, formatBytes, formatCount, formatDuration, formatRate } from '../format/numbers.ts';
import { hanging, type Line, paint, type RenderOptions, type Segment, styled } from '../text/render-lines.ts';
import { renderTable } from '../text/render-table.ts';
import { standInOf } from './stand-in.ts';

export interface ProfileText extends RenderOptions {
  /** Where the profile is. */
  readonly file: string;
  readonly notes: readonly string[];
}

/** A profile for people, without a trailing line break. */
export function renderProfile(profile: ProfileDocument, { file, notes, ...options }: ProfileText): string {
  const { name, basis, source, recordedAt, incomplete } = profile;
  const lines: Line[] = [
    [styled('bold', name)],
    ...hanging('  ', `${basis}: ${source}, ${recordedAt}`, options.width),
    ...(incomplete === undefined ? [] : hanging(styled('bad', 'INCOMPLETE  '), incomplete, options.width)),
    [],
    ['Latency  from the hand-over'],
    ...delayTable(profile),
    ...hanging(
      '  ',
      'put: to the response; fan-out, polling: to the consumer. twin: W1 distance over the mean of what the twin delivers by simulation. lag-1: of the medians of seconds; * repeats whole seconds.',
      options.width,
      'dim',
    ),
    [],
    ...limitLines(profile.limits, options.width),
    ...notes.flatMap((note) => hanging('  ', note, options.width, 'warn')),
    [],
    ...hanging('Twin     ', `target: { kind: engine, profile: ${file} }`, options.width),
    ...noopLines(profile, options.width),
    ...hanging('Profile  ', file, options.width),
  ];
  return paint(lines, options);
}

/** A simpler stand-in, for a load whose put latency matters and nothing else. */
function noopLines({ put }: ProfileDocument, width: number): Line[] {
  if (put === null) return [];
  const standIn = standInOf(put.quantiles);
  if (standIn === undefined) return [];
  const [p50, p99] = [standIn.p50Ms, standIn.p99Ms].map((ms) => `${Number(ms.toPrecision(3))}ms`);
  const distance = `W1 over mean ${standIn.w1OverMean.toFixed(3)}`;
  const text = `about { kind: noop, delay: { lognormal: { p50: ${p50}, p99: ${p99} } } }, ${distance}`;
  const gamma =
    standIn.gamma === undefined
      ? ''
      : `; a gamma distribution with shape ${standIn.gamma.shape.toPrecision(3)} is closer: ${standIn.gamma.w1OverMean.toFixed(3)}`;
  return hanging('Puts     ', `${text}${gamma}`, width);
}

function delayTable({ put, fanOut, polling }: ProfileDocument): Line[] {
  const head = ['', 'count', 'mean', 'p50', 'p90', 'p99', 'max', 'lag-1', 'twin'].map((text) => styled('dim', text));
  const parts = [
    ['put', put],
    ['fan-out', fanOut],
    ['polling', polling],
  ] as const;
  const rows = parts.map(([name, part]): Segment[] => {
    if (part === null) return [name, styled('dim', 'not measured')];
    return typeof part === 'string' ? [name, part] : [name, ...delayCells(part)];
  });
  return renderTable([head, ...rows], { align: ['left', 'right'], gap: 1 });
}

function delayCells({ count, meanMs, lag1, quantiles, draws, blocks }: MeasuredDelay): Segment[] {
  const lag = lag1 === null ? '-' : `${lag1.toFixed(2)}${blocks === undefined ? '' : ' *'}`;
  const w1 = typeof draws?.w1OverMean === 'number' ? draws.w1OverMean.toFixed(3) : '-';
  const times = [meanMs, ...[0.5, 0.9, 0.99, 1].map((p) => at(quantiles, p))].map((ms) => formatDuration(ms * 1e6));
  return [formatCount(count), ...times, lag, w1];
}

/** The row of a share, or the one above it. */
const at = (rows: readonly QuantileRow[], share: number): number =>
  (rows.find(({ p }) => p >= share) ?? rows.at(-1)!).ms;

function limitLines(limits: ProfileDocument['limits'], width: number): Line[] {
  if (limits === null) return [['Limits  none measured']];
  if (limits === 'aws') return [['Limits  of AWS, as documented']];
  return [...hanging('Limits  ', `${kindText(limits)} for each shard`, width), ...limitTable(limits)];
}

function kindText({ kind, windowMs }: MeasuredLimits): string {
  return kind === 'bucket' ? 'a token bucket' : `fixed windows of ${formatDuration((windowMs ?? 1000) * 1e6)}`;
}

function limitTable({ records, bytes }: MeasuredLimits): Line[] {
  const saved = (depth: number | null | undefined, text: (depth: number) => string) =>
    typeof depth === 'number' ? `saves up ${text(depth)}` : '';
  return renderTable(
    [
      [
        'records',
        records === null ? 'no limit found' : formatRate(records.perSecond),
        saved(records?.depth, formatCount),
      ],
      ['bytes', bytes === null ? 'no limit found' : formatByteRate(bytes.perSecond), saved(bytes?.depth, formatBytes)],
    ],
    { align: ['left', 'right', 'left'] },
  );
}
