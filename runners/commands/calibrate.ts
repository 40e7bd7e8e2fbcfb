import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExitCode } from '../../errors/exit-code.ts';
import { makeFolder } from '../../reports/result/make-folder.ts';
import { renderProfile } from '../../reports/twin/render-profile.ts';
import { renderTwinCheck } from '../../reports/twin/render-twin-check.ts';
import { CHECKED_KINDS, type CheckedKind, type TwinVerdict } from '../../reports/twin/twin-check.ts';
import { type Problem, scenarioError } from '../../workloads/errors.ts';
import { readProfile } from '../../workloads/profile-file.ts';
import type { ProfileDocument } from '../../workloads/profile-schema.ts';
import { type Calibration, calibrate } from '../calibrate/calibrate.ts';
import { readTarget } from '../calibrate/calibrate-target.ts';
import { type LatencyConditions, latencyScenario } from '../calibrate/calibration-scenario.ts';
import { checkAgainstTarget } from '../calibrate/check-twin.ts';
import { runnerError } from '../errors.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';
import type { CalibrateLine } from './calibrate-line.ts';
import { calibrateOptions } from './calibrate-options.ts';
import { openStages } from './calibrate-stages.ts';
import { agreeOnCost } from './cost.ts';
import { describeError } from './describe-error.ts';
import { watchInterrupts } from './interrupt.ts';

const PROFILE_FILE = 'profile.json';

/** Measures a target and writes its profile, or compares it with the twin of a profile. */
export async function commandCalibrate(line: CalibrateLine): Promise<ExitCode> {
  return line.check === undefined ? writeCalibration(line) : checkCalibration(line, line.check);
}

async function writeCalibration(line: CalibrateLine): Promise<ExitCode> {
  const { conditions, probes } = calibrateOptions(line);
  const { name, target, file } = readTarget(line.target, line.endpoint);
  const out = line.out ?? PROFILE_FILE;
  const scenario = latencyScenario(target, conditions, file);
  await checkFree(out, line.force === true);
  await agreeOnCost(scenario, line.yes === true);
  const common = watch(line, `calibrating ${name}`);
  try {
    const calibration = await calibrate({
      target,
      targetFile: file,
      targetName: line.name ?? name,
      conditions,
      probes,
      ...common,
    });
    common.close();
    writeFileSync(out, `${JSON.stringify(calibration.profile)}\n`);
    print(calibration, out, line.json === true);
    if (calibration.failure !== undefined) {
      process.stderr.write(`${describeError(calibration.failure, { debug: false }).text}\n`);
      return calibration.failure.exitCode === ExitCode.interrupted ? ExitCode.interrupted : ExitCode.target;
    }
    return common.left.length > 0 ? ExitCode.target : ExitCode.passed;
  } catch (error) {
    if (statSync(out, { throwIfNoEntry: false })?.size === 0) rmSync(out);
    throw error;
  } finally {
    common.close();
  }
}

function print({ profile, notes }: Calibration, file: string, asJson: boolean): void {
  const text = asJson
    ? JSON.stringify({ file, notes, profile }, undefined, 2)
    : renderProfile(profile, { file, notes, ...style() });
  process.stdout.write(`${text}\n`);
}

const EXIT_CODES: Readonly<Record<TwinVerdict, ExitCode>> = {
  equivalent: ExitCode.passed,
  different: ExitCode.threshold,
  invalid: ExitCode.invalid,
  inconclusive: ExitCode.inconclusive,
};

async function checkCalibration(line: CalibrateLine, profileName: string): Promise<ExitCode> {
  const profile = profileOf(profileName);
  const options = calibrateOptions(line);
  const conditions = conditionsOf(profile, options.conditions, line);
  const { name, target, file } = readTarget(line.target, line.endpoint);
  const scenario = latencyScenario(target, conditions, file);
  const shards = 'shards' in scenario.target ? scenario.target.shards : Number(profile.conditions.shards ?? 1);
  await agreeOnCost(scenario, line.yes === true);
  const common = watch(line, `comparing ${name} with ${profile.name}`);
  try {
    const check = await checkAgainstTarget({
      target,
      targetFile: file,
      profile: profileName,
      conditions,
      shards,
      runs: options.runs,
      kinds: kindsOf(profile),
      ...common,
    });
    common.close();
    const load = `${conditions.ratePerSecond}/s of ${conditions.recordBytes} B for ${conditions.durationMs / 1000} s each`;
    const about = { profile: profileName, target: name, load };
    const text =
      line.json === true
        ? JSON.stringify({ ...about, ...check }, undefined, 2)
        : renderTwinCheck(check, about, style());
    process.stdout.write(`${text}\n`);
    return EXIT_CODES[check.verdict];
  } finally {
    common.close();
  }
}

function kindsOf({ put, fanOut, polling }: ProfileDocument): CheckedKind[] {
  const parts = { put, 'fan-out': fanOut, polling } as const;
  return CHECKED_KINDS.filter((kind) => parts[kind] !== null);
}

/** A twin is compared under the conditions of its profile. Options of the command line override them. */
function conditionsOf({ conditions }: ProfileDocument, own: LatencyConditions, line: CalibrateLine): LatencyConditions {
  const known = (key: string, value: number, isGiven: boolean) => {
    const recorded = conditions[key];
    return !isGiven && typeof recorded === 'number' && recorded > 0 ? recorded : value;
  };
  return {
    ...own,
    ratePerSecond: known('ratePerSecond', own.ratePerSecond, line.rate !== undefined),
    recordBytes: known('recordBytes', own.recordBytes, line.size !== undefined),
    pollIntervalMs: known('pollIntervalMs', own.pollIntervalMs, line['poll-interval'] !== undefined),
  };
}

function profileOf(name: string): ProfileDocument {
  const problems: Problem[] = [];
  const profile = readProfile(name, undefined, '--check', problems);
  if (profile === undefined) throw scenarioError(problems, `Profile ${name}`);
  return profile;
}

/** Checks the file before the measurement, which takes minutes. */
async function checkFree(file: string, isForced: boolean): Promise<void> {
  if (existsSync(file) && !isForced) {
    const fix = 'Name another file with --out, or overwrite this one with --force.';
    throw runnerError('RUNNER_FILE_EXISTS', { what: `${file} already exists`, fix });
  }
  try {
    await makeFolder(dirname(file));
    writeFileSync(file, '', { flag: 'a' });
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const fix = 'Name a file in a folder that you may write to.';
    throw runnerError('RUNNER_FILE_NOT_WRITABLE', { what: `${file} cannot be written: ${why}`, fix, cause });
  }
}

const style = () => ({ colours: wantsColours(process.stdout), width: Math.min(80, widthOf(process.stdout)) });

/** Shows progress, handles interrupts, and collects errors about resources that were left behind. */
function watch({ quiet }: CalibrateLine, title: string) {
  const left: unknown[] = [];
  const stages = openStages(process.stderr, title, quiet === true);
  const interrupts = watchInterrupts(() =>
    stages.note('Interrupted: saving what was measured. Interrupt again to end at once.'),
  );
  let isClosed = false;
  return {
    left,
    signal: interrupts.signal,
    onStage: (text: string) => stages.show(text),
    onLeftBehind: (error: unknown) => void left.push(error),
    close: () => {
      if (isClosed) return;
      isClosed = true;
      stages.close();
      interrupts.stop();
      for (const error of left) process.stderr.write(`${describeError(error, { debug: false }).text}\n`);
    },
  };
}
