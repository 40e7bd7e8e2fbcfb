import { ExitCode } from '../errors/exit-code.ts';
import { type ErrorCatalogue, type ErrorDetails, StreamgaugeError } from '../errors/streamgauge-error.ts';

/** The reports' part of the catalogue. */
export const REPORT_ERRORS = {
  RESULT_NOT_FOUND: {
    exitCode: ExitCode.usage,
    meaning: 'There is no result at this path.',
    hint: 'Pass the folder of a run (--out) or its result.json.',
  },
  RESULT_NOT_READABLE: {
    exitCode: ExitCode.usage,
    meaning: 'The result file exists but cannot be read.',
    hint: 'Check the permissions of the file.',
  },
  RESULT_NOT_WRITABLE: {
    exitCode: ExitCode.usage,
    meaning: 'The folder for results cannot be created or written.',
    hint: 'Pass a writable folder with --out, or free some disk space.',
  },
  RESULT_TOO_LARGE: {
    exitCode: ExitCode.usage,
    meaning: 'The result file exceeds the size limit.',
    hint: 'Split the run into shorter ones.',
  },
  RESULT_TRUNCATED: {
    exitCode: ExitCode.usage,
    meaning: 'The result file ends in the middle.',
    hint: 'Copy the file again from its source, or run the scenario again.',
  },
  RESULT_NOT_JSON: {
    exitCode: ExitCode.usage,
    meaning: 'The result file is not JSON.',
    hint: 'Pass the result.json of a run.',
  },
  RESULT_TOO_OLD: {
    exitCode: ExitCode.usage,
    meaning: 'An older version wrote the result, in a format that this version does not read.',
    hint: 'Run the scenario again.',
  },
  RESULT_TOO_NEW: {
    exitCode: ExitCode.usage,
    meaning: 'A newer version wrote the result.',
    hint: 'Update streamgauge.',
  },
  RESULT_WRONG_SHAPE: {
    exitCode: ExitCode.usage,
    meaning: 'The file is JSON but not a result.',
    hint: 'Pass a result.json as a run wrote it, or run the scenario again.',
  },
  RESULT_SUMS_DISAGREE: {
    exitCode: ExitCode.usage,
    meaning: 'Two numbers in the result contradict each other, because the file was edited or damaged.',
    hint: 'Pass a result.json as a run wrote it, or run the scenario again.',
  },
  SIDE_BY_SIDE_NOT_READABLE: {
    exitCode: ExitCode.usage,
    meaning: 'The file of a comparison of targets cannot be read.',
    hint: 'Pass the folder that compare --out wrote, or its side-by-side.json.',
  },
  SIDE_BY_SIDE_NOT_UNDERSTOOD: {
    exitCode: ExitCode.usage,
    meaning: 'The file is not a comparison of targets, or was edited or damaged.',
    hint: 'Use an unchanged side-by-side.json of compare --out, or compare again.',
  },
  RESULT_NOT_COMPARABLE: {
    exitCode: ExitCode.usage,
    meaning: 'The results to compare do not belong together.',
    hint: 'Compare complete, valid runs of one scenario.',
  },
  RESULT_NOT_A_PART: {
    exitCode: ExitCode.usage,
    meaning: 'The result is not a complete part of a distributed run and cannot be merged.',
    hint: 'Pass the results of all parts of one run.',
  },
  RESULT_OTHER_SCENARIO: {
    exitCode: ExitCode.usage,
    meaning: 'The results to merge are from different scenarios.',
    hint: 'Pass the results of all parts of one run.',
  },
  RESULT_OTHER_SEED: {
    exitCode: ExitCode.usage,
    meaning: 'The results to merge have different seeds.',
    hint: 'Run all parts with the same --seed.',
  },
  RESULT_OTHER_SPLIT: {
    exitCode: ExitCode.usage,
    meaning: 'The results to merge are parts of different divisions of a scenario.',
    hint: 'Run all parts with the same number of parts.',
  },
  RESULT_PART_TWICE: {
    exitCode: ExitCode.usage,
    meaning: 'The same part of a scenario was passed twice.',
    hint: 'Pass each part once.',
  },
  RESULT_PART_MISSING: {
    exitCode: ExitCode.usage,
    meaning: 'Some parts of the scenario are missing.',
    hint: 'Pass the results of all parts of one run.',
  },
  RESULT_APART: {
    exitCode: ExitCode.usage,
    meaning: 'The parts did not run at the same time.',
    hint: 'Start all parts at the same time.',
  },
  RESULT_CUT_EMPTY: {
    exitCode: ExitCode.usage,
    meaning: 'The requested time range contains no complete second of the result.',
    hint: 'Choose a range within the result.',
  },
  RESULT_NO_SUCH_PHASE: {
    exitCode: ExitCode.usage,
    meaning: 'The scenario has no phase of this name.',
    hint: 'Pass the name of a phase of the scenario.',
  },
  HISTOGRAM_NOT_READABLE: {
    exitCode: ExitCode.usage,
    meaning: 'A histogram is not in the HdrHistogram V2 format.',
    hint: 'Pass the file as a run wrote it.',
  },
  HISTOGRAM_OUT_OF_RANGE: {
    exitCode: ExitCode.usage,
    meaning: 'A value or count is outside the range of a histogram.',
    hint: 'Pass the file as a run wrote it.',
  },
  HISTORY_MIXED: {
    exitCode: ExitCode.usage,
    meaning: 'The history contains results of different loads.',
    hint: 'Keep a separate history for each scenario.',
  },
  HISTORY_DAMAGED: {
    exitCode: ExitCode.usage,
    meaning: 'A line of the history file is malformed or was edited.',
    hint: 'Delete the line, or restore the file from its source.',
  },
  HISTORY_TOO_NEW: {
    exitCode: ExitCode.usage,
    meaning: 'A newer version wrote a line of the history file.',
    hint: 'Update streamgauge.',
  },
  HISTORY_EMPTY: {
    exitCode: ExitCode.usage,
    meaning: 'The history contains no result to check or accept.',
    hint: 'Add a result first.',
  },
  HISTORY_PARTIAL: {
    exitCode: ExitCode.usage,
    meaning: 'The run did not complete, so a history cannot judge it.',
    hint: 'Run the scenario again to its end.',
  },
  HISTORY_NOT_READABLE: {
    exitCode: ExitCode.usage,
    meaning: 'The history exists but cannot be read.',
    hint: 'Pass the folder of a history, and check its permissions.',
  },
  HISTORY_NOT_WRITABLE: {
    exitCode: ExitCode.usage,
    meaning: 'The history file cannot be written.',
    hint: 'Pass a writable folder with --history.',
  },
  METRIC_UNKNOWN: {
    exitCode: ExitCode.usage,
    meaning: 'There is no metric of this name.',
    hint: 'Pass the name of a metric that a threshold can use.',
  },
  THRESHOLD_NOT_UNDERSTOOD: {
    exitCode: ExitCode.usage,
    meaning: 'A threshold does not follow the grammar, or names something that the scenario does not have.',
    hint: 'Write a metric, an operator and a value, such as putToGet.p99 < 70ms.',
  },
  GATE_FILE_NOT_READABLE: {
    exitCode: ExitCode.usage,
    meaning: 'A gate.json or gate-calibration.json cannot be read.',
    hint: 'Pass a file that a gate wrote, and check its permissions.',
  },
  GATE_FILE_NOT_UNDERSTOOD: {
    exitCode: ExitCode.usage,
    meaning: 'A gate.json or gate-calibration.json is damaged, has another version, or is another kind of file.',
    hint: 'Pass a file that a gate wrote, or run the gate again.',
  },
  KNEE_FILE_NOT_READABLE: {
    exitCode: ExitCode.usage,
    meaning: 'A knee.json cannot be read.',
    hint: 'Pass a file that knee wrote, and check its permissions.',
  },
  KNEE_FILE_NOT_UNDERSTOOD: {
    exitCode: ExitCode.usage,
    meaning: 'A knee.json is damaged, has another version, or is another kind of file.',
    hint: 'Pass a file that knee wrote, or search again.',
  },
  PLAN_FILE_NOT_READABLE: {
    exitCode: ExitCode.usage,
    meaning: 'A plan.json cannot be read.',
    hint: 'Pass a file that plan wrote, and check its permissions.',
  },
  PLAN_FILE_NOT_UNDERSTOOD: {
    exitCode: ExitCode.usage,
    meaning: 'A plan.json is damaged, has another version, or is another kind of file.',
    hint: 'Pass a file that plan wrote, or plan again.',
  },
} as const satisfies ErrorCatalogue;

export type ReportErrorCode = keyof typeof REPORT_ERRORS;
export type ReportError = StreamgaugeError<ReportErrorCode>;

export const reportError = (code: ReportErrorCode, details: ErrorDetails): ReportError =>
  new StreamgaugeError(code, REPORT_ERRORS[code], details);
