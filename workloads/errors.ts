/**
 * Everything that can be wrong with a scenario, in one catalogue. A program matches on the code; a person reads
 * `what` (with the value involved) and `fix` (the next thing to do).
 */
export const PROBLEM_MEANINGS = {
  SYNTAX: 'The text is not well-formed YAML.',
  UNKNOWN_KEY: 'A key that no scenario has; a misspelt key would silently run another test.',
  MISSING: 'A required value is not there.',
  WRONG_TYPE: 'A value of the wrong kind, such as text where a number belongs.',
  BAD_NAME: 'A name with characters that file names and reports cannot carry.',
  NOT_A_CHOICE: 'A word outside the list of words allowed here.',
  BAD_UNIT: 'A quantity without a unit, or with one that does not belong here.',
  OUT_OF_RANGE: 'A quantity that is too small, too large or impossible.',
  EMPTY: 'A list or text that must hold something holds nothing.',
  DUPLICATE_NAME: 'Two things of one kind with one name, so that results could not tell them apart.',
  KEY_TOO_LONG: 'A partition key of more than 256 characters.',
  RECORD_TOO_LARGE: 'A record that the target would refuse for its size.',
  CONFLICT: 'Settings that are right alone and contradict each other.',
  BAD_TEMPLATE: 'A placeholder of a payload template that cannot be filled.',
  BAD_THRESHOLD: 'A threshold that cannot be understood.',
  LATENCY_FILE_MISSING: 'The file of a latency profile cannot be read.',
  LATENCY_FILE_MALFORMED: 'The file is not a latency profile.',
  PROFILE_MISSING: 'The profile of a service cannot be read.',
  PROFILE_MALFORMED: 'The file is not a profile that calibrate wrote, or one of another version.',
  REPLAY_MISSING: 'The file to replay cannot be read.',
  REPLAY_TOO_BIG: 'The file to replay is over 256 MiB, compressed or decompressed.',
  REPLAY_EMPTY: 'The file to replay holds no record.',
  REPLAY_CHANGED: 'The file to replay changed between reading the scenario and starting the run.',
  REPLAY_ARCHIVE: 'The file to replay is compressed data that is damaged, cut off or of an unsupported format.',
  REPLAY_ENCODING: 'The file to replay, or a key or time in it, is not text of the stated encoding.',
  REPLAY_TRUNCATED: 'The file to replay ends in the middle of a record.',
  REPLAY_MALFORMED: 'A line of the replayed file does not have the stated format.',
  REPLAY_FIELD: 'A replayed record has no usable key, or the file has no such field.',
  REPLAY_TIME:
    'A replayed record has no readable time, or one of another format than the others, or all times are the same.',
} as const;

export type ProblemCode = keyof typeof PROBLEM_MEANINGS;

export interface Problem {
  readonly code: ProblemCode;
  /** Where, as written in the scenario: `workloads[0].phases[1].rate`; empty for the scenario as a whole. */
  readonly path: string;
  readonly what: string;
  readonly fix: string;
  /** Position in the YAML text, from 1, when the scenario was read from text. */
  readonly line?: number;
  readonly column?: number;
}

export type PathPart = string | number;

export function pathText(parts: readonly PathPart[]): string {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** All problems of one scenario at once: a scenario is mended in one go, not one error per attempt. */
export class ScenarioError extends Error {
  readonly code = 'SCENARIO_INVALID';
  readonly retriable = false;
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], name = 'The scenario') {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`SCENARIO_INVALID ${name} has ${count}:\n${problems.map(problemText).join('\n')}`);
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}

/** One line: `12:9 workloads[0].phases[1].rate: OUT_OF_RANGE the rate is 0 records/s. Write a rate above 0/s.` */
function problemText(problem: Problem): string {
  const position = problem.line === undefined ? '' : `${problem.line}:${problem.column ?? 1} `;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `  ${position}${path}${problem.code} ${problem.what} ${problem.fix}`;
}
