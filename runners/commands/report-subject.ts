import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RESULT_FILE_NAME } from '../../reports/result/result-file.ts';
import { UNFINISHED_FILE_NAME } from '../../reports/result/unfinished-format.ts';
import { CALIBRATION_FILE_NAME, GATE_FILE_NAME } from '../gate/gate-files.ts';

type SubjectKind = 'result' | 'gate' | 'calibration';

/** A file that a path of the command line names, with its kind. */
export interface ReportSubject {
  readonly kind: SubjectKind;
  readonly file: string;
}

/** File names by precedence: a folder with a result is the folder of a run, even if it contains other files too. */
const NAMES: readonly (readonly [name: string, kind: SubjectKind])[] = [
  [RESULT_FILE_NAME, 'result'],
  [UNFINISHED_FILE_NAME, 'result'],
  [GATE_FILE_NAME, 'gate'],
  [CALIBRATION_FILE_NAME, 'calibration'],
];

/** The first keys of a file that gate-files.ts wrote; a formatter may have changed its white space. */
const GATE_HEAD = /^\s*\{\s*"schemaVersion"\s*:\s*\d+\s*,\s*"kind"\s*:\s*"gate(?<calibration>-calibration)?"/u;
const HEAD_BYTES = 256;

/**
 * Finds the kind by the name of the file, or by its first bytes. A missing or foreign file counts as a result: the code that
 * reads results rejects it with a good message.
 */
export async function subjectOf(path: string): Promise<ReportSubject> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) {
    for (const [name, kind] of NAMES) {
      const file = join(path, name);
      if ((await stat(file).catch(() => undefined)) !== undefined) return { kind, file };
    }
    return { kind: 'result', file: join(path, RESULT_FILE_NAME) };
  }
  // A pipe must not be read here: its bytes could not be read again.
  if (found?.isFile() !== true) return { kind: 'result', file: path };
  const named = NAMES.find(([name]) => name === basename(path));
  return { kind: named?.[1] ?? (await kindByHead(path)), file: path };
}

async function kindByHead(file: string): Promise<SubjectKind> {
  const match = GATE_HEAD.exec(await headOf(file));
  if (match === null) return 'result';
  return match.groups?.calibration === undefined ? 'gate' : 'calibration';
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
