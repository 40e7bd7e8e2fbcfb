import { createInterface } from 'node:readline/promises';
import type { ExpectedCost } from '../../reports/result/result.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { chargesOf, costNotAgreed, costText } from '../targets/agree-cost.ts';

/** Streams of the prompt: a terminal, or a stand-in in tests. */
export interface CostTerminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Prints the expected cost of a run, and prompts for confirmation before the first billed call. Does nothing if the run
 * incurs no charges.
 *
 * @returns the expected cost, for the result; undefined if the run incurs no charges.
 * @param yes the charges were accepted on the command line: they are printed, and there is no prompt.
 * @throws RunnerError RUNNER_COST_NOT_AGREED if the user declines, or if there is no terminal for the prompt.
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
    const reply = await questions.question('Begin? [y/N] ');
    if (!/^y(?:es)?$/i.test(reply.trim())) throw costNotAgreed('the charges were not confirmed', charges);
    return cost;
  } finally {
    questions.close();
  }
}
