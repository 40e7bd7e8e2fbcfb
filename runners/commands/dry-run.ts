import { defaultThresholds } from '../../reports/verdict/judge-run.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { type DryRunPlan, type PlanOptions, planOf } from '../dry-run/plan.ts';
import { renderPlan } from '../dry-run/render-plan.ts';
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

const ASSUMPTION = 'for a provisioned stream with 1 shard; the run reads the size of the stream before it asks.';

/** What is known of the cost without a call to AWS. */
async function costOf(scenario: Scenario): Promise<DryRunPlan['cost']> {
  const { target } = scenario;
  if (target.kind !== 'kinesis') return null;
  const { isAws } = await import('../aws/client.ts');
  if (!isAws(target.endpoint)) return null;
  const { estimateCost } = await import('../targets/kinesis/cost.ts');
  const { streamSizeOf } = await import('../targets/kinesis/stream-size.ts');
  if (target.create !== undefined) return estimateCost(scenario, target, await streamSizeOf(target));
  const cost = estimateCost(scenario, target, { shards: 1, isOnDemand: false });
  return { ...cost, assumption: `This is ${ASSUMPTION}` };
}
