import { formatDollars } from '../../reports/format/numbers.ts';
import type { ExpectedCost } from '../../reports/result/result.ts';
import type { Scenario, TargetSpec } from '../../workloads/scenario.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import type { TargetCost } from './target-kind.ts';
import { kindOf } from './targets.ts';

/** Returns how to estimate the charges of a run on this target; undefined if there are none. */
export function chargesOf(target: TargetSpec): TargetCost | undefined {
  const { cost } = kindOf(target);
  return cost?.isIncurred(target) === true ? cost : undefined;
}

/** Returns the expected charges as people read them before they agree. */
export function costText({ lines, usd, prices }: ExpectedCost, payee: string): string {
  const rows = lines.map((line) => `  ${formatDollars(line.usd).padStart(10)}  ${line.what}\n`);
  return `This run would cost about ${formatDollars(usd)} on ${payee} (prices of ${prices}):\n${rows.join('')}`;
}

/** For programs that start a run without the command line. @throws RunnerError RUNNER_COST_NOT_AGREED */
export function checkCostAgreed({ target }: Scenario, agreed: boolean): void {
  const charges = chargesOf(target);
  if (charges !== undefined && !agreed) throw costNotAgreed(`the run incurs ${charges.payee} charges`, charges);
}

export function costNotAgreed(what: string, { avoid }: Pick<TargetCost, 'avoid'>): RunnerError {
  return runnerError('RUNNER_COST_NOT_AGREED', {
    what,
    fix: `Pass --yes to accept them (costAgreed: true in a program), or ${avoid}.`,
  });
}
