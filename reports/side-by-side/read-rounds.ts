import { dirname, join } from 'node:path';
import { readResult } from '../reading/read-result.ts';
import type { Result } from '../result/result.ts';
import type { RoundRecord, SideBySideRecord } from './record.ts';
import { readSideBySide } from './record-file.ts';
import type { RoundResult } from './side-by-side.ts';

/**
 * Reads a saved comparison with the results of its valid rounds.
 * @throws ReportError as readSideBySide and readResult.
 */
export async function readRounds(
  file: string,
): Promise<{ readonly record: SideBySideRecord; readonly rounds: readonly RoundResult[] }> {
  const record = await readSideBySide(file);
  const rounds: RoundResult[] = [];
  for (const round of record.rounds) rounds.push({ round, result: await resultOf(round, dirname(file)) });
  return { record, rounds };
}

/** A round without numbers may lack its result; a valid one may not. */
async function resultOf({ folder, outcome }: RoundRecord, dir: string): Promise<Result | undefined> {
  if (folder === null) return undefined;
  const read = readResult(join(dir, folder));
  return outcome.kind === 'valid' ? read : read.catch(() => undefined);
}
