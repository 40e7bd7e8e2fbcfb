import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The folder with our package.json: one level up from the sources, two levels up from dist/. */
export function ownPackageFolder(): string {
  let folder = dirname(import.meta.dirname);
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

export function readOwnVersion(): string {
  return versionIn(join(ownPackageFolder(), 'package.json')) ?? 'unknown';
}

/** The installed version of a package that we depend on, without loading the package. */
export function readDependencyVersion(name: string): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    const version = versionIn(join(folder, name, 'package.json'));
    if (version !== undefined) return version;
  }
  return undefined;
}

function versionIn(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof content !== 'object' || content === null || !('version' in content)) return undefined;
  return typeof content.version === 'string' ? content.version : undefined;
}
