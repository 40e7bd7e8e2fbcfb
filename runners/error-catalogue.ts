import { ENGINE_ERRORS } from '../engine/errors.ts';
import type { ErrorCatalogue } from '../errors/streamgauge-error.ts';
import { REPORT_ERRORS } from '../reports/errors.ts';
import { WORKLOAD_ERRORS } from '../workloads/errors.ts';
import { RUNNER_ERRORS } from './errors.ts';

/** All codes of the command: the parts of the four folders together. No code is in two of them. */
export const ERRORS = {
  ...RUNNER_ERRORS,
  ...WORKLOAD_ERRORS,
  ...REPORT_ERRORS,
  ...ENGINE_ERRORS,
} as const satisfies ErrorCatalogue;

export type ErrorCode = keyof typeof ERRORS;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);
