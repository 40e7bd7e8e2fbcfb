import { basename, dirname, extname, resolve, sep } from 'node:path';
import { RESULT_FILE_NAME } from '../../reports/result/result-file.ts';
import { GATE_FILE_NAME } from '../gate/gate-files.ts';

const FOLDERS_FILES: readonly string[] = [RESULT_FILE_NAME, GATE_FILE_NAME];

/**
 * Names for results that are shown together: the shortest ends of their paths that differ. A `result.json` or `gate.json` has
 * the name of its folder. A file that is given twice has a number behind its name.
 */
export function resultNames(files: readonly string[]): string[] {
  const parts = files.map((file) => {
    const path = resolve(file);
    const named = FOLDERS_FILES.includes(basename(path))
      ? dirname(path)
      : path.slice(0, path.length - extname(path).length);
    return named.split(sep).filter((part) => part !== '');
  });
  const longest = Math.max(1, ...parts.map((path) => path.length));
  for (let count = 1; count <= longest; count++) {
    const names = parts.map((path) => path.slice(-count).join('/') || sep);
    if (new Set(names).size === names.length) return names;
  }
  return parts.map((path, index) => `${path.at(-1) ?? sep} (${index + 1})`);
}
