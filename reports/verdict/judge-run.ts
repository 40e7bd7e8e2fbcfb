import type { Scenario } from '../../workloads/scenario.ts';
import type { Outcome, ThresholdVerdict, Validity, Verdict } from '../result/result.ts';
import { producerTotals } from '../summary/cells.ts';
import { deliveryOf } from '../summary/delivery.ts';
import type { Measurements } from '../summary/summary.ts';
import { isDelivery } from './metric.ts';
import { parseThreshold, type Threshold } from './threshold-grammar.ts';
import { judge, verdictOf } from './thresholds.ts';

/** Threshold of a judged run whose scenario has none about delivery. */
const FULL_DELIVERY = 'undelivered == 0';
/** No run passes in which nothing arrived, whatever its scenario allows. */
const SOME_DELIVERY = 'delivered.ratio > 0%';

export interface RunToJudge {
  readonly measurements: Measurements;
  readonly outcome: Outcome;
  readonly validity: Pick<Validity, 'kind'>;
  /** A cut has the ledger of the whole run, which does not show the delivery of a part of it. */
  readonly isCut?: boolean;
}

/**
 * Judges a run by thresholds, and by the default expectation of full delivery. Without thresholds the run is not judged.
 * @throws THRESHOLD_NOT_UNDERSTOOD for a text that does not parse.
 */
export function judgeRun(thresholds: readonly string[], run: RunToJudge): Verdict {
  const { measurements, outcome, validity, isCut = false } = run;
  const own = thresholds.map((text) => parseThreshold(text, measurements.scenario));
  const judged = judge(own, measurements);
  const byDefault = own.length === 0 ? [] : isCut ? cutDefaults(measurements) : defaults(own, measurements);
  return verdictOf(outcome, validity, [...judged, ...byDefault]);
}

/**
 * The thresholds by which a run is judged beside those of its scenario; none if it is not judged.
 * @throws THRESHOLD_NOT_UNDERSTOOD for a text that does not parse.
 */
export function defaultThresholds(scenario: Scenario): string[] {
  const own = scenario.thresholds.map((text) => parseThreshold(text, scenario));
  return own.length === 0 ? [] : fullDelivery(own, scenario.consumers);
}

function defaults(own: readonly Threshold[], measurements: Measurements): ThresholdVerdict[] {
  const texts = [...fullDelivery(own, measurements.ledger.consumers)];
  const { due = 0, ratio = null } = deliveryOf(measurements.ledger) ?? {};
  if (due > 0 && ratio === 0 && texts.length === 0) texts.push(SOME_DELIVERY);
  return judge(texts, measurements).map((verdict) => ({ ...verdict, default: true }));
}

/** A threshold on the delivery to one consumer loosens nothing for the others. */
function fullDelivery(own: readonly Threshold[], consumers: readonly { readonly name: string }[]): string[] {
  const ofDelivery = own.filter(({ metric }) => isDelivery(metric));
  if (ofDelivery.length === 0) return [FULL_DELIVERY];
  if (ofDelivery.some(({ consumer }) => consumer === undefined)) return [];
  const named = new Set(ofDelivery.map(({ consumer }) => consumer));
  const others = consumers.filter(({ name }) => !named.has(name));
  return others.map(({ name }) => `${FULL_DELIVERY} by consumer ${quoted(name)}`);
}

/** Quotes names with spaces. A name may contain one kind of quotes. */
function quoted(name: string): string {
  if (!/[\s"']/u.test(name)) return name;
  return name.includes('"') ? `'${name}'` : `"${name}"`;
}

function cutDefaults({ cells, ledger }: Measurements): ThresholdVerdict[] {
  const { acked } = producerTotals(cells);
  const received = cells.reduce((sum, cell) => (cell.kind === 'consumer' ? sum + cell.counts.received : sum), 0);
  if ((ledger.consumers.length > 0 ? received : acked) > 0) return [];
  const reason = 'nothing arrived in the cut, and delivery is known for the whole run only';
  return [{ text: SOME_DELIVERY, actual: null, holds: null, reason, default: true }];
}
