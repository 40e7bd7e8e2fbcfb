import { ExitCode } from '../errors/exit-code.ts';
import { type ErrorCatalogue, type ErrorProblem, isErrorOf, StreamgaugeError } from '../errors/streamgauge-error.ts';

/** Codes of the problems that a scenario can have, each with its meaning. */
export const PROBLEM_MEANINGS = {
  SYNTAX: 'The text is not well-formed YAML.',
  UNKNOWN_KEY: 'No scenario has this key. A misspelt key would silently run another test.',
  MISSING: 'A required value is missing.',
  WRONG_TYPE: 'A value has the wrong type, such as text instead of a number.',
  BAD_NAME: 'A name contains characters that file names and reports cannot contain.',
  NOT_A_CHOICE: 'A value is not one of the values allowed here.',
  BAD_UNIT: 'A quantity has no unit, or one that is not allowed here.',
  OUT_OF_RANGE: 'A quantity is too small, too large or impossible.',
  EMPTY: 'A list or text is empty and must not be.',
  DUPLICATE_NAME: 'Two things of one kind have the same name, so results could not distinguish them.',
  KEY_TOO_LONG: 'A partition key is longer than 256 characters.',
  RECORD_TOO_LARGE: 'A record is larger than the target accepts.',
  CONFLICT: 'Two settings contradict each other.',
  BAD_TEMPLATE: 'A payload template contains a placeholder that cannot be filled.',
  BAD_THRESHOLD: 'A threshold does not follow the grammar, or names something that the scenario does not have.',
  LATENCY_FILE_MISSING: 'The file of a latency profile cannot be read.',
  LATENCY_FILE_MALFORMED: 'The file is not a latency profile.',
  PROFILE_MISSING: 'The profile of a service cannot be read.',
  PROFILE_MALFORMED: 'The file is not a profile that calibrate wrote, or has another version.',
  TARGET_MODULE_MISSING: 'The module of a target is not a file.',
  REPLAY_MISSING: 'The file to replay cannot be read.',
  REPLAY_TOO_BIG: 'The file to replay is larger than 256 MiB, compressed or decompressed.',
  REPLAY_EMPTY: 'The file to replay contains no records.',
  REPLAY_CHANGED: 'The file to replay changed between reading the scenario and starting the run.',
  REPLAY_ARCHIVE: 'The compressed file to replay is damaged, truncated or of an unsupported format.',
  REPLAY_ENCODING: 'The file to replay, or a key or time in it, is not text of the stated encoding.',
  REPLAY_TRUNCATED: 'The file to replay ends in the middle of a record.',
  REPLAY_MALFORMED: 'A line of the file to replay does not have the stated format.',
  REPLAY_FIELD: 'A record of the file to replay has no usable key, or the file has no such field.',
  REPLAY_TIME:
    'A record of the file to replay has no readable time, or one of another format, or all times are the same.',
} as const;

export type ProblemCode = keyof typeof PROBLEM_MEANINGS;

/** The part of the catalogue that scenarios have. Each error of it lists its problems by the codes above. */
export const WORKLOAD_ERRORS = {
  SCENARIO_INVALID: {
    exitCode: ExitCode.usage,
    meaning: 'The scenario, or a file that it names, has problems, which are all listed.',
    hint: 'Correct the listed problems.',
  },
} as const satisfies ErrorCatalogue;

/** A problem of a scenario. Its path is as written there: `workloads[0].phases[1].rate`. */
export interface Problem extends ErrorProblem {
  readonly code: ProblemCode;
}

export type ScenarioError = StreamgaugeError<'SCENARIO_INVALID', Problem>;

/** All problems of one scenario in one error, so that they can be corrected in one go. */
export function scenarioError(problems: readonly Problem[], name = 'The scenario'): ScenarioError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const details = { what: `${name} has ${count}`, problems };
  return new StreamgaugeError('SCENARIO_INVALID', WORKLOAD_ERRORS.SCENARIO_INVALID, details);
}

export const isScenarioError = (error: unknown): error is ScenarioError => isErrorOf(WORKLOAD_ERRORS, error);

export type PathPart = string | number;

export function pathText(parts: readonly PathPart[]): string {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}
