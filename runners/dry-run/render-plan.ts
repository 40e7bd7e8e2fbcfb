import { formatByteRate, formatBytes, formatCount, formatRate, formatRatio } from '../../reports/format/numbers.ts';
import {
  hanging,
  joinSections,
  type Line,
  listed,
  paint,
  type RenderOptions,
  type Segment,
  styled,
} from '../../reports/text/render-lines.ts';
import { renderTable } from '../../reports/text/render-table.ts';
import type { TargetSpec } from '../../workloads/scenario.ts';
import { costText } from '../targets/agree-cost.ts';
import { countOf, timeText } from '../targets/quantity-text.ts';
import { kindOf, targetTexts } from '../targets/targets.ts';
import type { DryRunPlan, ExpectedRates, LimitUse, TimedEvent, WorkloadPlan } from './plan.ts';
import {
  arrivalsText,
  consumerText,
  keysText,
  payloadTexts,
  producerTexts,
  rateTextOf,
  retryTexts,
} from './spec-text.ts';

/** The plan for people, in the order in which a run does things. */
export function renderPlan(plan: DryRunPlan, options: RenderOptions): string {
  const { width } = options;
  const sections: Line[][] = [
    renderHead(plan, width),
    listed([styled('bold', 'Target  ')], targetTexts(plan.target), width),
    ...plan.workloads.map((workload) => renderWorkload(workload, plan, width)),
    renderConsumers(plan),
    renderTimeLine(plan),
    renderLoad(plan, width),
    renderThresholds(plan),
    renderReplays(plan, width),
    renderCost(plan, width),
    [[styled('bold', 'Output'), `  ${plan.outDir}`]],
  ];
  return paint(joinSections(sections), options);
}

function renderHead(
  { scenario, description, seed, part, startAt, durationNs, drainNs }: DryRunPlan,
  width: number,
): Line[] {
  const share = part === undefined ? '' : `, part ${part.index} of ${part.of}`;
  const start = startAt === undefined ? '' : ` from ${startAt}`;
  const lasts = `${timeText(durationNs)} of load${start}, then a drain until consumers have everything or make no progress for ${timeText(drainNs)}`;
  return [
    [styled('bold', scenario), `  dry run: the plan of a run with seed ${seed}${share}`],
    ...(description === undefined ? [] : hanging('', description, width)),
    ...hanging(styled('bold', 'Lasts  '), lasts, width),
  ];
}

function renderWorkload(workload: WorkloadPlan, { part }: DryRunPlan, width: number): Line[] {
  const heads = ['start', 'lasts', 'rate', 'records', ''].map((name) => styled('dim', name));
  const rows = workload.phases.map((phase): Segment[] => [
    phase.name,
    timeText(phase.startNs),
    timeText(phase.durationNs),
    rateTextOf(phase),
    formatCount(phase.expectedRecords),
    phase.recorded ? '' : styled('dim', 'not recorded'),
  ]);
  const own = ownProducers(workload.producers.count, part);
  const details: [string, readonly string[]][] = [
    ['keys', [keysText(workload.keys)]],
    ['payload', payloadTexts(workload)],
    ['producers', producerTexts(workload.producers, own)],
    ['retries', retryTexts(workload.producers)],
  ];
  return [
    [styled('bold', `Workload ${workload.name}`), `  ${arrivalsText(workload.arrivals)}`],
    ...renderTable([[styled('dim', 'phase'), ...heads], ...rows], {
      align: ['left', 'right', 'right', 'right', 'right', 'left'],
    }),
    ...details.flatMap(([name, texts]) => listed([`  ${name.padEnd(11)}`], texts, width)),
  ];
}

function ownProducers(count: number, part: DryRunPlan['part']): number {
  if (part === undefined) return count;
  return Array.from({ length: count }, (_, index) => index).filter((index) => index % part.of === part.index - 1)
    .length;
}

function renderConsumers({ consumers }: DryRunPlan): Line[] {
  const head: Line = [styled('bold', 'Consumers')];
  if (consumers.length === 0) return [[...head, '  none: what arrives is not read']];
  const rows = consumers.map((consumer) => [consumer.name, consumerText(consumer)]);
  return [head, ...renderTable(rows, { align: ['left'] })];
}

function renderTimeLine({ timeLine }: DryRunPlan): Line[] {
  if (timeLine.length === 0) return [];
  const rows = timeLine.map((event) => [timeText(event.atNs), untilText(event), event.kind, event.text]);
  return [[styled('bold', 'Time line')], ...renderTable(rows, { align: ['right', 'left'], gap: 1 })];
}

function untilText({ kind, untilNs }: TimedEvent): string {
  if (kind === 'step') return '';
  return untilNs === null ? 'to the end' : `to ${timeText(untilNs)}`;
}

function renderLoad({ load, limits, target, part, timeLine }: DryRunPlan, width: number): Line[] {
  const hasSteps = timeLine.some(({ kind }) => kind === 'step');
  const rows = [
    ['on average', ...rateTexts(load.mean)],
    ['at the highest', ...rateTexts(load.peak), load.peak.phase === '' ? '' : `in phase ${load.peak.phase}`],
  ];
  const total = `${countOf(Math.round(load.records), 'record')} and ${formatBytes(load.bytes)} of keys and payloads`;
  return [
    [styled('bold', 'Expected load'), `  ${total}`],
    ...renderTable(rows, { align: ['left', 'right', 'right', 'left'] }),
    ...limitTexts(limits, target, hasSteps).flatMap((text) => hanging('  ', text, width)),
    ...(limits !== null && limits.busiest.ratio > 1 ? hanging('  ', overloadText(limits), width, 'warn') : []),
    ...(part === undefined || kindOf(target).partsProblem === undefined || limits === null
      ? []
      : hanging('  ', `The stream is shared: shards are compared with the load of all ${part.of} parts.`, width)),
  ];
}

const rateTexts = ({ recordsPerSecond, bytesPerSecond }: ExpectedRates): [string, string] => [
  formatRate(recordsPerSecond),
  formatByteRate(bytesPerSecond),
];

function limitTexts(limits: LimitUse | null, target: TargetSpec, hasSteps: boolean): string[] {
  if (limits === null) {
    const shard = kindOf(target).shardLimits?.(target);
    if (shard === undefined) return ['The target has no limits.'];
    return [`The number of shards is not known before the run; a shard accepts ${rateTexts(shard).join(' and ')}.`];
  }
  const { shards, limit, meanRatio, peakRatio, busiest } = limits;
  const [records, bytes] = rateTexts(limit);
  return [
    `${countOf(shards, 'shard')} of ${records} and ${bytes}: ${formatRatio(meanRatio)} used on average, ${formatRatio(peakRatio)} at the highest.`,
    `The busiest one, shard ${busiest.shard}, receives about ${rateTexts(busiest).join(' and ')} at the highest: ${formatRatio(busiest.ratio)} of its limit${hasSteps ? ', without the steps' : ''}.`,
  ];
}

function overloadText({ peakRatio }: LimitUse): string {
  return peakRatio > 1
    ? 'All shards together exceed their limits: they throttle after their bursts.'
    : 'The busiest shard exceeds its limit: it throttles once its burst is spent.';
}

function renderThresholds({ thresholds }: DryRunPlan): Line[] {
  const head: Line = [styled('bold', 'Thresholds')];
  if (thresholds.length === 0) return [[...head, '  none: the run is not judged (MEASURED)']];
  const rows = thresholds.map(({ text, default: isDefault }): Segment[] => [
    text,
    isDefault ? styled('dim', '(default)') : '',
  ]);
  return [head, ...renderTable(rows, { align: ['left'], gap: 1 })];
}

function renderReplays({ replays }: DryRunPlan, width: number): Line[] {
  if (replays.length === 0) return [];
  return [[styled('bold', 'Replay')], ...replays.flatMap((text) => hanging('  ', text, width))];
}

function renderCost({ cost, target }: DryRunPlan, width: number): Line[] {
  const { cost: charges } = kindOf(target);
  if (charges === undefined) return [];
  if (cost === null) return [[styled('bold', 'Cost'), `  none: ${charges.freeBecause}`]];
  const { assumption } = cost;
  return [
    [styled('bold', 'Cost')],
    ...costText(cost, charges.payee)
      .trimEnd()
      .split('\n')
      .flatMap((text, index): Line[] => (index === 0 ? hanging('  ', text, width) : [[text]])),
    ...(assumption === undefined ? [] : hanging('  ', assumption, width)),
  ];
}
