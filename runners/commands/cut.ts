import { join } from 'node:path';
import type { ExitCode } from '../../errors/exit-code.ts';
import type { CutWindow } from '../../reports/cut/cut-result.ts';
import { formatDuration } from '../../reports/format/numbers.ts';
import { readResult } from '../../reports/reading/read-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { RESULT_FILE_NAME, writeResult } from '../../reports/result/result-file.ts';
import { parseDurationNs } from '../../workloads/units.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { folderName } from '../names/safe-name.ts';
import { DiskNotes, endAfterDisk } from './disk-notes.ts';
import { exitCodeOf } from './ending.ts';
import { rejectOverwrite } from './merge-and-save.ts';
import { type PrintOptions, printResult } from './print-result.ts';
import { saveResultFile } from './save-result-file.ts';

export interface CutCommandOptions extends PrintOptions {
  readonly result: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly phase?: string | undefined;
  readonly threshold?: readonly string[] | undefined;
  readonly out?: string | undefined;
  readonly force?: boolean | undefined;
}

/** Cuts a time range or a phase out of a result, judges it, and saves it as a result of its own. */
export async function commandCut(options: CutCommandOptions): Promise<ExitCode> {
  const window = windowOf(options);
  const { cutResult } = await import('../../reports/cut/cut-result.ts');
  const whole = await readResult(options.result);
  const result = cutResult(whole, window, { thresholds: options.threshold });
  const outDir = options.out ?? join('results', `${folderName(result.scenario.name)}-cut`);
  rejectOverwrite(outDir, [options.result]);
  const disk = new DiskNotes(options.quiet === true);
  const write = (dir: string) => writeResult(dir, result);
  const resultPath = await saveResultFile(outDir, RESULT_FILE_NAME, write, disk, { overwrite: options.force === true });
  if (options.quiet !== true) process.stderr.write(roundingText(window, result));
  await printResult(result, resultPath, options);
  return endAfterDisk(exitCodeOf(result), disk);
}

function windowOf({ from, to, phase }: CutCommandOptions): CutWindow {
  if (phase !== undefined) {
    if (from !== undefined || to !== undefined)
      throw usage('--phase excludes --from and --to', 'Remove --phase, or --from and --to.');
    return { kind: 'phase', phase };
  }
  if (from === undefined && to === undefined) {
    throw usage('cut needs --from, --to or --phase', 'Add --from 30s --to 90s, or --phase NAME.');
  }
  const [fromNs, toNs] = [durationOf('--from', from), durationOf('--to', to)];
  if (fromNs !== undefined && toNs !== undefined && fromNs >= toNs) {
    throw usage(`--from must be before --to, got ${from} and ${to}`, 'Both count from the start of the run.');
  }
  return { kind: 'time', fromNs, toNs };
}

function durationOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const quantity = parseDurationNs(text);
  if (quantity.kind === 'problem') throw usage(`${flag}: ${quantity.what}`, quantity.fix);
  if (quantity.value >= 0) return quantity.value;
  throw usage(`${flag} must be a time since the start of the run, got ${text}`, 'Write a duration such as 30s.');
}

/** A result has whole seconds only, so the cut may be shorter than requested. This line shows the difference. */
function roundingText(window: CutWindow, { cut }: Result): string {
  if (window.kind === 'phase' || cut === undefined) return '';
  const { fromNs = cut.fromNs, toNs = cut.toNs } = window;
  if (fromNs === cut.fromNs && toNs === cut.toNs) return '';
  const [from, to, requestedFrom, requestedTo] = [cut.fromNs, cut.toNs, fromNs, toNs].map(formatDuration);
  return `Cut ${from} to ${to}: the whole seconds of the run from ${requestedFrom} to ${requestedTo}.\n`;
}

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what: what, fix });
}
