import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ReportError } from '../../reports/errors.ts';
import { type GateCalibration, type GateRecord, parseCalibration, parseGateRecord } from '../../reports/gate/record.ts';
import { makeFolder } from '../../reports/result/make-folder.ts';
import { writeWhole } from '../../reports/result/whole-file.ts';
import { RunnerError } from '../errors.ts';

export const GATE_FILE_NAME = 'gate.json';
export const CALIBRATION_FILE_NAME = 'gate-calibration.json';

/** @returns the file's path. @throws RunnerError RUNNER_FILE_NOT_WRITABLE */
export function writeGateRecord(dir: string, record: GateRecord): Promise<string> {
  return writeInto(dir, GATE_FILE_NAME, record);
}

/** @returns the file's path. @throws RunnerError RUNNER_FILE_NOT_WRITABLE */
export function writeCalibration(dir: string, calibration: GateCalibration): Promise<string> {
  return writeInto(dir, CALIBRATION_FILE_NAME, calibration);
}

/** @throws ReportError GATE_FILE_NOT_UNDERSTOOD, or what the file system says. */
export async function readGateRecord(file: string): Promise<GateRecord> {
  return parseGateRecord(await readFile(file, 'utf8'), file);
}

/** @returns undefined where there is none. @throws ReportError GATE_FILE_NOT_UNDERSTOOD, also where it cannot be read. */
export async function readCalibration(dir: string): Promise<GateCalibration | undefined> {
  const file = join(dir, CALIBRATION_FILE_NAME);
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const what = `${cause instanceof Error ? cause.message : String(cause)}.`;
    const todo = 'Take it away, or name another folder with --out.';
    throw new ReportError('GATE_FILE_NOT_UNDERSTOOD', { where: file, what, todo, cause });
  }
  return parseCalibration(content, file);
}

/** To be called before a gate starts: ten minutes of blocks without a record would be lost. */
export async function checkGateWritable(dir: string): Promise<void> {
  const probe = join(dir, `.gate.${process.pid}.probe`);
  try {
    await makeFolder(dir);
    await (await open(probe, 'w')).close();
    await rm(probe);
  } catch (cause) {
    throw notWritable(dir, cause);
  }
}

/** One line for each pair. */
async function writeInto(dir: string, name: string, content: GateRecord | GateCalibration): Promise<string> {
  const file = join(dir, name);
  try {
    await writeWhole(file, (handle) => handle.writeFile(linesOf(content)));
    return file;
  } catch (cause) {
    throw notWritable(dir, cause);
  }
}

function linesOf(content: object): string {
  const fields = Object.entries(content).map(([name, value]) => {
    const isList = Array.isArray(value) && value.length > 0;
    const text = isList ? `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}]` : JSON.stringify(value);
    return `${JSON.stringify(name)}: ${text}`;
  });
  return `{${fields.join(',\n')}}\n`;
}

function notWritable(dir: string, cause: unknown): RunnerError {
  return new RunnerError('RUNNER_FILE_NOT_WRITABLE', {
    what: cause instanceof Error ? cause.message.replace(/\.$/u, '') : String(cause),
    where: dir,
    fix: 'Give a folder that can be written with --out, or free some space.',
    cause,
  });
}
