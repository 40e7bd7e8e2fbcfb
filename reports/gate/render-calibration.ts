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
  /** Path of the calibration file. */
  readonly resultPath: string;
}

/** Renders the noise of a machine and the changes that its gates can find, without a trailing line break. */
export function renderCalibration(
  calibration: GateCalibration,
  { maxDurationNs, noises }: CalibrationFindings,
  { resultPath, ...options }: CalibrationRenderOptions,
): string {
  const { scenario, pairs, discardPairs, blockNs, startedAt, finishedAt, side, environment, invalidBlocks } =
    calibration;
  const took = formatDuration((Date.parse(finishedAt) - Date.parse(startedAt)) * 1e6);
  const repeated = invalidBlocks.length === 0 ? '' : `, ${invalidBlocks.length} invalid blocks repeated`;
  const about = `${pairs.length} pairs of ${formatDuration(blockNs)} blocks of one side against itself, the first ${discardPairs} discarded, took ${took}${repeated}`;
  const within = `${Math.round(maxDurationNs / 60e9)} min`;
  const lines: Line[] = [
    [styled('bold', `${scenario.name}: what a gate can find on this machine`)],
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

/** A warning if the side does not deliver every record, because this affects its gates. */
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
    return hanging('  ', 'Too few pairs to simulate gates: at least 20 are needed.', width, 'warn');
  }
  const heading = ['tolerance', ...CALIBRATED_TOLERANCES.map((ratio) => `${percent(ratio)}  `)];
  const rows = noises.map(({ metric, gates }): Segment[] => [metric.name, ...gates.map(gateCell)]);
  const [first] = noises;
  const naive = (first?.gates ?? []).map(({ onePairFalseAlarmRatio }) => `${whole(onePairFalseAlarmRatio)}   -  `);
  const legend = `Shares of gates that fail equal sides, and that find a worsening of the tolerance. ✓: at most ${percent(FALSE_ALARMS_RATIO_MAX)} and at least ${percent(POWER_RATIO_MIN)}; other gates need --force. "one run each": share of comparisons of two single runs that would fail equal sides, for ${first?.metric.name ?? ''}.`;
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
