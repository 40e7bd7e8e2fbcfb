import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExitCode } from '../../errors/exit-code.ts';
import { openMergeLive, silentMergeLive } from './merge-live.ts';
import type { LargeFiles, MergeCommandOptions } from './merge-options.ts';

/** Below it, starting threads takes longer than merging. */
const LARGE_BYTES = 32 * 1024 * 1024;

/** Threads start before anything else is loaded: they load as much, and there is a core for each. */
export async function commandMerge(options: MergeCommandOptions): Promise<ExitCode> {
  const large = await startIfLarge(options);
  const { mergeAndSave } = await import('./merge-and-save.ts');
  return mergeAndSave(options, large);
}

async function startIfLarge(options: MergeCommandOptions): Promise<LargeFiles | undefined> {
  const files = await Promise.all(options.results.map(fileOf));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file).catch(() => undefined))?.size ?? 0));
  if (sizes.reduce((sum, size) => sum + size, 0) < LARGE_BYTES) return undefined;
  const isSilent = options.quiet === true || options.json === true;
  const live = isSilent ? silentMergeLive() : openMergeLive({ what: `${files.length} results` });
  const { startThreads } = await import('../merge/merge-threads.ts');
  return { files, threads: startThreads(), live };
}

async function fileOf(path: string): Promise<string> {
  // RESULT_FILE_NAME, without all that its file would load.
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true ? join(path, 'result.json') : path;
}
