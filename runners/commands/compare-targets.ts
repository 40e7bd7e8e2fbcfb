import { join } from 'node:path';
import { ExitCode } from '../../errors/exit-code.ts';
import { stampOf } from '../../reports/result/earlier-file.ts';
import { checkWritable } from '../../reports/result/result-file.ts';
import { writeWhole } from '../../reports/result/whole-file.ts';
import type { SideBySideRecord } from '../../reports/side-by-side/record.ts';
import { SIDE_BY_SIDE_FILE_NAME } from '../../reports/side-by-side/record-file.ts';
import { parseDurationNs } from '../../workloads/units.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { shortened } from '../gate/shorten.ts';
import { folderName } from '../names/safe-name.ts';
import { useFolder } from '../run/folder-in-use.ts';
import { type ComparedSide, type ComparedTargets, compareTargets } from '../side-by-side/compare-targets.ts';
import { chargesOf } from '../targets/agree-cost.ts';
import type { CompareLine } from './compare-line.ts';
import { printSideBySide } from './compare-saved.ts';
import { readComparedSides } from './compare-sides.ts';
import { openTargetsLive } from './compare-targets-live.ts';
import { agreeOnCost } from './cost.ts';
import { describeError } from './describe-error.ts';
import { DiskNotes } from './disk-notes.ts';
import { watchInterrupts } from './interrupt.ts';
import { parseSeed } from './scenario.ts';

const DEFAULT_ROUNDS = 4;
const ROUNDS_MAX = 1000;

/** Runs one scenario on several targets in turn, and compares them. A comparison is no verdict. */
export async function commandCompareTargets(line: CompareLine, floorRatio: number): Promise<ExitCode> {
  const [name, ...others] = line.results;
  if (name === undefined || others.length > 0) {
    throw usage(
      `compare --targets needs one scenario, got ${line.results.length}`,
      'Name one scenario before --targets.',
    );
  }
  const seed = line.seed === undefined ? undefined : parseSeed(line.seed);
  const rounds = line.rounds === undefined ? DEFAULT_ROUNDS : roundsOf(line.rounds);
  const roundNs = durationOf('round', line.round);
  const maxDurationNs = durationOf('max-duration', line['max-duration']);
  const sides = readComparedSides(name, { targets: line.targets ?? [], cost: line.cost ?? [], seed });
  const [{ scenario }] = sides as [ComparedSide];
  const outDir = line.out ?? join('results', 'side-by-side', folderName(scenario.name));
  await checkWritable(outDir);
  await agreeOnRounds(sides, rounds, roundNs, line.yes === true);
  const release = useFolder(outDir);
  const title = `${scenario.name} on ${sides.map((side) => side.name).join(', ')}, seed ${scenario.seed}`;
  const live = await openTargetsLive(line, title);
  const interrupts = watchInterrupts(() =>
    live.note('Interrupted: saving what was measured. Interrupt again to end at once.'),
  );
  const disk = new DiskNotes(false);
  const left: unknown[] = [];
  try {
    const compared = await compareTargets({
      sides,
      rounds,
      ...(roundNs === undefined ? {} : { roundNs }),
      ...(maxDurationNs === undefined ? {} : { maxDurationNs }),
      outDir,
      roundsFolder: `rounds-${stampOf(new Date())}`,
      signal: interrupts.signal,
      onRecord: (record) => saveRecord(outDir, record),
      onProgress: (progress) => live.show(progress),
      onLeftBehind: (error) => left.push(error),
    });
    interrupts.stop();
    live.close();
    await printSideBySide(compared, outDir, { floorRatio, json: line.json === true, disk });
    const ending = endingOf(compared);
    if (ending !== ExitCode.passed) return ending;
    return left.length > 0 ? ExitCode.target : disk.exitCode;
  } finally {
    interrupts.stop();
    live.close();
    release();
    disk.report();
    // Resources that are left behind may cost money, so they are reported last, where the user sees them.
    for (const error of left) process.stderr.write(`${describeError(error, { debug: false }).text}\n`);
  }
}

/** Any difference ends with 0. Other codes mean that a target has no numbers, or fewer than planned. */
function endingOf({ record, rounds }: ComparedTargets): ExitCode {
  if (record.ending === 'interrupted') return ExitCode.interrupted;
  if (rounds.some(({ round }) => round.outcome.kind === 'failed')) return ExitCode.target;
  const isMissing = record.sides.some(
    ({ name }) => !rounds.some(({ round }) => round.side === name && round.outcome.kind === 'valid'),
  );
  return isMissing ? ExitCode.invalid : ExitCode.passed;
}

async function saveRecord(outDir: string, record: SideBySideRecord): Promise<void> {
  const file = join(outDir, SIDE_BY_SIDE_FILE_NAME);
  await writeWhole(file, (handle) => handle.writeFile(`${JSON.stringify(record, undefined, 2)}\n`));
}

async function agreeOnRounds(
  sides: readonly ComparedSide[],
  rounds: number,
  roundNs: number | undefined,
  yes: boolean,
): Promise<void> {
  for (const { name, scenario } of sides) {
    if (chargesOf(scenario.target) === undefined) continue;
    process.stderr.write(
      `${name}: ${rounds} rounds and a short warm-up, each a run of its own. The cost of one run:\n`,
    );
    await agreeOnCost(roundNs === undefined ? scenario : shortened(scenario, roundNs), yes);
  }
}

function roundsOf(text: string): number {
  const count = /^\d+$/u.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= ROUNDS_MAX) return count;
  throw usage(`--rounds must be a whole number from 1 to ${ROUNDS_MAX}, got "${text}"`, 'Write --rounds 4.');
}

function durationOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseDurationNs(text);
  if (parsed.kind === 'value' && parsed.value > 0) return parsed.value;
  throw usage(`--${option} must be a duration above 0, got "${text}"`, 'Write it as 10s or 5m.');
}

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what, fix });
}
