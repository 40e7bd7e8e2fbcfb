import { formatByteRate, formatCount, formatDuration, formatRate } from '../../reports/format/numbers.ts';
import { bar, SILENT, sparkline, splitSilence } from '../../reports/text/render-table.ts';
import { columnsOf, padColumns } from '../../reports/text/text-width.ts';
import { type Colour, paint } from '../terminal/colours.ts';
import { formatClock } from './format-clock.ts';
import { cut } from './live-cut.ts';
import { absenceText, silentForNs } from './live-silence.ts';
import type { LiveSnapshot, PhaseProgress } from './snapshot.ts';

export interface LiveStyle {
  /** Columns; 60 is enough for every line. */
  readonly width: number;
  readonly colours: boolean;
  /** Name of the running scenario, for the first line. */
  readonly title?: string;
  /** Names of the workloads, in the order of the scenario. */
  readonly workloads?: readonly string[];
}

/** A piece of a line and its colour; widths count only the text. */
interface Span {
  readonly text: string;
  readonly colour?: Colour;
}

const LABEL_COLUMNS = 12;
const WORKLOADS_MAX = 6;
const LAG_NUMBERS_MAX = 8;
/** The empty part of a bar. */
const TROUGH = '░';

/**
 * Renders a running load once, without a trailing line break.
 * @param history earlier snapshots, oldest first, ending with `snapshot`; feeds the two sparklines.
 */
export function renderLive(snapshot: LiveSnapshot, history: readonly LiveSnapshot[], style: LiveStyle): string {
  const lines = [
    headLine(snapshot, style),
    ...phaseLines(snapshot, style),
    rateLine(snapshot, history, style),
    latencyLine(snapshot, history, style),
    recordsLine(snapshot),
    troubleLine(snapshot),
    lagLine(snapshot, style),
    ...stepLines(snapshot),
  ];
  return lines.map((line) => join(line, style)).join('\n');
}

function headLine(snapshot: LiveSnapshot, { width, title = 'running' }: LiveStyle): Span[] {
  const clock = snapshot.draining
    ? 'draining'
    : `${formatClock(snapshot.elapsedNs)} / ${formatClock(snapshot.totalNs)}`;
  const room = width - clock.length - 1;
  return [{ text: padColumns(cut(title, room), room + 1), colour: 'bold' }, { text: clock }];
}

function phaseLines({ phase }: LiveSnapshot, { width, workloads = [] }: LiveStyle): Span[][] {
  const lines = phase.slice(0, WORKLOADS_MAX).map((progress, index) => {
    const name = phaseName(progress);
    const percent = `${Math.floor(Math.min(1, progress.progressRatio) * 100)}%`.padStart(5);
    const nameColumns = Math.max(18, Math.floor(width / 4));
    const barColumns = Math.max(4, width - LABEL_COLUMNS - nameColumns - percent.length - 1);
    return [
      label(workloads[index] ?? 'phase'),
      { text: padColumns(cut(name, nameColumns), nameColumns + 1) },
      { text: bar(progress.progressRatio, barColumns).padEnd(barColumns, TROUGH), colour: 'cyan' as const },
      { text: percent },
    ];
  });
  const hidden = phase.length - lines.length;
  return hidden > 0 ? [...lines, [label(''), { text: `and ${hidden} more workloads` }]] : lines;
}

export function phaseName({ name, index, count }: PhaseProgress): string {
  return `${name} ${index + 1}/${count}`;
}

/**
 * Formats every digit, because the last ones change; fractions only below 10/s, where a whole number would hide the rate.
 */
export function liveRate(perSecond: number): string {
  return perSecond < 10 ? formatRate(perSecond) : `${formatCount(perSecond)}/s`;
}

function rateLine(snapshot: LiveSnapshot, history: readonly LiveSnapshot[], style: LiveStyle): Span[] {
  const { achievedPerSecond, intendedPerSecond, bytesPerSecond } = snapshot;
  const behind = !snapshot.draining && achievedPerSecond < intendedPerSecond * 0.95;
  const spans: Span[] = [
    label('rate'),
    { text: liveRate(achievedPerSecond), colour: behind ? 'yellow' : 'green' },
    { text: ` of ${liveRate(intendedPerSecond)}, ${formatByteRate(bytesPerSecond)}  ` },
  ];
  const values = history.map((earlier) => earlier.achievedPerSecond);
  return [...spans, { text: latest(values, roomAfter(spans, style)), colour: 'cyan' }];
}

function latencyLine(snapshot: LiveSnapshot, history: readonly LiveSnapshot[], style: LiveStyle): Span[] {
  const silentNs = silentForNs(history);
  const silentNowNs = silentNs.at(-1) ?? 0;
  const { count, p50Ns, p99Ns, maxNs } = snapshot.putToGet;
  const isSilent = silentNs.map((ns) => ns > 0);
  const values = history.map(({ putToGet }) => (putToGet.count === 0 ? null : putToGet.p99Ns));
  const isKnown = values.some((value) => value !== null) || isSilent.includes(true);
  const lead = [label('put-to-get'), latencyText()];
  if (!isKnown) return lead;
  const spans = [...lead, { text: '  ' }];
  return [...spans, ...silenceSpans(latest(values, roomAfter(spans, style), isSilent))];

  function latencyText(): Span {
    if (silentNowNs > 0) return { text: absenceText(snapshot, silentNowNs), colour: 'red' };
    if (count === 0) return { text: absenceText(snapshot, 0), colour: 'dim' };
    return { text: `p50 ${formatDuration(p50Ns)}  p99 ${formatDuration(p99Ns)}  max ${formatDuration(maxNs)}` };
  }
}

function silenceSpans(line: string): Span[] {
  return splitSilence(line).map((text) => ({ text, colour: text.startsWith(SILENT) ? 'red' : 'magenta' }));
}

function recordsLine({ sent, received, inFlight }: LiveSnapshot): Span[] {
  const counts = `${formatCount(sent)} sent, ${formatCount(received)} received, ${formatCount(inFlight)} in flight`;
  return [label('records'), { text: counts }];
}

function troubleLine({ throttled, retried, dropped }: LiveSnapshot): Span[] {
  const text = `${formatCount(throttled)} throttled, ${formatCount(retried)} retried, ${formatCount(dropped)} dropped`;
  const colour: Colour = dropped > 0 ? 'red' : throttled + retried > 0 ? 'yellow' : 'dim';
  return [label('problems'), { text, colour }];
}

function lagLine({ lagRecords }: LiveSnapshot, style: LiveStyle): Span[] {
  const highest = Math.max(0, ...lagRecords);
  const shardIndex = lagRecords.indexOf(highest);
  if (lagRecords.length <= LAG_NUMBERS_MAX) {
    const numbers = lagRecords.map((records) => formatCount(records)).join('  ');
    return [label('lag'), { text: numbers === '' ? 'no consumer' : `${numbers}  by shard` }];
  }
  const spans: Span[] = [label('lag'), { text: `max ${formatCount(highest)} on shard ${shardIndex}  ` }];
  return [...spans, { text: sparkline(lagRecords, roomAfter(spans, style)), colour: 'yellow' }];
}

function stepLines({ steps }: LiveSnapshot): Span[][] {
  if (steps === undefined) return [];
  const { count, finishedCount, last, next } = steps;
  const parts = [
    `${finishedCount} of ${count} done`,
    ...(last === undefined ? [] : [last]),
    ...(next === undefined ? [] : [`next ${next.text} at ${formatClock(next.atNs)}`]),
  ];
  return [[label('steps'), { text: parts.join('  ') }]];
}

function label(text: string): Span {
  return { text: padColumns(cut(text, LABEL_COLUMNS - 1), LABEL_COLUMNS), colour: 'dim' };
}

/** Draws a sparkline of the newest values: without room it drops old values instead of joining them. */
function latest(values: readonly (number | null)[], columns: number, isSilent: readonly boolean[] = []): string {
  const first = Math.max(0, values.length - columns);
  return sparkline(values.slice(first), values.length - first, isSilent.slice(first));
}

function roomAfter(spans: readonly Span[], { width }: LiveStyle): number {
  return width - spans.reduce((columns, span) => columns + span.text.length, 0);
}

function join(spans: readonly Span[], { width, colours }: LiveStyle): string {
  let room = width;
  let line = '';
  for (const { text, colour } of spans) {
    const shown = cut(text, room);
    room -= columnsOf(shown);
    line += colour === undefined ? shown : paint(shown, colour, colours);
  }
  return line;
}
