import { readFileSync } from 'node:fs';

/** Returns the bytes of a file; undefined if there is no file. @throws other errors of the file system. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
