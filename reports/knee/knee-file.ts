import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { REPORT_ERRORS, reportError } from '../errors.ts';
import { kneeOf } from './knee.ts';
import { KNEE_SCHEMA_VERSION, type KneeResult } from './knee-result.ts';
import { kneeSchema } from './knee-schema.ts';
import { replaySearch } from './search.ts';

export const KNEE_FILE_NAME = 'knee.json';
const PROBLEMS_MAX = 5;

/**
 * Reads a knee.json and derives each knee again from its trials.
 * @param path the file, or the folder that contains it.
 * @throws KNEE_FILE_NOT_READABLE, KNEE_FILE_NOT_UNDERSTOOD
 */
export async function readKnee(path: string): Promise<KneeResult> {
  try {
    const file = (await stat(path)).isDirectory() ? join(path, KNEE_FILE_NAME) : path;
    return parseKnee(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if (isErrorOf(REPORT_ERRORS, cause)) throw cause;
    const what = cause instanceof Error ? cause.message : String(cause);
    const fix = 'Pass the folder that knee --out wrote, or its knee.json.';
    throw reportError('KNEE_FILE_NOT_READABLE', { where: path, what, fix, cause });
  }
}

/**
 * @param where name of the text in errors.
 * @throws KNEE_FILE_NOT_UNDERSTOOD, also if a search would not have requested its trials, or if they do not lead to its
 * knee.
 * @internal
 */
export function parseKnee(content: string, where: string): KneeResult {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw notUnderstood(where, cause instanceof Error ? cause.message : String(cause));
  }
  const head = z.object({ schemaVersion: z.number(), kind: z.literal('knee') }).safeParse(value);
  if (!head.success) throw notUnderstood(where, 'it is not a knee');
  const { schemaVersion } = head.data;
  if (schemaVersion !== KNEE_SCHEMA_VERSION) {
    const fix = schemaVersion > KNEE_SCHEMA_VERSION ? 'Update streamgauge.' : 'Search again.';
    throw notUnderstood(where, `schemaVersion must be ${KNEE_SCHEMA_VERSION}, got ${schemaVersion}`, fix);
  }
  const parsed = kneeSchema.safeParse(value);
  if (!parsed.success) {
    const shown = parsed.error.issues
      .slice(0, PROBLEMS_MAX)
      .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message.replace(/\.$/u, '')}`));
    throw notUnderstood(where, shown.join('; '));
  }
  for (const [index, search] of parsed.data.searches.entries()) checkSearch(search, `searches.${index}`, where);
  return parsed.data;
}

function checkSearch({ rules, trials, knee }: KneeResult['searches'][number], place: string, where: string): void {
  for (const [index, { request }] of trials.entries()) {
    const step = replaySearch(rules, trials.slice(0, index));
    if (step.kind === 'end' || !isDeepStrictEqual(step.request, request)) {
      throw notUnderstood(
        where,
        `${place}.trials.${index} is not the trial that the search requests after the previous ones`,
      );
    }
  }
  if (isDeepStrictEqual(kneeOf(rules, trials), knee)) return;
  throw notUnderstood(where, `${place}.knee does not follow from its trials`);
}

function notUnderstood(
  where: string,
  what: string,
  fix = 'Use an unchanged knee.json of knee --out, or search again.',
) {
  return reportError('KNEE_FILE_NOT_UNDERSTOOD', { where, what: `${what.replace(/\.$/u, '')}.`, fix });
}
