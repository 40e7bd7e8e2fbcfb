import { ExitCode } from '../errors/exit-code.ts';
import {
  type ErrorCatalogue,
  type ErrorDetails,
  type ErrorProblem,
  StreamgaugeError,
} from '../errors/streamgauge-error.ts';

/** The engine's part of the catalogue. Errors of Kinesis itself are another kind: `KinesisError`. */
export const ENGINE_ERRORS = {
  DATA_FOLDER_IN_USE: {
    exitCode: ExitCode.usage,
    meaning: 'Another process, or another account of the same process, uses the data folder.',
    hint: 'End the other process, or use another folder.',
  },
  ACCOUNT_FILE_DAMAGED: {
    exitCode: ExitCode.usage,
    meaning: 'The account file of a data folder is damaged.',
    hint: 'Replace the file with a copy, or use another folder.',
  },
  ACCOUNT_FILE_NEWER: {
    exitCode: ExitCode.usage,
    meaning: 'A later version of streamgauge wrote the account file of a data folder.',
    hint: 'Use the version that wrote it, or another folder.',
  },
  SEGMENT_NEWER: {
    exitCode: ExitCode.usage,
    meaning: 'A later version of streamgauge wrote a segment file of a data folder.',
    hint: 'Use the version that wrote it, or another folder.',
  },
  LATENCY_PROFILE_INVALID: {
    exitCode: ExitCode.usage,
    meaning: 'A latency profile breaks its rules.',
    hint: 'Correct the listed problems.',
  },
  FAULT_RULES_INVALID: {
    exitCode: ExitCode.usage,
    meaning: 'Fault rules are malformed or contradict each other.',
    hint: 'Correct the listed problems.',
  },
} as const satisfies ErrorCatalogue;

export type EngineErrorCode = keyof typeof ENGINE_ERRORS;
export type EngineError = StreamgaugeError<EngineErrorCode>;

export const engineError = <Problem extends ErrorProblem>(
  code: EngineErrorCode,
  details: ErrorDetails<Problem>,
): StreamgaugeError<EngineErrorCode, Problem> => new StreamgaugeError(code, ENGINE_ERRORS[code], details);
