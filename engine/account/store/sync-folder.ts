import { closeSync, fsyncSync, openSync } from 'node:fs';

/** A new name is found after a crash only if its folder is safe, too. Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
