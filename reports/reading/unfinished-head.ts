import { reportError } from '../errors.ts';
import { unfinishedHeadSchema } from '../result/result-schema.ts';
import { checkVersion } from '../result/schema-version.ts';
import type { UnfinishedHead } from '../result/unfinished-format.ts';

/** Parses the first line of a file of seconds. @throws RESULT_TOO_OLD, RESULT_TOO_NEW, RESULT_WRONG_SHAPE */
export function headOf(line: string, where: string): UnfinishedHead {
  const content = jsonOf(line);
  checkVersion(content, where);
  const parsed = unfinishedHeadSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw reportError('RESULT_WRONG_SHAPE', {
    where,
    what: `${issue?.path.join('.') || 'first line'}: ${issue?.message ?? 'is not the head of a run'}`,
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
