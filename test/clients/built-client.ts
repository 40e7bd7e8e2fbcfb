import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { program } from '../runners/commands/cli-command.ts';

/** A client in another language, built; or why it cannot be built on this machine. */
export type BuiltClient =
  | { readonly kind: 'ready'; readonly folder: string }
  | { readonly kind: 'missing'; readonly reason: string };

/** Outside the tree: what is built takes minutes, and the packages of a clean clone are the same. */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'streamgauge', 'test-clients');

/**
 * Builds a client the first time, and again when one of its sources changes. A machine without the tools is a reason to skip;
 * sources that cannot be built are a failure, lest a build machine skips them quietly.
 * @param sources a folder; every file in it counts.
 * @param build fills a folder.
 * @throws Error with what the tools printed.
 */
export async function builtClient(
  name: string,
  sources: string,
  tools: readonly (readonly [tool: string, ...probe: string[]])[],
  build: (folder: string) => Promise<void>,
): Promise<BuiltClient> {
  for (const [tool, ...probe] of tools) {
    if (!(await runs(tool, probe))) return { kind: 'missing', reason: `${tool} is not on the path` };
  }
  const folder = join(CACHE, `${name}-${await hashOf(sources)}`);
  if (existsSync(folder)) return { kind: 'ready', folder };
  await mkdir(CACHE, { recursive: true });
  const making = await mkdtemp(join(CACHE, 'making-'));
  try {
    process.stderr.write(`building the ${name} client for test/clients, once\n`);
    await build(making);
    await rename(making, folder);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    // Another test file may have built it at the same time.
    if (!existsSync(folder)) throw error;
  }
  return { kind: 'ready', folder };
}

/** Parses a client's report, which has one line `NAME VALUE` for each value that a test checks. */
export function reportOf(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
}

/** @throws Error with what it printed, when a program fails. */
export async function must(
  file: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { code, stdout, stderr } = await program(file, args, options);
  if (code === 0) return stdout;
  throw new Error(`${file} ${args.join(' ').slice(0, 500)} ended with ${code}:\n${stdout}${stderr}`);
}

async function runs(tool: string, probe: readonly string[]): Promise<boolean> {
  try {
    return (await program(tool, probe)).code === 0;
  } catch {
    return false;
  }
}

async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files.toSorted()) hash.update(file.slice(folder.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
