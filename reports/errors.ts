/**
 * Every way in which a report cannot be made. Match on `code`, never on the message.
 * The text after each code is what it means; what to do about one occurrence is in the error itself.
 */
export const REPORT_ERRORS = {
  RESULT_NOT_FOUND: 'There is no result at this path.',
  RESULT_NOT_READABLE: 'The result file is there and cannot be read.',
  RESULT_NOT_WRITABLE: 'The folder for results cannot be made or written.',
  RESULT_TOO_LARGE: 'The result file is larger than one can be.',
  RESULT_TRUNCATED: 'The result file ends in the middle.',
  RESULT_NOT_JSON: 'The result file is not JSON.',
  RESULT_TOO_OLD: 'An older version wrote the result, in a form that is no longer read.',
  RESULT_TOO_NEW: 'The result was written by a newer version.',
  RESULT_WRONG_SHAPE: 'The file is JSON and not a result.',
  RESULT_SUMS_DISAGREE: 'Sums are not those of the cells, or two places disagree: the file was changed or damaged.',
  RESULT_NOT_COMPARABLE: 'Results that do not belong together were to be compared.',
  RESULT_NOT_A_PART: 'The result is not a part of a run, or not a whole one of it, and cannot be merged.',
  RESULT_OTHER_SCENARIO: 'The results are of different scenarios.',
  RESULT_OTHER_SEED: 'The results are of different seeds.',
  RESULT_OTHER_SPLIT: 'The results are parts of different divisions of a scenario.',
  RESULT_PART_TWICE: 'The same part of a scenario is there twice.',
  RESULT_PART_MISSING: 'Parts of the scenario are not there.',
  RESULT_APART: 'The parts did not run at the same time.',
  RESULT_CUT_EMPTY: 'No whole second of the result lies in the time to cut out.',
  RESULT_NO_SUCH_PHASE: 'The scenario has no phase of this name.',
  HISTOGRAM_NOT_READABLE: 'A histogram is not in the HdrHistogram V2 format.',
  HISTOGRAM_OUT_OF_RANGE: 'A value or count lies outside of what a histogram holds.',
  HISTORY_MIXED: 'Results of different loads stand in one history.',
  HISTORY_DAMAGED: 'A line of a history is none, or was changed.',
  HISTORY_TOO_NEW: 'A line of a history was written by a newer version.',
  HISTORY_EMPTY: 'There is nothing in the history that could be judged or accepted.',
  HISTORY_PARTIAL: 'A run that did not reach its end cannot be held against whole ones.',
  HISTORY_NOT_READABLE: 'The history is there and cannot be read.',
  HISTORY_NOT_WRITABLE: 'A line cannot be added to the history.',
  METRIC_UNKNOWN: 'No metric has this name.',
  THRESHOLD_NOT_UNDERSTOOD:
    'A threshold does not follow the grammar, or names something that the scenario does not have.',
  GATE_FILE_NOT_READABLE: 'A gate.json or gate-calibration.json cannot be read.',
  GATE_FILE_NOT_UNDERSTOOD: 'A gate.json or gate-calibration.json is damaged, of another version, or something else.',
  KNEE_FILE_NOT_READABLE: 'A knee.json cannot be read.',
  KNEE_FILE_NOT_UNDERSTOOD: 'A knee.json is damaged, of another version, or something else.',
  PLAN_FILE_NOT_READABLE: 'A plan.json cannot be read.',
  PLAN_FILE_NOT_UNDERSTOOD: 'A plan.json is damaged, of another version, or something else.',
} as const;

export type ReportErrorCode = keyof typeof REPORT_ERRORS;

export interface ReportErrorDetails {
  /** What is wrong, with the numbers involved. */
  readonly what: string;
  /** The file, and the place in it. */
  readonly where?: string;
  /** The next thing to do. */
  readonly todo: string;
  readonly cause?: unknown;
}

/** `CODE where: what. What to do.` */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly code: ReportErrorCode;
  readonly what: string;
  readonly where: string | undefined;
  readonly todo: string;

  constructor(code: ReportErrorCode, { what, where, todo, cause }: ReportErrorDetails) {
    super(`${code} ${where === undefined ? '' : `${where}: `}${what} ${todo}`, cause === undefined ? {} : { cause });
    this.code = code;
    this.what = what;
    this.where = where;
    this.todo = todo;
  }
}
