import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ExitCode } from '../../errors/exit-code.ts';
import { compareKnees } from '../../reports/compare-capacity/compare-knees.ts';
import { comparePlans } from '../../reports/compare-capacity/compare-plans.ts';
import {
  type CapacityComparison,
  renderCapacityComparison,
} from '../../reports/compare-capacity/render-capacity-comparison.ts';
import { reportError } from '../../reports/errors.ts';
import { KNEE_FILE_NAME, readKnee } from '../../reports/knee/knee-file.ts';
import { PLAN_FILE_NAME, readPlan } from '../../reports/plan/plan-file.ts';
import { RESULT_FILE_NAME } from '../../reports/result/result-file.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';
import type { CompareCommandOptions } from './compare-options.ts';

type CapacityKind = 'knee' | 'plan';

/** Saved knees and plans name their kind in their first lines. */
const HEAD_BYTES = 4096;
const KIND = /"kind":\s*"(?<kind>knee|plan)"/u;

/**
 * @returns the kind of the files at the paths: knees or plans; undefined if they are something else or do not exist.
 * @throws ReportError RESULT_NOT_COMPARABLE if they hold different kinds.
 */
export async function capacityKind(paths: readonly string[]): Promise<CapacityKind | undefined> {
  const kinds = await Promise.all(paths.map(kindOf));
  const [first] = kinds;
  const other = kinds.findIndex((kind) => kind !== first);
  if (other < 0) return first;
  throw reportError('RESULT_NOT_COMPARABLE', {
    where: `${paths[0]}, ${paths[other]}`,
    what: `the first is ${nameOf(first)}, the other ${nameOf(kinds[other])}`,
    fix: 'Compare knees with knees, plans with plans, and runs with runs.',
  });
}

const nameOf = (kind: CapacityKind | undefined): string => (kind === undefined ? 'no knee or plan' : `a ${kind}`);

/** Compares two knees or two plans. A comparison is no verdict: the exit code is 0 for any difference. */
export async function commandCompareCapacity(kind: CapacityKind, options: CompareCommandOptions): Promise<ExitCode> {
  const { results, json } = options;
  const misplaced = (['with', 'floor', 'force'] as const).find((name) => options[name] !== undefined);
  if (misplaced !== undefined) throw usage(`--${misplaced} has no effect on ${kind}s`, `Remove --${misplaced}.`);
  const [before, after] = results;
  if (before === undefined || after === undefined || results.length > 2) {
    throw usage(`compare needs two ${kind}s, got ${results.length}`, `Name the folders of two, or their ${kind}.json.`);
  }
  const comparison = await compare(kind, before, after);
  const text =
    json === true
      ? JSON.stringify(comparison, undefined, 2)
      : renderCapacityComparison(comparison, {
          colours: wantsColours(process.stdout),
          width: widthOf(process.stdout),
        });
  process.stdout.write(`${text}\n`);
  return ExitCode.passed;
}

async function compare(kind: CapacityKind, before: string, after: string): Promise<CapacityComparison> {
  if (kind === 'knee') {
    const [from, to] = await Promise.all([readKnee(before), readKnee(after)]);
    return compareKnees({ path: before, result: from }, { path: after, result: to });
  }
  const [from, to] = await Promise.all([readPlan(before), readPlan(after)]);
  return comparePlans({ path: before, plan: from }, { path: after, plan: to });
}

async function kindOf(path: string): Promise<CapacityKind | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return kindInHead(path);
  // A folder may contain several files. The result of a run comes first, because the folder was made for it.
  if (await isFile(join(path, RESULT_FILE_NAME))) return undefined;
  if (await isFile(join(path, KNEE_FILE_NAME))) return 'knee';
  return (await isFile(join(path, PLAN_FILE_NAME))) ? 'plan' : undefined;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

async function kindInHead(file: string): Promise<CapacityKind | undefined> {
  const handle = await open(file).catch(() => undefined);
  try {
    const read = await handle?.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    if (read === undefined) return undefined;
    return KIND.exec(read.buffer.toString('utf8', 0, read.bytesRead))?.groups?.kind as CapacityKind | undefined;
  } catch {
    // The caller reads the whole file, and words the error.
    return undefined;
  } finally {
    await handle?.close();
  }
}

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what, fix });
}
