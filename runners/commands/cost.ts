import { createInterface } from 'node:readline/promises';
import type { ExpectedCost } from '../../reports/result/result.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { costNotAgreed } from '../targets/kinesis/cost-agreement.ts';

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
  if (target.kind !== 'kinesis') return undefined;
  const { isAws } = await import('../aws/client.ts');
  if (!isAws(target.endpoint)) return undefined;
  if (!yes && (input.isTTY !== true || output.isTTY !== true)) {
    throw costNotAgreed('the run incurs AWS charges, and there is no terminal to confirm them');
  }
  const { costText, estimateCost } = await import('../targets/kinesis/cost.ts');
  const { streamSizeOf } = await import('../targets/kinesis/stream-size.ts');
  const cost = estimateCost(scenario, target, await streamSizeOf(target));
  output.write(costText(cost));
  if (yes) return cost;
  const questions = createInterface({ input, output });
  try {
    const answer = await questions.question('Begin? [y/N] ');
    if (!/^y(?:es)?$/i.test(answer.trim())) throw costNotAgreed('the charges were not confirmed');
    return cost;
  } finally {
    questions.close();
  }
}
