import type { CalibrationFindings } from './calibration.ts';
import { sideDelivery } from './delivery-sums.ts';
import { gateFindings } from './findings.ts';
import type { GateCalibration, GateResult } from './gate-result.ts';

/** Renders a gate for programs: the result with its findings instead of its pairs. Ends with a line break. */
export function gateJson(result: GateResult): string {
  const { pairs, discarded, ...rest } = result;
  const { ratios: _, ...findings } = gateFindings(result);
  const counts = { pairs: pairs.length, discardedPairs: discarded.length };
  return `${JSON.stringify({ ...rest, counts, findings }, undefined, 2)}\n`;
}

/** Renders a calibration for programs: the result with its findings instead of its pairs. Ends with a line break. */
export function calibrationJson(calibration: GateCalibration, { plannedPairs, noises }: CalibrationFindings): string {
  const { pairs, ...rest } = calibration;
  const delivery = sideDelivery(pairs.flatMap(({ baseline, candidate }) => [baseline, candidate]));
  return `${JSON.stringify({ ...rest, pairCount: pairs.length, delivery, plannedPairs, noises }, undefined, 2)}\n`;
}
