import { reportError } from '../errors.ts';
import { RESULT_SCHEMA_VERSION } from './result.ts';

/** Checks the version. The schema rejects content without one. @throws RESULT_TOO_OLD, RESULT_TOO_NEW, RESULT_WRONG_SHAPE */
export function checkVersion(content: unknown, where: string): void {
  if (typeof content !== 'object' || content === null || !('schemaVersion' in content)) return;
  const { schemaVersion } = content;
  if (schemaVersion === RESULT_SCHEMA_VERSION) return;
  if (typeof schemaVersion !== 'number' || !Number.isInteger(schemaVersion) || schemaVersion < 1) {
    throw reportError('RESULT_WRONG_SHAPE', {
      where,
      what: `schemaVersion must be ${RESULT_SCHEMA_VERSION}, got ${String(JSON.stringify(schemaVersion)).slice(0, 40)}`,
    });
  }
  const what = `the result has schemaVersion=${schemaVersion}, this version of streamgauge reads only ${RESULT_SCHEMA_VERSION}`;
  if (schemaVersion < RESULT_SCHEMA_VERSION) {
    throw reportError('RESULT_TOO_OLD', { where, what });
  }
  throw reportError('RESULT_TOO_NEW', { where, what });
}
