import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ExitCode } from '../../../errors/exit-code.ts';
import { writeResult } from '../../../reports/result/result-file.ts';
import { DiskNotes, endAfterDisk } from '../../../runners/commands/disk-notes.ts';
import { rejectMeasurements } from '../../../runners/commands/report-files.ts';
import { saveResultFile } from '../../../runners/commands/save-result-file.ts';
import { GATE_FILE_NAME, writeGateResult } from '../../../runners/gate/gate-files.ts';
import { exampleResult } from '../../reports/example-result.ts';
import { commandInProcess as command, emptyFolder } from './cli-command.ts';

const result = exampleResult({ recordsPerSecond: 100 });
let folder: string;
let printed: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamgauge-result-'));
  vi.stubEnv('TMPDIR', join(folder, 'tmp'));
  mkdirSync(join(folder, 'tmp'));
  printed = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('saveResultFile', () => {
  const write = (dir: string) => writeGateResult(dir, { startedAt: '2026-05-06T07:08:09.000Z' } as never);

  test('keeps the earlier file of the folder', async () => {
    const out = join(folder, 'out');
    for (let time = 0; time < 2; time++) {
      const disk = new DiskNotes(false);
      expect(await saveResultFile(out, GATE_FILE_NAME, write, disk)).toBe(join(out, 'gate.json'));
    }
    expect(readdirSync(out).sort()).toEqual(['gate-20260506T070809Z.json', 'gate.json']);
    expect(printed).toBe(`Kept the earlier result as ${out}/gate-20260506T070809Z.json\n`);
  });

  test('saves in the temporary folder if its own cannot be written, and reports the error last', async () => {
    writeFileSync(join(folder, 'out'), '');
    const disk = new DiskNotes(false);
    const path = await saveResultFile(join(folder, 'out'), GATE_FILE_NAME, write, disk);
    expect(path).toMatch(/\/tmp\/streamgauge-[^/]+\/gate\.json$/);
    expect(readFileSync(path, 'utf8')).toContain('2026-05-06');
    expect(printed).toBe('');
    expect(endAfterDisk(ExitCode.passed, disk)).toBe(ExitCode.usage);
    expect(endAfterDisk(ExitCode.threshold, disk)).toBe(ExitCode.threshold);
    expect(printed).toContain('RUNNER_FILE_NOT_WRITABLE EEXIST');
    expect(printed).toContain(`It was saved as ${path}: copy it before it is cleaned up.\n`);
  });

  test('reports an error if no folder can be written', async () => {
    for (const name of ['out', 'tmp2']) writeFileSync(join(folder, name), '');
    vi.stubEnv('TMPDIR', join(folder, 'tmp2'));
    const disk = new DiskNotes(false);
    expect(await saveResultFile(join(folder, 'out'), GATE_FILE_NAME, write, disk)).toBe('not saved');
    expect(endAfterDisk(ExitCode.passed, disk)).toBe(ExitCode.usage);
  });

  test('throws errors that do not concern the disk', async () => {
    const failing = () => Promise.reject(new TypeError('a defect'));
    await expect(saveResultFile(folder, GATE_FILE_NAME, failing, new DiskNotes(true))).rejects.toThrow('a defect');
  });
});

test.each([
  'result.json',
  'result-20260102T030405Z.json',
  'result-20260102T030405Z-2.json',
  'gate.json',
  'gate-calibration-20260102T030405Z.json',
  'unfinished.jsonl',
  'unfinished-20260102T030405Z.jsonl',
  'history.jsonl',
])('rejects a report that would replace %s', (name) => {
  expect(() => rejectMeasurements([join('results', name)])).toThrow(/^RUNNER_FILE_EXISTS /);
  expect(() => rejectMeasurements([join('results', `report-of-${name}`)])).not.toThrow();
});

test('a cut keeps the result of the cut before it, and --force replaces it', async () => {
  const cwd = emptyFolder();
  await writeResult(join(cwd, 'whole'), result);
  const cut = (...flags: string[]) => command(['cut', 'whole', '--from', '3s', '--out', 'cut', ...flags], { cwd });
  await cut();
  await cut('--force');
  expect(readdirSync(join(cwd, 'cut'))).toEqual(['result.json']);
  expect((await cut()).stderr).toContain('Kept the earlier result as cut/result-');
  expect(readdirSync(join(cwd, 'cut'))).toHaveLength(2);
});
