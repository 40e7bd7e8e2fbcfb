import { defaultThresholds } from '../../reports/verdict/judge-run.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { type DryRunPlan, type PlanOptions, planOf } from '../dry-run/plan.ts';
import { renderPlan } from '../dry-run/render-plan.ts';
import { chargesOf } from '../targets/agree-cost.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';

/** Prints what a run would do. Opens no connection, writes no file and starts no thread. */
export async function printPlan(
  scenario: Scenario,
  options: Omit<PlanOptions, 'cost' | 'thresholds'>,
  { json }: { readonly json: boolean },
): Promise<void> {
  const thresholds = [
    ...scenario.thresholds.map((text) => ({ text, default: false })),
    ...defaultThresholds(scenario).map((text) => ({ text, default: true })),
  ];
  const plan = planOf(scenario, { ...options, thresholds, cost: await costOf(scenario) });
  const text = json
    ? JSON.stringify(plan, undefined, 2)
    : renderPlan(plan, { colours: wantsColours(process.stdout), width: widthOf(process.stdout) });
  process.stdout.write(`${text}\n`);
}

/** Estimates the cost without calling AWS. */
async function costOf(scenario: Scenario): Promise<DryRunPlan['cost']> {
  const charges = chargesOf(scenario.target);
  return charges === undefined ? null : charges.estimateOffline(scenario, scenario.target);
}
