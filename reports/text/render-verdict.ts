import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { REPORT_ERRORS } from '../errors.ts';
import { formatDuration } from '../format/numbers.ts';
import type { Outcome, Result, ThresholdVerdict, VerdictKind } from '../result/result.ts';
import { metricText } from '../verdict/metric.ts';
import { type Metric, parseThreshold } from '../verdict/threshold-grammar.ts';
import { HOW_TO_JUDGE, remarksOn, thresholdText } from './delivery-text.ts';
import { hanging, type Line, type RenderOptions, type Segment, type Style, styled } from './render-lines.ts';
import { renderTable } from './render-table.ts';

const VERDICT_STYLES: Record<VerdictKind, Style> = { passed: 'good', failed: 'bad', invalid: 'warn', measured: 'bold' };

/** Renders the verdict, an unplanned end of the run, and every reason why it is invalid with its fix. */
export function renderVerdict(result: Result, { width }: RenderOptions): Line[] {
  const head = styled(VERDICT_STYLES[result.verdict.kind], `${result.verdict.kind.toUpperCase()}  `);
  const lines = hanging(head, sentence(verdictReason(result)), width);
  for (const { style, text } of remarksOn(result)) lines.push(...hanging('  ', text, width, style));
  if (result.verdict.kind === 'measured') lines.push(...hanging('  ', HOW_TO_JUDGE, width, 'dim'));
  for (const { code, what, fix, part } of result.validity.reasons) {
    const where = part === undefined ? '' : `Part ${part}: `;
    lines.push(...hanging(styled('warn', `  ${code}  `), `${where}${what}`, width));
    lines.push(...hanging(`${' '.repeat(code.length + 4)}`, `Fix: ${fix}`, width, 'bold'));
  }
  if (result.partial) {
    const text = `${sentence(outcomeText(result.outcome))} Every number covers only the part that ran.`;
    lines.push(...hanging(styled('warn', 'PARTIAL  '), text, width));
  }
  return lines;
}

/** Renders each threshold with its mark and the measured value. */
export function renderThresholds({ verdict }: Result, { width }: RenderOptions): Line[] {
  if (verdict.thresholds.length === 0) return [];
  const rows = verdict.thresholds.map((threshold): Segment[] => [
    styled(...MARKS[markOf(threshold)]),
    thresholdText(threshold),
    actualText(threshold),
    windowText(threshold),
  ]);
  const reasons = verdict.thresholds.flatMap((threshold) =>
    threshold.reason === undefined
      ? []
      : hanging('    ', `? ${thresholdText(threshold)}: ${threshold.reason}.`, width, 'warn'),
  );
  return [
    [styled('bold', 'Thresholds')],
    ...renderTable(rows, { align: ['left', 'left', 'right', 'left'] }),
    ...reasons,
  ];
}

/** `neutral`: the run is invalid, so the measured value proves nothing; `unknown`: there is no value. */
export type Mark = 'holds' | 'fails' | 'unknown' | 'neutral';

export function markOf({ holds, actual }: ThresholdVerdict): Mark {
  if (holds === null) return actual === null ? 'unknown' : 'neutral';
  return holds ? 'holds' : 'fails';
}

/** A threshold's measured value in the metric's notation. */
export function actualText({ text, actual }: ThresholdVerdict): string {
  if (actual === null) return '-';
  const metric = metricOf(text);
  return metric === undefined ? String(actual) : metricText(metric, actual);
}

export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'completed':
      return 'completed';
    case 'interrupted':
      return `interrupted by ${outcome.signal}`;
    case 'aborted':
      return `stopped by the threshold ${outcome.threshold}`;
    case 'failed':
      return `failed with ${outcome.code}: ${outcome.message}`;
    case 'died':
      return `not finished: its process died, or is still running${tornText(outcome.discardedBytes)}`;
  }
}

const tornText = (bytes: number): string =>
  bytes === 0 ? '' : `; its last ${bytes === 1 ? 'byte was' : `${bytes} bytes were`} torn and discarded`;

/** PASSED, FAILED, INVALID or MEASURED, in its colour. */
export function verdictWord({ verdict }: Result): Segment {
  return styled(VERDICT_STYLES[verdict.kind], verdict.kind.toUpperCase());
}

/** Returns the reason of the verdict, as half a sentence. */
export function verdictReason({ verdict, validity, outcome }: Result): string {
  const { thresholds } = verdict;
  if (validity.kind === 'invalid') {
    const codes = [...new Set(validity.reasons.map(({ code }) => code))].join(', ');
    return `the numbers do not describe the target (${codes})`;
  }
  if (['interrupted', 'failed', 'died'].includes(outcome.kind)) return outcomeText(outcome);
  if (thresholds.length === 0) return 'not judged, because there are no thresholds';
  const holding = thresholds.filter(({ holds }) => holds === true).length;
  const unknown = thresholds.filter(({ holds }) => holds === null).length;
  if (verdict.kind === 'invalid') return unjudgedText(thresholds);
  const unjudged = unknown === 0 ? '' : `, ${unknown} could not be judged`;
  return `${holding} of ${thresholds.length} ${thresholds.length === 1 ? 'threshold holds' : 'thresholds hold'}${unjudged}`;
}

function unjudgedText(thresholds: readonly ThresholdVerdict[]): string {
  const unknown = thresholds.filter(({ actual }) => actual === null);
  const reasons = [...new Set(unknown.flatMap(({ reason }) => reason ?? []))].join('; ');
  return `${unknown.length} of ${thresholds.length} thresholds could not be judged${reasons === '' ? '' : `: ${reasons}`}`;
}

export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

const MARKS: Readonly<Record<Mark, [Style, string]>> = {
  holds: ['good', '✓'],
  fails: ['bad', '✗'],
  unknown: ['warn', '?'],
  neutral: ['dim', '·'],
};

function windowText({ worstWindow }: ThresholdVerdict): Segment {
  if (worstWindow === undefined) return '';
  return styled('dim', `worst: ${formatDuration(worstWindow.startNs)} to ${formatDuration(worstWindow.endNs)}`);
}

function metricOf(text: string): Metric | undefined {
  try {
    return parseThreshold(text).metric;
  } catch (error) {
    if (isErrorOf(REPORT_ERRORS, error)) return undefined;
    throw error;
  }
}
