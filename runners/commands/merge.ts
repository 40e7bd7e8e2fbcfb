import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExitCode } from '../../errors/exit-code.ts';
import { openMergeLive, silentMergeLive } from './merge-live.ts';
import type { LargeFiles, MergeCommandOptions } from './merge-options.ts';

/** Below this size, starting threads takes longer than merging. */
const LARGE_BYTES = 32 * 1024 * 1024;

/** Merges results. Threads start before other modules are loaded, because they load their own modules at the same time. */
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
  // This is RESULT_FILE_NAME, whose module would load many others.
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true ? join(path, 'result.json') : path;
}
