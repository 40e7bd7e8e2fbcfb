import { formatRate } from '../format/numbers.ts';
import { rateBelow } from '../format/rate-bounds.ts';
import { type Segment, styled } from '../text/render-lines.ts';
import type { TableCell } from '../text/render-table.ts';
import { metricText } from '../verdict/metric.ts';
import { parseThreshold } from '../verdict/threshold-grammar.ts';
import { judgeTrial, type TrialJudgement } from './judge-trial.ts';
import { REASON_WORDS } from './knee-text.ts';
import type { MeasuredObjective, Trial } from './trial.ts';

export const TRIAL_HEADINGS: readonly TableCell[] = ['', 'rate', 'achieved', 'objective', 'backlog', 'outcome'].map(
  (text) => styled('dim', text),
);

/** @param number number of the trial, from 1. */
export function trialRow(trial: Trial, number: number, trialNs: number): TableCell[] {
  const { request, measured } = trial;
  const shown = shownObjective(measured.objectives);
  const growth = measured.backlog?.growthPerSecond;
  return [
    styled('dim', String(number)),
    rateBelow(request.ratePerSecond),
    rateBelow(measured.achievedPerSecond),
    shown === undefined || shown.actual === null ? '-' : objectiveText(shown),
    growth === undefined ? '-' : `${growth > 0 ? '+' : '-'}${formatRate(Math.abs(growth))}`,
    outcomeCell(judgeTrial(measured, trialNs), trial),
  ];
}

/** Returns the failed objective, otherwise the first one. */
export function shownObjective(objectives: readonly MeasuredObjective[]): MeasuredObjective | undefined {
  return objectives.find(({ holds, default: isDefault }) => holds === false && isDefault !== true) ?? objectives[0];
}

export function objectiveText({ text, actual }: MeasuredObjective): string {
  return actual === null ? '-' : metricText(parseThreshold(text).metric, actual);
}

function outcomeCell(judgement: TrialJudgement, { request }: Trial): Segment[] {
  const after = request.afterOverloadPerSecond === undefined ? '' : ', after overload';
  return [outcomeSegment(judgement), styled('dim', after)];
}

export function outcomeSegment(judgement: TrialJudgement): Segment {
  switch (judgement.kind) {
    case 'sustainable':
      return styled('good', judgement.isMarginal ? 'sustainable?' : 'sustainable');
    case 'unsustainable': {
      const reasons = judgement.reasons.map((reason) => REASON_WORDS[reason]).join(', ');
      return styled('bad', `${judgement.isMarginal ? 'not?' : 'not'}: ${reasons}`);
    }
    case 'invalid':
      return styled('warn', `invalid: ${judgement.codes.join(', ')}`);
    case 'unjudged':
      return styled('warn', 'too few records');
  }
}
