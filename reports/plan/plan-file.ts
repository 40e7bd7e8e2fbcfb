import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { REPORT_ERRORS, type ReportError, reportError } from '../errors.ts';
import { notWritable } from '../result/result-file.ts';
import { writeWhole } from '../result/whole-file.ts';
import { PLAN_SCHEMA_VERSION, type Plan } from './plan.ts';
import { planSchema } from './plan-schema.ts';
import { planJson } from './render-json.ts';

export const PLAN_FILE_NAME = 'plan.json';
const PROBLEMS_MAX = 5;

/**
 * Reads a plan.json and checks all of it.
 * @param path the file, or the folder that contains it.
 * @throws PLAN_FILE_NOT_READABLE, PLAN_FILE_NOT_UNDERSTOOD
 */
export async function readPlan(path: string): Promise<Plan> {
  try {
    const file = (await stat(path)).isDirectory() ? join(path, PLAN_FILE_NAME) : path;
    return parsePlan(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if (isErrorOf(REPORT_ERRORS, cause)) throw cause;
    const what = cause instanceof Error ? cause.message : String(cause);
    const fix = 'Pass the folder that plan --out wrote, or its plan.json.';
    throw reportError('PLAN_FILE_NOT_READABLE', { where: path, what, fix, cause });
  }
}

/**
 * @param where name of the text in errors.
 * @throws PLAN_FILE_NOT_UNDERSTOOD
 * @internal
 */
export function parsePlan(content: string, where: string): Plan {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw notUnderstood(where, cause instanceof Error ? cause.message : String(cause));
  }
  const head = z.object({ schemaVersion: z.number(), kind: z.literal('plan') }).safeParse(value);
  if (!head.success) throw notUnderstood(where, 'it is not a plan');
  const { schemaVersion } = head.data;
  if (schemaVersion !== PLAN_SCHEMA_VERSION) {
    throw notUnderstood(where, `schemaVersion must be ${PLAN_SCHEMA_VERSION}, got ${schemaVersion}`);
  }
  const parsed = planSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const shown = parsed.error.issues
    .slice(0, PROBLEMS_MAX)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message.replace(/\.$/u, '')}`));
  throw notUnderstood(where, shown.join('; '));
}

/**
 * Writes the plan into `dir`, which it creates if necessary.
 * @returns the path of the file.
 * @throws RESULT_NOT_WRITABLE
 */
export async function writePlan(dir: string, plan: Plan): Promise<string> {
  const file = join(dir, PLAN_FILE_NAME);
  try {
    await writeWhole(file, (handle) => handle.writeFile(planJson(plan)));
    return file;
  } catch (cause) {
    throw notWritable(dir, cause);
  }
}

function notUnderstood(where: string, what: string): ReportError {
  const fix = 'Use an unchanged plan.json of plan --out, or plan again.';
  return reportError('PLAN_FILE_NOT_UNDERSTOOD', { where, what: `${what.replace(/\.$/u, '')}.`, fix });
}
