import { ExitCode } from '../../errors/exit-code.ts';
import type { Plan } from '../../reports/plan/plan.ts';
import { parseRatio, shareFix } from '../../workloads/units.ts';
import { runnerError } from '../errors.ts';
import { readOwnVersion } from '../package.ts';
import { STDIN_PATH } from '../plan/input/trace/byte-blocks.ts';
import { openPlanInput, type PlanInput } from '../plan/plan-input.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';
import { DiskNotes } from './disk-notes.ts';
import type { PLAN_FORMATS } from './plan-line.ts';
import { durationOf, type PlanTraceOptions, traceOptionsOf } from './plan-trace-options.ts';
import { openProgressLine, type ProgressLine } from './progress-line.ts';
import { loadScenario, parseSeed } from './scenario.ts';

type PlanFormat = (typeof PLAN_FORMATS)[number];

export interface PlanCommandOptions extends PlanTraceOptions {
  readonly input?: string | undefined;
  readonly slo?: readonly string[] | undefined;
  readonly headroom?: string | undefined;
  readonly growth?: string | undefined;
  readonly rate?: string | undefined;
  readonly size?: string | undefined;
  readonly keys?: string | undefined;
  readonly consumers?: string | undefined;
  readonly duration?: string | undefined;
  readonly producers?: number | undefined;
  readonly sketch?: string | undefined;
  readonly period?: string | undefined;
  readonly last?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly prices?: string | undefined;
  readonly 'max-shards'?: number | undefined;
  readonly seed?: string | undefined;
  readonly verify?: boolean | undefined;
  readonly format?: PlanFormat | undefined;
  readonly json?: boolean | undefined;
  readonly out?: string | undefined;
}

const MAX_SHARDS_DEFAULT = 10_000;
const MAX_SHARDS_LIMIT = 65_536;

/** Predicts how many shards a load needs. A plan that finds no number is a valid result, and ends with 0 too. */
export async function commandPlan(options: PlanCommandOptions): Promise<ExitCode> {
  const seed = options.seed === undefined ? undefined : parseSeed(options.seed);
  const maxShards = maxShardsOf(options['max-shards']);
  const scaleRatio = 1 + headroomOf(options.headroom);
  const { parseGrowth } = await import('../plan/growth.ts');
  const growthMonthlyRatio = options.growth === undefined ? undefined : parseGrowth(options.growth);
  const { OWN_PRICES, readPrices } = await import('../prices/prices.ts');
  const prices = options.prices === undefined ? OWN_PRICES : await readPrices(options.prices);
  const progress = openProgressLine();
  const disk = new DiskNotes(false);
  let input: PlanInput | undefined;
  try {
    // yargs passes a single dash as an empty text.
    input = await openPlanInput(options.input === '' ? STDIN_PATH : options.input, {
      ...options,
      seed,
      loadScenario,
      lastNs: durationOf('--last', options.last),
      periodNs: durationOf('--period', options.period),
      trace: traceOptionsOf(options, (done, records) => progress.show(readingText(options.input, done, records))),
    });
    const plan = await planOf(input, { scaleRatio, seed, maxShards, growthMonthlyRatio, prices }, options, progress);
    progress.clear();
    const planPath = options.out === undefined ? undefined : await save(plan, options.out, disk);
    process.stdout.write(await textOf(plan, options.json === true ? 'json' : (options.format ?? 'terminal'), planPath));
    return endingOf(plan) ?? disk.exitCode;
  } finally {
    progress.clear();
    input?.close();
    disk.report();
  }
}

interface Chosen {
  readonly scaleRatio: number;
  readonly seed: number | undefined;
  readonly maxShards: number;
  readonly growthMonthlyRatio: number | undefined;
  readonly prices: import('../prices/price-list.ts').PriceList;
}

async function planOf(
  input: PlanInput,
  chosen: Chosen,
  options: PlanCommandOptions,
  progress: ProgressLine,
): Promise<Plan> {
  const { makePlan } = await import('../plan/make-plan.ts');
  const { scaleLoad } = await import('../plan/scale-load.ts');
  const { sloOf } = await import('../plan/slo.ts');
  const { simulate } = await import('../simulation/simulate.ts');
  const { scenario, source, conditions } = input;
  const seed = chosen.seed ?? scenario?.seed ?? 1;
  const load = scaleLoad(input.load, chosen.scaleRatio, seed);
  const slo = sloOf({ given: options.slo ?? [], scenario: scenario?.thresholds ?? [], consumers: load.consumers });
  let simulations = 0;
  const target = scenario?.target;
  const plan = makePlan({
    ...chosen,
    load,
    source,
    slo,
    seed,
    scenarioShards: source === 'scenario' && target !== undefined && 'shards' in target ? target.shards : undefined,
    toolVersion: readOwnVersion(),
    createdAt: new Date().toISOString(),
    simulate: (simulated, shards, coarse) => {
      simulations += 1;
      progress.show(`simulating ${shards} ${shards === 1 ? 'shard' : 'shards'} (simulation ${simulations})`);
      return simulate(simulated, shards, { ...conditions, seed, ...(coarse === true ? { method: 'rates' } : {}) });
    },
  });
  if (options.verify !== true) return plan;
  const { verifyPlan } = await import('../plan/verify/verify-plan.ts');
  const isRunnable = scenario !== undefined && chosen.scaleRatio === 1;
  const verification = await verifyPlan(plan, {
    load,
    slo,
    seed,
    scenario: isRunnable ? scenario : undefined,
    outDir: options.out,
    onProgress: progress.show,
  });
  return { ...plan, verification };
}

async function save(plan: Plan, outDir: string, disk: DiskNotes): Promise<string> {
  const { PLAN_FILE_NAME, writePlan } = await import('../../reports/plan/plan-file.ts');
  const { saveResultFile } = await import('./save-result-file.ts');
  return saveResultFile(outDir, PLAN_FILE_NAME, (dir) => writePlan(dir, plan), disk);
}

async function textOf(plan: Plan, format: PlanFormat, planPath: string | undefined): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../../reports/plan/render-json.ts')).planJson(plan);
    case 'html':
      return (await import('../../reports/plan/render-html.ts')).renderPlanHtml(plan);
    case 'markdown':
      return (await import('../../reports/plan/render-markdown.ts')).renderPlanMarkdown(plan);
    case 'terminal': {
      const { renderPlan } = await import('../../reports/plan/render-plan.ts');
      const style = { colours: wantsColours(process.stdout), width: widthOf(process.stdout) };
      return `${renderPlan(plan, { ...style, planPath })}\n`;
    }
  }
}

/** A wrong prediction counts as a failed threshold. An invalid run makes the verification invalid. */
function endingOf({ verification }: Plan): ExitCode | undefined {
  if (verification === null) return undefined;
  if (verification.runs.some(({ outcome }) => outcome === 'invalid')) return ExitCode.invalid;
  return verification.isHeld ? undefined : ExitCode.threshold;
}

function headroomOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const quantity = parseRatio(/^\d+(?:\.\d+)?$/u.test(text) ? Number(text) : text);
  if (
    quantity.kind === 'value' &&
    quantity.value >= 0 &&
    quantity.value <= 100 &&
    (text.includes('%') || quantity.value <= 1)
  )
    return quantity.value;
  throw runnerError('RUNNER_USAGE', {
    what: `--headroom must be a share from 0% to 10000%, got "${text}"`,
    fix: shareFix(text, 'a share such as 20%'),
  });
}

function maxShardsOf(count: number | undefined): number {
  if (count === undefined) return MAX_SHARDS_DEFAULT;
  if (Number.isInteger(count) && count >= 1 && count <= MAX_SHARDS_LIMIT) return count;
  throw runnerError('RUNNER_USAGE', {
    what: `--max-shards must be a whole number from 1 to ${MAX_SHARDS_LIMIT}, got ${count}`,
    fix: 'Write the largest number of shards that you would use.',
  });
}

function readingText(input: string | undefined, doneRatio: number | undefined, records: number): string {
  const done = doneRatio === undefined ? '' : `, ${Math.floor(100 * doneRatio)}%`;
  return `reading ${input}: ${records.toLocaleString('en-US')} records${done}`;
}
