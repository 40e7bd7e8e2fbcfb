import { ExitCode } from '../errors/exit-code.ts';
import { type ErrorCatalogue, type ErrorDetails, StreamgaugeError } from '../errors/streamgauge-error.ts';

/** The runners' part of the catalogue. */
export const RUNNER_ERRORS = {
  RUNNER_NODE_UNSUPPORTED: {
    exitCode: ExitCode.usage,
    meaning: 'This version of Node is not supported.',
    hint: 'Install Node 24 LTS.',
  },
  RUNNER_USAGE: {
    exitCode: ExitCode.usage,
    meaning: 'The command line, or an environment variable, is invalid.',
    hint: 'See --help of the command.',
  },
  RUNNER_SCENARIO_NOT_FOUND: {
    exitCode: ExitCode.usage,
    meaning: 'No scenario file and no ready-made scenario has this name.',
    hint: 'See streamgauge list.',
  },
  RUNNER_SCENARIO_UNREADABLE: {
    exitCode: ExitCode.usage,
    meaning: 'The scenario file exists but cannot be read.',
    hint: 'Check the permissions of the file.',
  },
  RUNNER_FILE_EXISTS: {
    exitCode: ExitCode.usage,
    meaning: 'The command would overwrite a file.',
    hint: 'Choose another name, or pass --force.',
  },
  RUNNER_FILE_NOT_WRITABLE: {
    exitCode: ExitCode.usage,
    meaning: 'The file cannot be written.',
    hint: 'Choose a writable path, or free some disk space.',
  },
  RUNNER_FOLDER_IN_USE: {
    exitCode: ExitCode.usage,
    meaning: 'Another process writes its result into the folder.',
    hint: 'Wait until it has ended, or choose another folder with --out.',
  },
  RUNNER_OUTPUT_FAILED: {
    exitCode: ExitCode.usage,
    meaning: 'Standard output cannot be written.',
    hint: 'Free some disk space, or redirect the output to another place.',
  },
  RUNNER_BENCHMARK_UNKNOWN: {
    exitCode: ExitCode.usage,
    meaning: 'No benchmark has this name.',
    hint: 'See streamgauge bench --help.',
  },
  RUNNER_TARGET_FAILED: {
    exitCode: ExitCode.target,
    meaning: 'The target failed or cannot be reached.',
    hint: 'Check the target and its address.',
  },
  RUNNER_TARGET_MODULE: {
    exitCode: ExitCode.usage,
    meaning: 'The module of a target cannot be loaded, exports no target, or rejects its options.',
    hint: 'Run the module with node to see where it fails.',
  },
  RUNNER_WEB_FAILED: {
    exitCode: ExitCode.usage,
    meaning: 'The live page cannot be served at this address.',
    hint: 'Omit --web-port to use a free port.',
  },
  RUNNER_SERVE_FAILED: {
    exitCode: ExitCode.target,
    meaning: 'The server cannot start at this address, or could not save all data at its end.',
    hint: 'Choose a free port and a writable data folder.',
  },
  RUNNER_COST_NOT_AGREED: {
    exitCode: ExitCode.usage,
    meaning: 'The run would incur AWS charges that were not accepted.',
    hint: 'Pass --yes to accept them.',
  },
  RUNNER_PRICES_NOT_UNDERSTOOD: {
    exitCode: ExitCode.usage,
    meaning: 'The price list cannot be read or lacks prices.',
    hint: 'Pass a price list with all prices.',
  },
  RUNNER_TARGET_UNREADABLE: {
    exitCode: ExitCode.usage,
    meaning: 'A target on the command line cannot be read.',
    hint: 'Pass a file with a target, a target or an address.',
  },
  RUNNER_GATE_SIDE: {
    exitCode: ExitCode.usage,
    meaning: 'A side of the gate is invalid.',
    hint: 'Pass an endpoint, a cmd: command, a target or a file with one.',
  },
  RUNNER_GATE_TOO_SHORT: {
    exitCode: ExitCode.usage,
    meaning: 'A block contains too few records for a metric, or the time limit allows too few blocks for a verdict.',
    hint: 'Raise --block, the rate or --max-duration.',
  },
  RUNNER_GATE_TOO_TIGHT: {
    exitCode: ExitCode.usage,
    meaning: 'The tolerance of the gate is smaller than the noise of this machine allows.',
    hint: 'Raise --tolerance or --max-duration.',
  },
  RUNNER_GATE_INVALID: {
    exitCode: ExitCode.invalid,
    meaning: 'Too many blocks of a calibration were invalid.',
    hint: 'Stop other programs, or lower the rate.',
  },
  RUNNER_INPUT_UNREADABLE: {
    exitCode: ExitCode.usage,
    meaning: 'An input of plan or sketch cannot be read.',
    hint: 'Pass a file that can be read.',
  },
  RUNNER_INPUT_EMPTY: {
    exitCode: ExitCode.usage,
    meaning: 'An input of plan or sketch contains no records.',
    hint: 'Pass an input with records.',
  },
  RUNNER_INPUT_MALFORMED: {
    exitCode: ExitCode.usage,
    meaning: 'An input has malformed lines or an unknown format.',
    hint: 'State the format, or skip malformed lines with --bad-lines.',
  },
  RUNNER_INPUT_FIELD: {
    exitCode: ExitCode.usage,
    meaning: 'An input has no field for the time, the key or the size.',
    hint: 'Name the fields on the command line.',
  },
  RUNNER_INPUT_ORDER: {
    exitCode: ExitCode.usage,
    meaning: 'The records of an input are too far out of order.',
    hint: 'Sort the input by time.',
  },
  RUNNER_METRICS_MISSING: {
    exitCode: ExitCode.usage,
    meaning: 'CloudWatch metrics that a plan needs are missing.',
    hint: 'Export the missing metrics too.',
  },
  RUNNER_METRICS_MIXED: {
    exitCode: ExitCode.usage,
    meaning: 'CloudWatch metrics have different periods, statistics or units.',
    hint: 'Export all metrics with one period, statistic and unit.',
  },
  RUNNER_SKETCH_UNREADABLE: {
    exitCode: ExitCode.usage,
    meaning: 'The file is not a key sketch of a known version.',
    hint: 'Pass a file that sketch wrote.',
  },
  RUNNER_SKETCH_MISMATCH: {
    exitCode: ExitCode.usage,
    meaning: 'Key sketches of different resolutions cannot be merged.',
    hint: 'Make all sketches with the same options.',
  },
  RUNNER_INTERRUPTED: {
    exitCode: ExitCode.interrupted,
    meaning: 'The command was interrupted before it had a result.',
    hint: 'Run it again.',
  },
  RUNNER_WORKER_FAILED: {
    exitCode: ExitCode.internal,
    meaning: 'A producer or consumer thread failed.',
    hint: 'Run streamgauge doctor. If the machine is fit, report this with the scenario.',
  },
} as const satisfies ErrorCatalogue;

export type RunnerErrorCode = keyof typeof RUNNER_ERRORS;
export type RunnerError = StreamgaugeError<RunnerErrorCode>;

export const runnerError = (code: RunnerErrorCode, details: ErrorDetails): RunnerError =>
  new StreamgaugeError(code, RUNNER_ERRORS[code], details);
