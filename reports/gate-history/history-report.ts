import { magnitudeRatio } from '../statistics/change-points.ts';
import type { HistoryGateOptions, HistoryJudgement } from './judge-history.ts';
import type { Outage } from './outages.ts';

/** The outcome of a history check, to be rendered for people or as JSON. */
export interface HistoryReport {
  readonly kind: HistoryJudgement['kind'] | 'invalid';
  readonly scenario: string;
  readonly folder: string;
  readonly options: HistoryGateOptions;
  /** Undefined if the result is invalid, because an invalid result is not judged. */
  readonly judgement: HistoryJudgement | undefined;
  /** The result itself, if it left more records undelivered than usual: then the verdict is failed. */
  readonly outage: Outage | undefined;
  /** All outages of the history, oldest first. */
  readonly outages: readonly Outage[];
  /** Codes of the reasons for which the result is invalid. */
  readonly invalidReasons: readonly string[];
  /** Notes on skipped results and changed conditions: sentences without a full stop. */
  readonly remarks: readonly string[];
  /** The file that the result was added to. */
  readonly added: string | undefined;
}

const HISTORY_REPORT_VERSION = 1;

/** Renders a report for programs. Values are in the units of thresholds: ns, ratio, records, records or bytes per second. */
export function historyJson(report: HistoryReport): string {
  const { kind, scenario, folder, options, judgement, outages, invalidReasons, remarks, added } = report;
  const metrics = judgement?.metrics.map(({ name, betterHigher, points, changes, state, detection }) => ({
    name,
    betterHigher,
    state,
    points,
    changes: changes.map((change) => ({ ...change, magnitudeRatio: magnitudeRatio(change) })),
    detection,
  }));
  const content = {
    schemaVersion: HISTORY_REPORT_VERSION,
    verdict: kind,
    scenario,
    folder,
    options,
    resultCount: judgement?.resultCount,
    resultsNeeded: judgement?.resultsNeeded,
    invalidReasons,
    outages: outages.map(({ line, where, undelivered, undeliveredRatio, limitRatio }) => ({
      startedAt: line.startedAt,
      where,
      undelivered,
      undeliveredRatio,
      limitRatio,
    })),
    metrics,
    remarks,
    added,
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
