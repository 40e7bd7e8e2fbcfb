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

/** Renders a gate for people, without a trailing line break. */
export function renderGate(result: GateResult, options: GateRenderOptions): string {
  return paint(gateLines(result, options), options);
}

/** Renders the verdict as one line for logs. The line is never cut, because its end has the reason. */
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
  const warmUp = discarded.length === 0 ? '' : ` after ${counted(discarded.length, 'warm-up pair')}`;
  return `${counted(pairs.length, 'pair')} of ${formatDuration(blockNs)} blocks${warmUp}, took ${took}, seed ${scenario.seed}${invalid}`;
}

/** The findings as sentences. The first one gives the reason of the verdict. */
export function verdictSentences(result: GateResult, findings: GateFindings): string[] {
  const { rules, verdict } = result;
  const { metric, toleranceRatio, floorRatio } = rules;
  const { first, confirmation } = findings;
  const deciding = confirmation ?? first;
  switch (verdict.reason) {
    case 'WORSE_CONFIRMED':
      return [
        `${metric.name} is ${worseText(deciding)} on the candidate, shown by ${first.lookPairs} pairs and confirmed by ${deciding.lookPairs} fresh pairs.`,
        `In the first ${first.lookPairs} pairs it was ${worseText(first)}. A gate fails from ${percent(floorRatio)} on.`,
      ];
    case 'CANDIDATE_FAILS':
    case 'DELIVERY_WORSE':
      return [
        `The candidate left ${undeliveredText(findings.delivery.candidate)} undelivered in ${counted(result.pairs.length, 'pair')}, the baseline ${undeliveredText(findings.delivery.baseline)}.`,
      ];
    case 'WITHIN_TOLERANCE':
      return [
        `${metric.name} is not worse by ${percent(toleranceRatio)} on the candidate: ${rangeText(deciding)}, in ${deciding.lookPairs} pairs.`,
      ];
    case 'ALARM_NOT_CONFIRMED':
      return [
        `${metric.name} is not worse by ${percent(toleranceRatio)} on the candidate: ${rangeText(deciding)}, in ${deciding.lookPairs} fresh pairs.`,
        `A first alarm after ${first.lookPairs} pairs (${worseText(first)}) was not confirmed.`,
      ];
    case 'TOO_FEW_PAIRS':
    case 'MORE_PAIRS':
      return [
        `${counted(result.pairs.length, 'pair')} cannot show if ${metric.name} is worse by ${percent(toleranceRatio)}: ${rangeText(deciding)}.`,
        ...missingText(result, findings),
        ...needText(result, findings),
      ];
    case 'DELIVERY_UNCLEAR':
      return [
        `The candidate left ${undeliveredText(findings.delivery.candidate)} undelivered, the baseline ${undeliveredText(findings.delivery.baseline)}. It is worse in ${findings.delivery.worsePairs} of ${counted(result.pairs.length, 'pair')} and better in ${findings.delivery.betterPairs}: too few for a FAIL, too many for a PASS.`,
        'Find out why the records did not arrive, or run the gate again with a longer --max-duration.',
      ];
    case 'BASELINE_FAILS':
      return [
        `The baseline (${result.sides.baseline}) left ${undeliveredText(findings.delivery.baseline)} undelivered, so the candidate cannot be compared with it.`,
        'Repair the baseline, or correct --baseline.',
      ];
    case 'INTERRUPTED':
      return [
        `Interrupted after ${counted(result.pairs.length, 'pair')}: ${rangeText(deciding)} so far.`,
        'The result contains the pairs until then, but no verdict.',
      ];
    case 'BLOCKS_INVALID': {
      const whys = [...new Set(result.invalidBlocks.flatMap(({ why }) => why.split(', ')))].join(', ');
      return [
        `${counted(result.invalidBlocks.length, 'block')} were invalid (${whys}): their numbers do not describe the sides.`,
        'Stop other programs on this machine, or lower the rate. streamgauge doctor checks if the machine is fit for measurements.',
      ];
    }
  }
}

/** Reports pairs without a value of one side, because they do not count. */
function missingText({ pairs, rules }: GateResult, { ratios, delivery }: GateFindings): string[] {
  const missing = pairs.length - ratios.length;
  if (missing === 0) return [];
  const { baseline, candidate } = delivery;
  return [
    `${counted(missing, 'pair')} did not count, because a block received too few records for ${rules.metric.name}. The baseline left ${undeliveredText(baseline)} undelivered, the candidate ${undeliveredText(candidate)}.`,
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
          `A worsening of ${percent(rules.toleranceRatio)} needs about ${formatCount(needed)} pairs, or ${Math.ceil((needed * pairNs) / 60e9)} minutes: pass --max-duration ${Math.ceil((1.1 * needed * pairNs) / 60e9)}m, or a --block longer than ${formatDuration(blockNs)}.`,
        ];
  return [
    `With this noise, ${counted(planned, 'pair')} find a worsening of ${percent(detectableRatio(ratios, planned))} in 90% of gates.`,
    ...more,
  ];
}

function pairLines({ rules }: GateResult, { first, confirmation, ratios }: GateFindings, width: number): Line[] {
  if (ratios.length === 0) return [];
  const { medianRatio, lowRatio, highRatio } = confirmation ?? first;
  const worse = ratios.map((ratio) => Math.expm1(ratio));
  const { floorRatio, toleranceRatio, metric } = rules;
  const picture = { ratios: worse, medianRatio, lowRatio, highRatio, floorRatio, toleranceRatio };
  const title = `${metric.name}, candidate / baseline: one dot for each pair, worse to the right`;
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
    'Medians of all pairs, with bootstrap intervals. Only the first metric and delivery decide. The others are tested together (Holm, 5%).';
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

/** Undelivered share of a side, over all pairs. */
export function shareText({ undeliveredRatio, undeliveredRecords }: SideDelivery): string {
  if (undeliveredRatio === null) return '-';
  return undeliveredRecords === 0 ? '0' : formatRatio(undeliveredRatio);
}

/** States if the candidate delivered less or more in most pairs that differ, and in how many. */
export function deliveryWord({ baseline, candidate, worsePairs, betterPairs }: DeliverySums): string {
  if (baseline.undeliveredRecords + candidate.undeliveredRecords === 0) return 'none';
  if (worsePairs === betterPairs) return 'no difference';
  return worsePairs > betterPairs ? `worse in ${worsePairs}` : `better in ${betterPairs}`;
}

function deliveryFindingText(delivery: DeliverySums): Segment {
  return styled(delivery.worsePairs > delivery.betterPairs ? 'warn' : 'dim', deliveryWord(delivery));
}

/** States how often this gate fails a comparison of equal sides: by design, and as simulated. */
export function falseAlarmText({ falseAlarms }: Pick<GateResult, 'falseAlarms'>): string {
  const { designRatio, simulated } = falseAlarms;
  const design = `by design in at most ${formatRatio(designRatio)} of comparisons of equal sides`;
  if (simulated === null) {
    return `${design}, if pairs are independent. Not measured on this machine: run gate calibrate.`;
  }
  const { failed, runs, recordedPairs, boundRatio } = simulated;
  return `${design}; with noise recorded on this machine in ${failed} of ${formatCount(runs)} simulated gates (from ${recordedPairs} pairs), 95% bound ${formatRatio(boundRatio)}.`;
}

/** The median, with its interval. */
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
