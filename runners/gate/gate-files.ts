import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reportError } from '../../reports/errors.ts';
import {
  type GateCalibration,
  type GateResult,
  parseCalibration,
  parseGateResult,
} from '../../reports/gate/gate-result.ts';
import { makeFolder } from '../../reports/result/make-folder.ts';
import { writeWhole } from '../../reports/result/whole-file.ts';
import { type RunnerError, runnerError } from '../errors.ts';

export const GATE_FILE_NAME = 'gate.json';
export const CALIBRATION_FILE_NAME = 'gate-calibration.json';

/** @returns the path of the file. @throws RunnerError RUNNER_FILE_NOT_WRITABLE */
export function writeGateResult(dir: string, result: GateResult): Promise<string> {
  return writeInto(dir, GATE_FILE_NAME, result);
}

/** @returns the path of the file. @throws RunnerError RUNNER_FILE_NOT_WRITABLE */
export function writeCalibration(dir: string, calibration: GateCalibration): Promise<string> {
  return writeInto(dir, CALIBRATION_FILE_NAME, calibration);
}

/** @throws ReportError GATE_FILE_NOT_READABLE, GATE_FILE_NOT_UNDERSTOOD */
export async function readGateResult(file: string): Promise<GateResult> {
  return parseGateResult(await readText(file), file);
}

/** @returns undefined if there is no calibration. @throws ReportError GATE_FILE_NOT_READABLE, GATE_FILE_NOT_UNDERSTOOD */
export async function readCalibration(dir: string): Promise<GateCalibration | undefined> {
  const file = join(dir, CALIBRATION_FILE_NAME);
  const isThere = await stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  return isThere ? readCalibrationFile(file) : undefined;
}

/** @throws ReportError GATE_FILE_NOT_READABLE, GATE_FILE_NOT_UNDERSTOOD */
export async function readCalibrationFile(file: string): Promise<GateCalibration> {
  return parseCalibration(await readText(file), file);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    const fix = 'Pass the --out folder of a gate, or its file, and check the permissions.';
    throw reportError('GATE_FILE_NOT_READABLE', { where: file, what, fix, cause });
  }
}

/** Checks that the result can be written before a gate starts, so that ten minutes of blocks are not lost. */
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

/** Writes one line for each pair. */
async function writeInto(dir: string, name: string, content: GateResult | GateCalibration): Promise<string> {
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
  return runnerError('RUNNER_FILE_NOT_WRITABLE', {
    what: cause instanceof Error ? cause.message : String(cause),
    where: dir,
    fix: 'Pass a writable folder with --out, or free some disk space.',
    cause,
  });
}
