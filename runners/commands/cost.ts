import { createInterface } from 'node:readline/promises';
import type { ExpectedCost } from '../../reports/result/result.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { chargesOf, costNotAgreed, costText } from '../targets/agree-cost.ts';

/** Where the question is asked and answered; terminals, or something else in tests. */
export interface CostTerminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Says what a run would cost before anything costs something, and asks whether it may begin. Silent for runs that cost
 * nothing.
 *
 * @returns what it would cost, for the result; undefined where it costs nothing.
 * @param yes the answer was given on the command line: it is said what it was given to, and not asked.
 * @throws RunnerError RUNNER_COST_NOT_AGREED when the answer is no, or when there is nobody to give one.
 */
export async function agreeOnCost(
  scenario: Scenario,
  yes: boolean,
  { input, output }: CostTerminal = { input: process.stdin, output: process.stderr },
): Promise<ExpectedCost | undefined> {
  const { target } = scenario;
  const charges = chargesOf(target);
  if (charges === undefined) return undefined;
  if (!yes && (input.isTTY !== true || output.isTTY !== true)) {
    throw costNotAgreed(`the run incurs ${charges.payee} charges, and there is no terminal to confirm them`, charges);
  }
  const cost = await charges.estimate(scenario, target);
  output.write(costText(cost, charges.payee));
  if (yes) return cost;
  const questions = createInterface({ input, output });
  try {
    const answer = await questions.question('Begin? [y/N] ');
    if (!/^y(?:es)?$/i.test(answer.trim())) throw costNotAgreed('the charges were not confirmed', charges);
    return cost;
  } finally {
    questions.close();
  }
}
