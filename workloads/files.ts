import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The content of a file, or why it cannot be read. Only this file of the folder reads the disk; all others are pure. */
export type FileRead =
  | { readonly kind: 'read'; readonly bytes: Buffer<ArrayBuffer> }
  | { readonly kind: 'too-big'; readonly sizeBytes: number }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads a whole file, up to a limit. */
export function readBytes(path: string, limitBytes: number): FileRead {
  try {
    const status = statSync(path);
    if (!status.isFile()) return { kind: 'unreadable', reason: 'it is not a file' };
    if (status.size > limitBytes) return { kind: 'too-big', sizeBytes: status.size };
    return { kind: 'read', bytes: readFileSync(path) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return { kind: 'unreadable', reason: code === 'ENOENT' ? 'there is no such file' : String(code ?? error) };
  }
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Returns a text that changes whenever the file changes; undefined if the file cannot be read. */
export function fileVersion(path: string): string | undefined {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  return status === undefined ? undefined : `${status.ino} ${status.size} ${status.mtimeNs}`;
}

export function readText(path: string): string {
  return readFileSync(path, 'utf8');
}

export function listFiles(folder: string, ending: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

/** Folder of files that the package contains. It is beside the sources, also when this runs from dist/. */
export function assetFolder(name: 'samples' | 'ready-made' | 'profiles'): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = join(here, name);
  return existsSync(beside) ? beside : join(here, '..', '..', 'workloads', name);
}

/** Resolves `sample:NAME` to a file of the package, and any other path from the folder of the scenario file. */
export function replayPath(file: string, scenarioFile: string | undefined): string {
  if (file.startsWith('sample:')) return join(assetFolder('samples'), basename(file.slice('sample:'.length)));
  return scenarioPath(file, scenarioFile);
}

/** Resolves a path in a scenario from the folder of the scenario file. */
export function scenarioPath(file: string, scenarioFile: string | undefined): string {
  if (isAbsolute(file)) return file;
  return scenarioFile === undefined ? resolve(file) : resolve(dirname(scenarioFile), file);
}
