import { ExitCode } from './exit-code.ts';

/**
 * Every code this folder raises, what it means, and how the command ends. The table in the documentation is checked
 * against this one.
 */
export const RUNNER_ERRORS = {
  RUNNER_NODE_UNSUPPORTED: { means: 'started on a Node version that is not supported', exitCode: ExitCode.usage },
  RUNNER_USAGE: { means: 'the command line cannot be understood', exitCode: ExitCode.usage },
  RUNNER_SCENARIO_NOT_FOUND: {
    means: 'neither a file nor a ready-made scenario has this name',
    exitCode: ExitCode.usage,
  },
  RUNNER_SCENARIO_UNREADABLE: { means: 'the scenario file exists and cannot be read', exitCode: ExitCode.usage },
  RUNNER_FILE_EXISTS: { means: 'a file would be overwritten', exitCode: ExitCode.usage },
  RUNNER_FILE_NOT_WRITABLE: { means: 'a file cannot be written there', exitCode: ExitCode.usage },
  RUNNER_FOLDER_IN_USE: { means: 'another process is measuring into the folder', exitCode: ExitCode.usage },
  RUNNER_OUTPUT_FAILED: { means: 'standard output cannot be written', exitCode: ExitCode.usage },
  RUNNER_BENCHMARK_UNKNOWN: { means: 'no benchmark has this name', exitCode: ExitCode.usage },
  RUNNER_TARGET_FAILED: { means: 'the target failed or cannot be reached', exitCode: ExitCode.target },
  RUNNER_WEB_FAILED: { means: 'the live page cannot be served there', exitCode: ExitCode.usage },
  RUNNER_SERVE_FAILED: { means: 'the engine cannot be served there', exitCode: ExitCode.target },
  RUNNER_COST_NOT_AGREED: { means: 'the run would cost money, and nobody has said yes', exitCode: ExitCode.usage },
  RUNNER_PRICES_NOT_UNDERSTOOD: { means: 'the price list cannot be read or lacks prices', exitCode: ExitCode.usage },
  RUNNER_GATE_SIDE: { means: 'a side of the gate cannot be understood', exitCode: ExitCode.usage },
  RUNNER_GATE_TOO_SHORT: {
    means: 'a block has too few records for a metric, or the time too few blocks for a verdict',
    exitCode: ExitCode.usage,
  },
  RUNNER_GATE_TOO_TIGHT: {
    means: "the gate's tolerance is smaller than what this machine's noise allows",
    exitCode: ExitCode.usage,
  },
  RUNNER_GATE_INVALID: { means: 'too many blocks of a calibration were invalid', exitCode: ExitCode.invalid },
  RUNNER_INPUT_UNREADABLE: { means: 'an input of plan or sketch cannot be read', exitCode: ExitCode.usage },
  RUNNER_INPUT_EMPTY: { means: 'an input of plan or sketch holds no record', exitCode: ExitCode.usage },
  RUNNER_INPUT_MALFORMED: { means: 'an input has malformed lines, or its format is unknown', exitCode: ExitCode.usage },
  RUNNER_INPUT_FIELD: { means: 'an input has no field with the time, the key or the size', exitCode: ExitCode.usage },
  RUNNER_INPUT_ORDER: { means: 'the records of an input are too far out of order', exitCode: ExitCode.usage },
  RUNNER_METRICS_MISSING: { means: 'CloudWatch metrics that a plan needs are missing', exitCode: ExitCode.usage },
  RUNNER_METRICS_MIXED: {
    means: 'CloudWatch metrics have different periods, statistics or units',
    exitCode: ExitCode.usage,
  },
  RUNNER_SKETCH_UNREADABLE: { means: 'a file is not a key sketch of a known version', exitCode: ExitCode.usage },
  RUNNER_SKETCH_MISMATCH: { means: 'key sketches of different resolutions cannot be merged', exitCode: ExitCode.usage },
  RUNNER_INTERRUPTED: { means: 'interrupted before the run began', exitCode: ExitCode.interrupted },
  RUNNER_WORKER_FAILED: { means: 'a producer or consumer thread ended with an error', exitCode: ExitCode.internal },
} as const satisfies Record<string, { readonly means: string; readonly exitCode: ExitCode }>;

export type RunnerErrorCode = keyof typeof RUNNER_ERRORS;

export interface RunnerErrorDetails {
  /** What happened, with the numbers and names involved; no full stop. */
  readonly what: string;
  /** The file, shard or worker it is about, when `what` does not say it. */
  readonly where?: string;
  /** The next thing to do, as a sentence. */
  readonly fix: string;
  readonly cause?: unknown;
}

/** An ending that has a name. Match on `code`, never on the class: errors cross threads as plain objects. */
export class RunnerError extends Error {
  override readonly name = 'RunnerError';
  readonly code: RunnerErrorCode;
  readonly fix: string;
  readonly exitCode: ExitCode;

  constructor(code: RunnerErrorCode, details: RunnerErrorDetails) {
    const where = details.where === undefined ? '' : ` (${details.where})`;
    super(`${code} ${details.what}${where}. ${details.fix}`, { cause: details.cause });
    this.code = code;
    this.fix = details.fix;
    this.exitCode = RUNNER_ERRORS[code].exitCode;
  }
}
