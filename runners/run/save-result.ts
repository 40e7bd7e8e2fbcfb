import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { REPORT_ERRORS, type ReportError, reportError } from '../../reports/errors.ts';
import { keepEarlier, stampOf } from '../../reports/result/earlier-file.ts';
import type { Result } from '../../reports/result/result.ts';
import { RESULT_FILE_NAME, writeResult } from '../../reports/result/result-file.ts';
import { openResultLines } from '../../reports/result/result-lines.ts';
import { moveSeries } from '../../reports/result/series-on-disk.ts';
import { UNFINISHED_FILE_NAME } from '../../reports/result/unfinished-format.ts';
import { folderName } from '../names/safe-name.ts';
import type { SaveOptions } from './save-options.ts';
import type { SecondsStore } from './seconds-store.ts';

/**
 * Writes a run's result. If the folder does not take it, the result goes to the system's temporary folder first; then the run's
 * seconds are deleted, and their space may be enough for a second attempt.
 * @throws ReportError RESULT_NOT_WRITABLE without onSaveProblem.
 */
export async function saveResult(
  outDir: string,
  result: Result,
  seconds: Pick<SecondsStore, 'close'>,
  options: SaveOptions,
): Promise<void> {
  const write = async () => {
    if (options.overwrite !== true) await keep(outDir, options);
    await writeAndMove(outDir, result);
  };
  const cause = await failureOf(write);
  if (cause === undefined) return seconds.close(true);
  const elsewhere = temporaryFolder(result);
  const isElsewhere = (await failureOf(() => writeAndMove(elsewhere, result))) === undefined;
  await seconds.close(isElsewhere);
  if (isElsewhere && (await failureOf(write)) === undefined) return rm(elsewhere, { recursive: true, force: true });
  if (!isElsewhere) await rm(elsewhere, { recursive: true, force: true }).catch(() => undefined);
  const savedAs = isElsewhere ? join(elsewhere, RESULT_FILE_NAME) : undefined;
  const error = notSaved(outDir, cause, savedAs);
  if (options.onSaveProblem === undefined) throw error;
  options.onSaveProblem({ kind: 'result', error, ...(savedAs === undefined ? {} : { savedAs }) });
}

/** From then on a series on disk is read from the result, so that the seconds can be deleted and their space is free. */
async function writeAndMove(dir: string, result: Result): Promise<void> {
  const path = await writeResult(dir, result);
  moveSeries(result.series, () => openResultLines(path)?.lines);
}

async function keep(outDir: string, { onKept }: SaveOptions): Promise<void> {
  const kept = await keepEarlier(outDir, RESULT_FILE_NAME);
  if (kept !== undefined) onKept?.(kept);
}

function temporaryFolder({ scenario, startedAt }: Result): string {
  return join(tmpdir(), `streamgauge-${folderName(scenario.name)}-${stampOf(new Date(startedAt))}-${process.pid}`);
}

function notSaved(outDir: string, cause: unknown, savedAs: string | undefined): ReportError {
  const what = isErrorOf(REPORT_ERRORS, cause) ? cause.what : String(cause);
  const fix =
    savedAs === undefined
      ? `The temporary folder did not take it either. If ${join(outDir, UNFINISHED_FILE_NAME)} is there, report reads the seconds in it.`
      : `The result was saved as ${savedAs}: copy it before it is cleaned up.`;
  return reportError('RESULT_NOT_WRITABLE', { where: outDir, what, fix, cause });
}

async function failureOf(what: () => Promise<unknown>): Promise<unknown> {
  try {
    await what();
    return undefined;
  } catch (error) {
    return error ?? new Error('unknown');
  }
}
