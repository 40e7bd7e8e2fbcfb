import { formatDuration } from '../format/numbers.ts';
import { hanging, type Line, paint, type RenderOptions, type Segment, styled } from '../text/render-lines.ts';
import { renderTable } from '../text/render-table.ts';
import {
  CALIBRATED_TOLERANCES,
  type CalibrationFindings,
  FALSE_ALARMS_RATIO_MAX,
  type MetricNoise,
  POWER_RATIO_MIN,
  type ToleranceNoise,
} from './calibration.ts';
import { sideDelivery, undeliveredText } from './delivery-sums.ts';
import type { GateCalibration } from './gate-result.ts';
import type { GatePair } from './pairs.ts';
import { percent } from './render-pairs.ts';

export interface CalibrationRenderOptions extends RenderOptions {
  /** Where the calibration is. */
  readonly resultPath: string;
}

/** What gates on this machine are worth, without a trailing line break. The first metric's table is in full. */
export function renderCalibration(
  calibration: GateCalibration,
  { maxDurationNs, noises }: CalibrationFindings,
  { resultPath, ...options }: CalibrationRenderOptions,
): string {
  const { scenario, pairs, discardPairs, blockNs, startedAt, finishedAt, side, environment, invalidBlocks } =
    calibration;
  const took = formatDuration((Date.parse(finishedAt) - Date.parse(startedAt)) * 1e6);
  const repeated = invalidBlocks.length === 0 ? '' : `, ${invalidBlocks.length} invalid blocks repeated`;
  const about = `${pairs.length} pairs of ${formatDuration(blockNs)} blocks of equals, the first ${discardPairs} discarded, took ${took}${repeated}`;
  const within = `${Math.round(maxDurationNs / 60e9)} min`;
  const lines: Line[] = [
    [styled('bold', `${scenario.name}: what a gate can tell here`)],
    ...hanging('  ', about, options.width),
    ...hanging(
      '  ',
      `${side} on ${environment.cores} x ${environment.cpuModel}, Node ${environment.nodeVersion}`,
      options.width,
    ),
    ...deliveryLines(pairs, options.width),
    [],
    ...noiseTable(noises, within),
    [],
    ...gateTable(noises, options.width),
    [],
    ['Calibration  ', resultPath],
  ];
  return paint(lines, options);
}

/** A side that does not deliver everything is worth knowing of before its gates are trusted. */
function deliveryLines(pairs: readonly GatePair[], width: number): Line[] {
  const blocks = pairs.flatMap(({ baseline, candidate }) => [baseline, candidate]);
  const delivery = sideDelivery(blocks);
  if (delivery.undeliveredRecords === 0) return [];
  const text = `The side left ${undeliveredText(delivery)} undelivered, in ${delivery.undeliveredBlocks} of ${blocks.length} blocks. Its gates compare the undelivered shares.`;
  return hanging('  ', text, width, 'warn');
}

function noiseTable(noises: readonly MetricNoise[], within: string): Line[] {
  const heading = ['', 'block noise', 'pair noise', 'lag-1', `finds in ${within}`].map((text) => styled('dim', text));
  const rows = noises.map(({ metric, blockRatio, pairRatio, lag1, detectableRatio }): Segment[] => [
    metric.name,
    percent(blockRatio),
    percent(pairRatio),
    lag1.toFixed(2),
    detectableRatio === null ? '-' : percent(detectableRatio),
  ]);
  return [...renderTable([heading, ...rows], { align: ['left', 'right'] })];
}

function gateTable(noises: readonly MetricNoise[], width: number): Line[] {
  if (noises.every(({ gates }) => gates.length === 0)) {
    return hanging('  ', 'Too few pairs to simulate gates with: 20 are needed.', width, 'warn');
  }
  const heading = ['a gate of', ...CALIBRATED_TOLERANCES.map((ratio) => `${percent(ratio)}  `)];
  const rows = noises.map(({ metric, gates }): Segment[] => [metric.name, ...gates.map(gateCell)]);
  const [first] = noises;
  const naive = (first?.gates ?? []).map(({ onePairFalseAlarmRatio }) => `${whole(onePairFalseAlarmRatio)}   -  `);
  const legend = `Misfires between equals, and worsenings of its size found. ✓: at most ${percent(FALSE_ALARMS_RATIO_MAX)} and at least ${percent(POWER_RATIO_MIN)}; what is tighter is refused without --force. "one run each": how often one run of ${first?.metric.name ?? ''} against one would misfire.`;
  const dim = (cells: readonly string[]) => cells.map((text) => styled('dim', text));
  return [
    ...renderTable([dim(heading), ...rows, dim(['one run each', ...naive])], { align: ['left', 'right'], gap: 1 }),
    ...hanging('  ', legend, width, 'dim'),
  ];
}

function gateCell({ falseAlarmRatio, powerRatio }: ToleranceNoise): Segment {
  const isGood = falseAlarmRatio <= FALSE_ALARMS_RATIO_MAX && powerRatio >= POWER_RATIO_MIN;
  const text = `${percent(falseAlarmRatio)} ${whole(powerRatio).padStart(4)} ${isGood ? '✓' : ' '}`;
  return isGood ? styled('good', text) : text;
}

const whole = (ratio: number): string => `${Math.round(100 * ratio)}%`;
