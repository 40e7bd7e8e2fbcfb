import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The one place in this folder that touches a disk; everything else is a function of what it is given. */
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

/** Changes whenever the file does; undefined when it cannot be read. */
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

/** Files that come along: beside the sources, or beside them again when this runs from the build's own folder. */
export function assetFolder(name: 'samples' | 'ready-made' | 'profiles'): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = join(here, name);
  return existsSync(beside) ? beside : join(here, '..', '..', 'workloads', name);
}

/** `sample:NAME` is a file that comes along; any other path starts at the scenario file's folder. */
export function replayPath(file: string, scenarioFile: string | undefined): string {
  if (file.startsWith('sample:')) return join(assetFolder('samples'), basename(file.slice('sample:'.length)));
  return scenarioPath(file, scenarioFile);
}

/** A path that a scenario names, from the scenario file's folder. */
export function scenarioPath(file: string, scenarioFile: string | undefined): string {
  if (isAbsolute(file)) return file;
  return scenarioFile === undefined ? resolve(file) : resolve(dirname(scenarioFile), file);
}
