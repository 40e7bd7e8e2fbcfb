import { formatCount, formatDuration, formatRatio } from '../format/numbers.ts';
import {
  hanging,
  type Line,
  paint,
  type RenderOptions,
  type Segment,
  type Style,
  styled,
} from '../text/render-lines.ts';
import { renderTable } from '../text/render-table.ts';
import { metricText } from '../verdict/metric.ts';
import { parseMetric } from '../verdict/threshold-grammar.ts';
import { type DeliverySums, type SideDelivery, undeliveredText } from './delivery-sums.ts';
import { detectableRatio, pairsToDetect } from './detectable.ts';
import { type GateFindings, gateFindings } from './findings.ts';
import type { GateResult } from './gate-result.ts';
import type { Reading } from './judge.ts';
import type { MetricDifference } from './others.ts';
import { percent, renderPairs } from './render-pairs.ts';

const STYLES: Record<GateResult['verdict']['kind'], Style> = {
  pass: 'good',
  fail: 'bad',
  inconclusive: 'warn',
  invalid: 'warn',
};

export interface GateRenderOptions extends RenderOptions {
  /** Path of gate.json. */
  readonly resultPath?: string;
}

/** A gate for people, without a trailing line break. */
export function renderGate(result: GateResult, options: GateRenderOptions): string {
  return paint(gateLines(result, options), options);
}

/** The verdict in one line, however long: it is for logs, and its end says what to make of it. */
export function renderGateLine(result: GateResult, options: RenderOptions): string {
  const [first] = verdictSentences(result, gateFindings(result));
  return paint([[styled(STYLES[result.verdict.kind], result.verdict.kind.toUpperCase()), `  ${first}`]], {
    ...options,
    width: Number.POSITIVE_INFINITY,
  });
}

function gateLines(result: GateResult, { width, resultPath }: GateRenderOptions): Line[] {
  const findings = gateFindings(result);
  const { kind } = result.verdict;
  const sentences = verdictSentences(result, findings);
  const head = styled(STYLES[kind], `${kind.toUpperCase()}  `);
  return [
    [styled('bold', `${result.scenario.name}, ${result.rules.metric.name}`)],
    ...hanging('  ', countsText(result), width),
    ...hanging('  baseline   ', result.sides.baseline, width),
    ...hanging('  candidate  ', result.sides.candidate, width),
    ...hanging(head, sentences[0] ?? '', width),
    ...sentences.slice(1).flatMap((sentence) => hanging(' '.repeat(kind.length + 2), sentence, width)),
    [],
    ...pairLines(result, findings, width),
    ...metricLines(findings, width),
    ...hanging('False alarms  ', falseAlarmText(result), width),
    ...(resultPath === undefined ? [] : [['Result  ', resultPath] satisfies Line]),
  ];
}

function countsText({ pairs, discarded, invalidBlocks, blockNs, startedAt, finishedAt, scenario }: GateResult): string {
  const took = formatDuration((Date.parse(finishedAt) - Date.parse(startedAt)) * 1e6);
  const invalid = invalidBlocks.length === 0 ? '' : `, ${counted(invalidBlocks.length, 'invalid block')} repeated`;
  const left = discarded.length === 0 ? '' : ` after ${counted(discarded.length, 'warm-up pair')}`;
  return `${counted(pairs.length, 'pair')} of ${formatDuration(blockNs)} blocks${left}, took ${took}, seed ${scenario.seed}${invalid}`;
}

/** What was found, in sentences; the first one is the verdict's. */
export function verdictSentences(result: GateResult, findings: GateFindings): string[] {
  const { rules, verdict } = result;
  const { metric, toleranceRatio, floorRatio } = rules;
  const { first, confirmation } = findings;
  const deciding = confirmation ?? first;
  switch (verdict.reason) {
    case 'WORSE_CONFIRMED':
      return [
        `${metric.name} is ${worseText(deciding)} on the candidate, shown by ${first.lookPairs} pairs and again by ${deciding.lookPairs} fresh ones.`,
        `The first ones alone: ${worseText(first)}. A gate fails from ${percent(floorRatio)} on.`,
      ];
    case 'CANDIDATE_FAILS':
    case 'DELIVERY_WORSE':
      return [
        `The candidate left ${undeliveredText(findings.delivery.candidate)} undelivered in ${counted(result.pairs.length, 'pair')}, the baseline ${undeliveredText(findings.delivery.baseline)}.`,
      ];
    case 'WITHIN_TOLERANCE':
      return [
        `${metric.name} is not worse by ${percent(toleranceRatio)} on the candidate: ${rangeText(deciding)}, by ${deciding.lookPairs} pairs.`,
      ];
    case 'ALARM_NOT_CONFIRMED':
      return [
        `${metric.name} is not worse by ${percent(toleranceRatio)} on the candidate: ${rangeText(deciding)}, by ${deciding.lookPairs} fresh pairs.`,
        `A first alarm after ${first.lookPairs} pairs (${worseText(first)}) was not confirmed.`,
      ];
    case 'TOO_FEW_PAIRS':
    case 'MORE_PAIRS':
      return [
        `${counted(result.pairs.length, 'pair')} cannot tell whether ${metric.name} is worse by ${percent(toleranceRatio)}: ${rangeText(deciding)}.`,
        ...missingText(result, findings),
        ...needText(result, findings),
      ];
    case 'DELIVERY_UNCLEAR':
      return [
        `The candidate left ${undeliveredText(findings.delivery.candidate)} undelivered, the baseline ${undeliveredText(findings.delivery.baseline)}: worse in ${findings.delivery.worsePairs} of ${counted(result.pairs.length, 'pair')}, better in ${findings.delivery.betterPairs}, which is too seldom to fail and too often to pass.`,
        'Find out why the records did not arrive, or run the gate again with a longer --max-duration.',
      ];
    case 'BASELINE_FAILS':
      return [
        `The baseline (${result.sides.baseline}) left ${undeliveredText(findings.delivery.baseline)} undelivered, so there is nothing to compare the candidate with.`,
        'Repair the baseline, or correct --baseline.',
      ];
    case 'INTERRUPTED':
      return [
        `Interrupted after ${counted(result.pairs.length, 'pair')}: ${rangeText(deciding)} so far.`,
        'The result has what was measured; it is no verdict.',
      ];
    case 'BLOCKS_INVALID': {
      const whys = [...new Set(result.invalidBlocks.flatMap(({ why }) => why.split(', ')))].join(', ');
      return [
        `${counted(result.invalidBlocks.length, 'block')} were invalid (${whys}): their numbers are not about the sides.`,
        'Free the machine, or lower the rate; streamgauge doctor says whether it is fit to measure.',
      ];
    }
  }
}

/** Pairs without a value on one side count for neither side. */
function missingText({ pairs, rules }: GateResult, { ratios, delivery }: GateFindings): string[] {
  const missing = pairs.length - ratios.length;
  if (missing === 0) return [];
  const { baseline, candidate } = delivery;
  return [
    `${counted(missing, 'pair')} did not count, because a block received too few records for ${rules.metric.name}; the baseline left ${undeliveredText(baseline)} undelivered, the candidate ${undeliveredText(candidate)}.`,
  ];
}

function needText({ rules, pairs, blockNs }: GateResult, { ratios }: GateFindings): string[] {
  if (ratios.length < 2) return [];
  const planned = rules.firstPairs + rules.confirmPairs;
  const needed = pairsToDetect(ratios, rules.toleranceRatio);
  const pairNs =
    pairs.reduce((sum, { baseline, candidate }) => sum + baseline.tookNs + candidate.tookNs, 0) / pairs.length;
  const more =
    needed <= planned
      ? []
      : [
          `Finding ${percent(rules.toleranceRatio)} takes about ${formatCount(needed)} pairs, ${Math.ceil((needed * pairNs) / 60e9)} minutes: say --max-duration ${Math.ceil((1.1 * needed * pairNs) / 60e9)}m, or blocks longer than ${formatDuration(blockNs)}.`,
        ];
  return [
    `With noise like this, ${counted(planned, 'pair')} find a worsening of ${percent(detectableRatio(ratios, planned))} nine times in ten.`,
    ...more,
  ];
}

function pairLines({ rules }: GateResult, { first, confirmation, ratios }: GateFindings, width: number): Line[] {
  if (ratios.length === 0) return [];
  const { medianRatio, lowRatio, highRatio } = confirmation ?? first;
  const worse = ratios.map((ratio) => Math.expm1(ratio));
  const { floorRatio, toleranceRatio, metric } = rules;
  const picture = { ratios: worse, medianRatio, lowRatio, highRatio, floorRatio, toleranceRatio };
  const title = `${metric.name}, candidate to baseline, one dot a pair; right of equal is worse`;
  return [...hanging('', title, width, 'bold'), ...renderPairs(picture, width), []];
}

function metricLines({ differences, delivery }: GateFindings, width: number): Line[] {
  const rows = differences
    .filter(({ baseline, candidate }) => baseline !== null || candidate !== null)
    .map((difference, index): Segment[] => [
      difference.name,
      valueText(difference, difference.baseline),
      valueText(difference, difference.candidate),
      difference.medianRatio === null ? '-' : signed(difference.medianRatio),
      difference.lowRatio === null || difference.highRatio === null
        ? ''
        : `${signed(difference.lowRatio)} to ${signed(difference.highRatio)}`,
      index === 0 ? styled('bold', 'decides') : findingText(difference),
    ]);
  const { baseline, candidate } = delivery;
  if (baseline.owedRecords + candidate.owedRecords === 0) return [];
  rows.push(['undelivered', shareText(baseline), shareText(candidate), '', '', deliveryFindingText(delivery)]);
  const heading: Segment[] = ['', 'baseline', 'candidate', 'change', '95% interval', ''].map((text) =>
    styled('dim', text),
  );
  const note =
    'Medians of all pairs, with bootstrap intervals. The first metric and delivery decide; the others are tested together (Holm, 5%) and shown.';
  return [
    ...renderTable([heading, ...rows], { align: ['left', 'right', 'right', 'right', 'right', 'left'] }),
    ...hanging('  ', note, width, 'dim'),
    [],
  ];
}

function valueText({ name }: MetricDifference, value: number | null): string {
  return value === null ? '-' : metricText(parseMetric(name), value);
}

function findingText({ finding }: MetricDifference): Segment {
  if (finding === 'no difference shown') return styled('dim', 'no difference');
  if (finding === 'no value') return styled('warn', 'no value');
  return finding === 'worse' ? styled('warn', 'worse') : styled('good', 'better');
}

/** Over all pairs. */
export function shareText({ undeliveredRatio, undeliveredRecords }: SideDelivery): string {
  if (undeliveredRatio === null) return '-';
  return undeliveredRecords === 0 ? '0' : formatRatio(undeliveredRatio);
}

/** The side of more pairs, with their number. */
export function deliveryWord({ baseline, candidate, worsePairs, betterPairs }: DeliverySums): string {
  if (baseline.undeliveredRecords + candidate.undeliveredRecords === 0) return 'none';
  if (worsePairs === betterPairs) return 'no difference';
  return worsePairs > betterPairs ? `worse in ${worsePairs}` : `better in ${betterPairs}`;
}

function deliveryFindingText(delivery: DeliverySums): Segment {
  return styled(delivery.worsePairs > delivery.betterPairs ? 'warn' : 'dim', deliveryWord(delivery));
}

/** How often this gate fails a comparison of equals, as far as it is known. */
export function falseAlarmText({ falseAlarms }: Pick<GateResult, 'falseAlarms'>): string {
  const { designRatio, simulated } = falseAlarms;
  const design = `by its rules at most ${formatRatio(designRatio)} of comparisons of equals`;
  if (simulated === null) {
    return `${design}, where pairs are independent. Not checked on this machine: gate calibrate does.`;
  }
  const { failed, runs, recordedPairs, boundRatio } = simulated;
  return `${design}; with noise recorded on this machine in ${failed} of ${formatCount(runs)} simulated ones (from ${recordedPairs} pairs), 95% bound ${formatRatio(boundRatio)}.`;
}

/** Median first, then where it surely lies. */
function worseText({ medianRatio, lowRatio, highRatio }: Reading): string {
  const interval = lowRatio === null || highRatio === null ? '' : ` (${percent(lowRatio)} to ${percent(highRatio)})`;
  return `${percent(medianRatio ?? 0)} worse${interval}`;
}

function rangeText({ medianRatio, lowRatio, highRatio }: Reading): string {
  if (medianRatio === null) return 'too few pairs for any interval';
  const low = lowRatio === null ? 'anything' : signed(lowRatio);
  const high = highRatio === null ? 'anything' : signed(highRatio);
  return `${signed(medianRatio)}, between ${low} and ${high}`;
}

const signed = (ratio: number): string => `${ratio > 0 ? '+' : ''}${percent(ratio)}`;
const counted = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
