import { basename } from 'node:path';
import { assetFolder, listFiles, readText } from './files.ts';

export interface ReadyMade {
  readonly name: string;
  /** The first line of the file's comment. */
  readonly title: string;
  readonly file: string;
}

/** The scenarios that the package contains, by name. */
export function listReadyMade(): ReadyMade[] {
  return listFiles(assetFolder('ready-made'), '.yaml').map((file) => {
    const firstLine = readText(file).split('\n', 1)[0] ?? '';
    return { name: basename(file, '.yaml'), title: firstLine.replace(/^#\s*/u, ''), file };
  });
}
