import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ended, program } from '../runners/commands/cli-command.ts';

/** Python with the packages of requirements.txt, or why there is none on this machine. */
export type PythonClients =
  | { readonly kind: 'ready'; readonly python: string; readonly folder: string }
  | { readonly kind: 'missing'; readonly reason: string };

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const HOME = join(import.meta.dirname, '.venv');

/** boto3 needs this version. */
const OLDEST_PYTHON = [3, 10] as const;

const INSTALL_MS_MAX = 3_600_000;

/** The probe imports ensurepip because Debian ships venv without it, in a package of its own. */
const PROBE = 'import ensurepip, json, sys, venv; print(json.dumps([*sys.version_info[:3], sys.executable]))';

/**
 * Installs the packages the first time (about ten seconds), and again when requirements.txt or Python changes. A
 * machine without Python is a reason to skip; packages that cannot be installed are a failure, lest a build machine
 * skips them quietly.
 * @throws Error with the output of pip.
 */
export async function pythonClients(): Promise<PythonClients> {
  const probe = await quietly('python3', ['-c', PROBE]);
  if (probe === undefined) return missing('python3 is not on the path');
  if (probe.code !== 0) return missing(`python3 makes no virtual environments: ${lastLine(probe.stderr)}`);
  const [major, minor, patch, executable]: [number, number, number, string] = JSON.parse(probe.stdout);
  const version = `${major}.${minor}.${patch}`;
  if (major < OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor < OLDEST_PYTHON[1])) {
    return missing(`python3 is ${version}, boto3 needs ${OLDEST_PYTHON.join('.')}`);
  }
  const key = createHash('sha256').update(readFileSync(REQUIREMENTS)).update(`${version} ${executable}`).digest('hex');
  const folder = join(HOME, key.slice(0, 16));
  if (!existsSync(folder)) await install(folder);
  return { kind: 'ready', python: join(folder, 'bin/python'), folder };
}

/**
 * Makes the environment under a name of its own and moves it into place whole: test files that come at the same time
 * may make it twice, and none sees half of one. Programs in it are started through its Python, which does not mind.
 */
async function install(folder: string): Promise<void> {
  await mkdir(HOME, { recursive: true });
  const making = await mkdtemp(join(HOME, 'making-'));
  try {
    process.stderr.write('installing boto3 and the AWS CLI for test/clients, once\n');
    await must('python3', ['-m', 'venv', making]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes'];
    await must(join(making, 'bin/python'), [...pip, '-r', REQUIREMENTS]);
    await removeOlder(folder);
    await rename(making, folder);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** Deletes environments of other requirements or Pythons, and incomplete ones. Skips one that is being created now. */
async function removeOlder(folder: string): Promise<void> {
  for (const name of await readdir(HOME)) {
    const path = join(HOME, name);
    const beingMade = name.startsWith('making-') && Date.now() - statSync(path).mtimeMs < INSTALL_MS_MAX;
    if (path !== folder && !beingMade) await rm(path, { recursive: true, force: true });
  }
}

async function must(file: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await program(file, args);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
}

/** Undefined when there is no such program. */
async function quietly(file: string, args: readonly string[]): Promise<Ended | undefined> {
  try {
    return await program(file, args);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const missing = (reason: string): PythonClients => ({ kind: 'missing', reason });

const lastLine = (text: string): string => text.trim().split('\n').at(-1)!;
