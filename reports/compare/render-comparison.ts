import { formatDuration } from '../format/numbers.ts';
import {
  hanging,
  joinSections,
  type Line,
  paint,
  printable,
  type RenderOptions,
  type Segment,
  type Style,
  styled,
} from '../text/render-lines.ts';
import { renderTable } from '../text/render-table.ts';
import { changeText } from './change-text.ts';
import type { Comparison, Finding, FindingGrade, Pair, RateComparison, Side } from './comparison.ts';
import { FAULT_RATES, rateText } from './rate-text.ts';
import { basisNotes } from './render-basis.ts';
import { renderShift, renderSpan } from './render-spans.ts';
import { headlineOf } from './sentence.ts';

const GRADES: Readonly<Record<FindingGrade, readonly [word: string, style: Style]>> = {
  point: ['compared', 'bold'],
  caution: ['caution', 'warn'],
  rejected: ['NOT COMPARABLE', 'bad'],
};

/** The headline and its uncorrected value, then its parts. */
const SPAN_ORDER = ['putToGet', 'uncorrected', 'residence', 'ackLatency', 'sendDelay'] as const;

/** Renders what may make the numbers incomparable, then the numbers, and the summary sentence at the end. */
export function renderComparison(comparison: Comparison, options: RenderOptions): string {
  const width = Math.min(80, options.width);
  const sections = [
    [
      ...sideLines(comparison.base, width),
      ...comparison.pairs.flatMap(({ side, findings }) => [
        ...sideLines(side, width),
        ...findingLines(side.label, findings, width),
      ]),
    ],
    ...comparison.pairs.flatMap((pair) => pairSections(comparison, pair, width)),
    comparison.pairs.flatMap((pair) => sentenceLines(pair, width)),
  ];
  return paint(joinSections(sections), { ...options, width });
}

function pairSections({ base, floorRatio }: Comparison, pair: Pair, width: number): Line[][] {
  const warning = warningOf(pair.findings);
  const labels = [base.label, pair.side.label] as const;
  const options = { labels, width, floorRatio, warning };
  const spans = SPAN_ORDER.flatMap((name) => pair.spans.filter(({ span }) => span === name));
  const headline = headlineOf(pair.spans);
  const sections = [
    ...spans.map((span) => renderSpan(span, options)),
    headline === undefined ? [] : renderShift(headline, options),
    renderRates(pair.rates, labels, warning),
    basisNotes(base, pair, floorRatio, width),
  ];
  return warning === '' ? sections : sections.map((section) => section.map(withoutGreen));
}

/** Removes green, because a forced comparison proves nothing. */
function withoutGreen(line: Line): Line {
  return line.map((segment) =>
    typeof segment !== 'string' && segment.style === 'good' ? styled('dim', segment.text) : segment,
  );
}

/** Renders the summary sentence. Readers quote it, so a forced comparison repeats its warning here. */
function sentenceLines({ findings, sentence }: Pair, width: number): Line[] {
  const warning = warningOf(findings);
  return warning === ''
    ? hanging('', sentence, width, 'bold')
    : [[styled('bad', warning)], ...hanging('', sentence, width, 'bold')];
}

/** Returns the warning that every table of a forced comparison shows. */
function warningOf(findings: readonly Finding[]): string {
  const topics = [...new Set(findings.filter(({ grade }) => grade === 'rejected').map(({ topic }) => topic))];
  return topics.length === 0 ? '' : `NOT COMPARABLE (${topics.join(', ')})`;
}

function sideLines({ label, runs }: Side, width: number): Line[] {
  return runs.flatMap(({ path, scenario, target, seed, elapsedNs }, index) => {
    const head = styled('bold', `${runs.length === 1 ? label : `${label}${index + 1}`}  `);
    const text = `${path}: ${scenario} on ${target}, ran ${formatDuration(elapsedNs)}, seed ${seed}`;
    return hanging(head, printable(text), width);
  });
}

function findingLines(label: string, findings: readonly Finding[], width: number): Line[] {
  if (findings.length === 0) return hanging(`   `, 'same scenario, seed, target, machine and version', width, 'dim');
  return findings.flatMap(({ grade, topic, what }) => {
    const [word, style] = GRADES[grade];
    return hanging(styled(style, `${' '.repeat(label.length + 2)}${word}  `), printable(`${topic}: ${what}`), width);
  });
}

function renderRates(rates: readonly RateComparison[], [a, b]: readonly [string, string], warning: string): Line[] {
  const shown = rates.filter(({ unit, a: left, b: right }) => !OFTEN_NONE.has(unit) || (left ?? 0) + (right ?? 0) > 0);
  const rows = shown.map((rate): Segment[] => {
    const cell = (value: number | null): string => (value === null ? '-' : rateText(rate.unit, value));
    const isFault = FAULT_RATES.has(rate.name);
    const loud = (value: number | null): Segment =>
      isFault && (value ?? 0) > 0 ? styled('bad', cell(value)) : cell(value);
    return [rate.name, loud(rate.a), loud(rate.b), rate.ratio === null ? '' : changeText(rate.ratio)];
  });
  const head = ['', a, b, `${b}/${a}`].map((text) => styled('dim', text));
  const title: Line = [
    styled('bold', 'Rate and ledger'),
    warning === ''
      ? styled('dim', '  rates of recorded phases, ledger of the whole run')
      : styled('bad', `  ${warning}`),
  ];
  return [title, ...renderTable([head, ...rows], { align: ['left', 'right'] })];
}

/** Units of rows that are omitted if neither side has any. */
const OFTEN_NONE: ReadonlySet<RateComparison['unit']> = new Set(['records', 'USD']);
