import { ExitCode } from '../../errors/exit-code.ts';
import { compareSides, DEFAULT_FLOOR_RATIO, type ReadResult } from '../../reports/compare/compare.ts';
import { renderComparison } from '../../reports/compare/render-comparison.ts';
import { readResult } from '../../reports/reading/read-result.ts';
import { sideBySideFile } from '../../reports/side-by-side/record-file.ts';
import { parseRatio, shareFix } from '../../workloads/units.ts';
import { runnerError } from '../errors.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';
import { type CompareLine, TARGETS_OPTIONS } from './compare-line.ts';
import type { CompareCommandOptions } from './compare-options.ts';

/** Compares results. A comparison is no verdict: the exit code is 0 for any difference. */
export async function commandCompare(options: CompareLine): Promise<ExitCode> {
  if (options.targets !== undefined) {
    const { commandCompareTargets } = await import('./compare-targets.ts');
    return commandCompareTargets(options, floorOf(options));
  }
  rejectTargetsOptions(options);
  const saved = options.results.length === 1 ? await sideBySideFile(options.results[0]!) : undefined;
  if (saved !== undefined) {
    const { commandCompareSaved } = await import('./compare-saved.ts');
    return commandCompareSaved(saved, { floorRatio: floorOf(options), json: options.json === true });
  }
  return commandCompareResults(options);
}

async function commandCompareResults(options: CompareCommandOptions): Promise<ExitCode> {
  const { capacityKind, commandCompareCapacity } = await import('./compare-capacity.ts');
  const kind = await capacityKind([...options.results, ...(options.with ?? [])]);
  if (kind !== undefined) return commandCompareCapacity(kind, options);
  const floorRatio = floorOf(options);
  const sides = sidesOf(options);
  const progress = openProgress(process.stderr);
  try {
    const read: ReadResult[][] = [];
    for (const paths of sides) read.push(await readSide(paths, progress.show));
    const force = options.force === true;
    const comparison = compareSides(read, { floorRatio, force, onProgress: progress.show });
    progress.clear();
    const text =
      options.json === true
        ? JSON.stringify(comparison, undefined, 2)
        : renderComparison(comparison, {
            colours: wantsColours(process.stdout),
            width: widthOf(process.stdout),
          });
    process.stdout.write(`${text}\n`);
    return ExitCode.passed;
  } finally {
    progress.clear();
  }
}

/** Without --with each result is a side of its own. */
function sidesOf({ results, with: others = [] }: CompareCommandOptions): (readonly string[])[] {
  if (others.length > 0) return [results, others];
  if (results.length >= 2) return results.map((path) => [path]);
  throw runnerError('RUNNER_USAGE', {
    what: `compare needs at least two results, got ${results.length}`,
    fix: 'Name the folders of two runs, or several runs of one side and --with those of the other.',
  });
}

async function readSide(paths: readonly string[], show: (doing: string) => void): Promise<ReadResult[]> {
  const read: ReadResult[] = [];
  for (const path of paths) {
    show(`reading ${path}`);
    read.push({ path, result: await readResult(path) });
  }
  return read;
}

function rejectTargetsOptions(options: CompareLine): void {
  const misplaced = TARGETS_OPTIONS.find((name) => options[name] !== undefined);
  if (misplaced === undefined) return;
  throw runnerError('RUNNER_USAGE', {
    what: `--${misplaced} needs --targets`,
    fix: 'Use compare SCENARIO --targets FILE FILE to run a scenario on several targets.',
  });
}

const floorOf = ({ floor }: Pick<CompareCommandOptions, 'floor'>): number =>
  floor === undefined ? DEFAULT_FLOOR_RATIO : parseFloor(floor);

function parseFloor(text: string): number {
  const quantity = parseRatio(/^\d+(?:\.\d+)?$/.test(text) ? Number(text) : text);
  if (quantity.kind === 'value' && quantity.value >= 0 && quantity.value < 1) return quantity.value;
  throw runnerError('RUNNER_USAGE', {
    what: `--floor must be at least 0% and below 100%, got "${text}"`,
    fix: shareFix(text, 'a share below 100%, such as 2%'),
  });
}

interface Progress {
  readonly show: (doing: string) => void;
  readonly clear: () => void;
}

/** A progress line on a terminal. Nothing elsewhere: a log needs no progress. */
function openProgress(stream: NodeJS.WriteStream): Progress {
  if (stream.isTTY !== true) return { show: () => {}, clear: () => {} };
  const width = widthOf(stream);
  return {
    show: (doing) => stream.write(`\r\x1b[K${doing.slice(0, width - 1)}`),
    clear: () => stream.write('\r\x1b[K'),
  };
}
