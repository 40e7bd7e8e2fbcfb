import { existsSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ExitCode } from '../../errors/exit-code.ts';
import { makeFolder } from '../../reports/result/make-folder.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { ownPackageFolder } from '../package.ts';
import { starterScenario } from './init-text.ts';

export interface InitOptions {
  readonly file: string;
  readonly force?: boolean | undefined;
}

export async function commandInit({ file, force = false }: InitOptions): Promise<ExitCode> {
  const path = resolve(file);
  await makeParent(dirname(path), file);
  try {
    // The flag decides in one step whether the file exists, so that no other program can write it in between.
    writeFileSync(path, starterScenario(schemaPathFor(path)), { flag: force ? 'w' : 'wx' });
  } catch (error) {
    throw initError(error, file);
  }
  process.stdout.write(`Wrote ${file}. Run it with: streamgauge run ${file}\n`);
  return ExitCode.passed;
}

/**
 * Path of the schema for editors, relative to the scenario. The nearest node_modules with this package comes first,
 * because such a path is valid on a colleague's machine too. Otherwise it is the folder of the running package.
 */
function schemaPathFor(scenarioPath: string): string {
  const folder = dirname(scenarioPath);
  for (let parent = folder; ; parent = dirname(parent)) {
    const installed = join(parent, 'node_modules', 'streamgauge', 'workloads', 'scenario.schema.json');
    if (existsSync(installed)) return relativePath(folder, installed);
    if (parent === dirname(parent)) break;
  }
  const own = join(ownPackageFolder(), 'workloads', 'scenario.schema.json');
  const path = relativePath(folder, own);
  return path.startsWith('../../..') ? own : path;
}

function relativePath(folder: string, file: string): string {
  const path = relative(folder, file).split(sep).join('/');
  return path.startsWith('.') || isAbsolute(path) ? path : `./${path}`;
}

async function makeParent(folder: string, file: string): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (cause) {
    throw notWritable(cause, file);
  }
}

function initError(cause: unknown, file: string): RunnerError {
  if (errorCode(cause) !== 'EEXIST') return notWritable(cause, file);
  const fix = 'Name another file, or overwrite this one with --force.';
  return runnerError('RUNNER_FILE_EXISTS', { what: `${file} already exists`, fix, cause });
}

function notWritable(cause: unknown, file: string): RunnerError {
  const what = `${file} cannot be written: ${errorCode(cause)}`;
  return runnerError('RUNNER_FILE_NOT_WRITABLE', {
    what,
    fix: 'Name a file in a folder that you may write to.',
    cause,
  });
}

function errorCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}
