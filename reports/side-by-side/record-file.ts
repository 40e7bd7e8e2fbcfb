import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { REPORT_ERRORS, type ReportError, reportError } from '../errors.ts';
import { SIDE_BY_SIDE_SCHEMA_VERSION, type SideBySideRecord } from './record.ts';

export const SIDE_BY_SIDE_FILE_NAME = 'side-by-side.json';
const PROBLEMS_MAX = 5;
const SIDES_MAX = 100;
const ROUNDS_MAX = 100_000;
const TEXT_MAX = 10_000;

const text = z.string().max(TEXT_MAX);
const whole = z.int().nonnegative();

const outcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('valid') }),
  z.strictObject({ kind: z.literal('invalid'), why: text }),
  z.strictObject({ kind: z.literal('failed'), why: text }),
  z.strictObject({ kind: z.literal('interrupted') }),
]);

const recordSchema: z.ZodType<SideBySideRecord> = z.strictObject({
  schemaVersion: z.literal(SIDE_BY_SIDE_SCHEMA_VERSION),
  kind: z.literal('side-by-side'),
  toolVersion: text,
  startedAt: text,
  finishedAt: text,
  scenario: z.strictObject({ name: text, seed: whole }),
  roundNs: z.number().nonnegative(),
  plannedRounds: whole,
  sides: z
    .array(
      z.strictObject({
        name: text,
        given: text,
        title: text,
        price: z
          .strictObject({ usdPerHour: z.number().nonnegative(), what: text, source: z.enum(['list', 'given']) })
          .nullable(),
      }),
    )
    .min(2)
    .max(SIDES_MAX),
  rounds: z
    .array(
      z.strictObject({
        round: z.int().positive(),
        side: text,
        seed: whole,
        outcome,
        // A folder above or elsewhere would make the saved comparison read results that are not its own.
        folder: text.refine(isInside, 'must be a folder below the file').nullable(),
      }),
    )
    .max(ROUNDS_MAX),
  ending: z.enum(['completed', 'interrupted', 'out-of-time']),
});

function isInside(folder: string): boolean {
  return folder !== '' && !/^(?:[/\\]|[a-z]:)/iu.test(folder) && !folder.split(/[/\\]/u).includes('..');
}

/** The file of a path that is a saved comparison of targets or its folder; undefined if it is neither. */
export async function sideBySideFile(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return /(?:^|[/\\])side-by-side\.json$/u.test(path) ? path : undefined;
  const file = join(path, SIDE_BY_SIDE_FILE_NAME);
  return (await stat(file).catch(() => undefined))?.isFile() === true ? file : undefined;
}

/** @throws ReportError SIDE_BY_SIDE_NOT_READABLE, SIDE_BY_SIDE_NOT_UNDERSTOOD */
export async function readSideBySide(file: string): Promise<SideBySideRecord> {
  try {
    return parseSideBySide(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if (isErrorOf(REPORT_ERRORS, cause)) throw cause;
    const what = cause instanceof Error ? cause.message : String(cause);
    throw reportError('SIDE_BY_SIDE_NOT_READABLE', { where: file, what, cause });
  }
}

/** @param where name of the text in errors. @throws ReportError SIDE_BY_SIDE_NOT_UNDERSTOOD @internal */
export function parseSideBySide(content: string, where: string): SideBySideRecord {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw notUnderstood(where, cause instanceof Error ? cause.message : String(cause));
  }
  const head = z.object({ schemaVersion: z.number(), kind: z.literal('side-by-side') }).safeParse(value);
  if (!head.success) throw notUnderstood(where, 'it is not a comparison of targets');
  const { schemaVersion } = head.data;
  if (schemaVersion !== SIDE_BY_SIDE_SCHEMA_VERSION) {
    const fix = schemaVersion > SIDE_BY_SIDE_SCHEMA_VERSION ? 'Update streamgauge.' : 'Compare again.';
    throw notUnderstood(where, `schemaVersion must be ${SIDE_BY_SIDE_SCHEMA_VERSION}, got ${schemaVersion}`, fix);
  }
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) {
    const shown = parsed.error.issues
      .slice(0, PROBLEMS_MAX)
      .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message.replace(/\.$/u, '')}`));
    throw notUnderstood(where, shown.join('; '));
  }
  const names = parsed.data.sides.map(({ name }) => name);
  if (new Set(names).size < names.length) throw notUnderstood(where, 'two sides have the same name');
  const stranger = parsed.data.rounds.find(({ side }) => !names.includes(side));
  if (stranger !== undefined) throw notUnderstood(where, `a round names the side "${stranger.side}", which is none`);
  return parsed.data;
}

function notUnderstood(where: string, what: string, fix?: string): ReportError {
  return reportError('SIDE_BY_SIDE_NOT_UNDERSTOOD', { where, what, ...(fix === undefined ? {} : { fix }) });
}
