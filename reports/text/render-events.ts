import type { ScenarioStep } from '../../workloads/scenario.ts';
import { faultText } from '../format/fault-text.ts';
import { formatCount, formatDuration } from '../format/numbers.ts';
import { changeText, stepText } from '../format/step-text.ts';
import type { FaultReport, Result, StepOutcome, StepReport } from '../result/result.ts';
import { type Line, type Segment, styled } from './render-lines.ts';
import { renderTable } from './render-table.ts';

/** Renders the steps and faults of the scenario with their outcomes; an empty section for each that the scenario lacks. */
export function renderEvents({ steps = [], faults = [] }: Pick<Result, 'steps' | 'faults'>): Line[][] {
  return [renderSteps(steps), renderFaults(faults)];
}

function renderSteps(steps: readonly StepReport[]): Line[] {
  if (steps.length === 0) return [];
  const head = ['at', 'step', 'took', 'recovered in', 'change'].map((name) => styled('dim', name));
  const rows = steps.map(({ step, outcome }): Segment[] => [
    formatDuration('askedAtNs' in outcome ? outcome.askedAtNs : step.atNs),
    stepText(step),
    ...outcomeCells(step, outcome),
  ]);
  const [headLine = [], ...lines] = renderTable([head, ...rows], {
    align: ['right', 'left', 'right', 'right', 'left'],
  });
  const withReasons = lines.flatMap((line, i): Line[] => {
    const outcome = steps[i]?.outcome;
    return outcome?.kind === 'failed' ? [line, [styled('bad', `         ${outcome.message}`)]] : [line];
  });
  return [[styled('bold', 'Steps')], headLine, ...withReasons];
}

function outcomeCells(step: ScenarioStep, outcome: StepOutcome): Segment[] {
  switch (outcome.kind) {
    case 'done': {
      const { askedAtNs, doneAtNs, closed, opened, recoveryNs } = outcome;
      const recovery =
        recoveryNs === null ? styled('warn', 'not seen') : recoveryNs === 0 ? 'at once' : formatDuration(recoveryNs);
      return [formatDuration(doneAtNs - askedAtNs), recovery, changeText(step, closed, opened)];
    }
    case 'failed':
      return ['', '', styled('bad', 'failed')];
    case 'unfinished':
      return ['', '', styled('bad', 'not finished')];
    case 'not-reached':
      return ['', '', styled('warn', 'not reached')];
  }
}

function renderFaults(faults: readonly FaultReport[]): Line[] {
  if (faults.length === 0) return [];
  const rows = faults.map(({ fault, injected }): Segment[] => [
    `${fault.fromNs === 0 ? 'the start' : formatDuration(fault.fromNs)} to ${fault.untilNs === undefined ? 'the end' : formatDuration(fault.untilNs)}`,
    faultText(fault),
    injected === null
      ? styled('dim', 'not counted')
      : injected === 0
        ? styled('warn', 'never injected')
        : formatCount(injected),
  ]);
  return [
    [styled('bold', 'Faults'), styled('dim', '  injected on purpose')],
    ...renderTable(rows, { align: ['left', 'left', 'right'] }),
  ];
}
