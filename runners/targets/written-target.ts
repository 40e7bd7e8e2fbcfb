import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import type { Problem } from '../../workloads/errors.ts';
import type { Scenario, TargetSpec } from '../../workloads/scenario.ts';
import { readYaml } from '../../workloads/yaml.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import type { GateFace } from './target-kind.ts';
import { TARGET_KINDS } from './targets.ts';

/** A target that a command line gives in place of the scenario's own. */
export interface WrittenTarget {
  /** The text on the command line: the path of a file, an address, or a target. */
  readonly name: string;
  /** The target in the form of a scenario, not yet checked. */
  readonly written: unknown;
  /** Line and column of a path such as `target.shards` in the file; undefined if there is no file. */
  readonly position?: (path: string) => Pick<Problem, 'line' | 'column'>;
}

export interface WrittenContext {
  /** The option, such as `--baseline`, for messages. */
  readonly option: string;
  readonly code: 'RUNNER_GATE_SIDE' | 'RUNNER_TARGET_UNREADABLE';
  /** A sentence that names what the option accepts. */
  readonly ways: string;
  /** The scenario with its own target, whose stream settings an address keeps. */
  readonly scenario: () => Scenario;
}

/**
 * Reads a target from the command line:
 *
 *   http://127.0.0.1:4567             a Kinesis endpoint
 *   { kind: noop, delay: 5ms }        a target as in a scenario
 *   side.yaml                         a file with a target, at its top or under `target:`
 *
 * @throws RunnerError with the code of the context.
 */
export function readWrittenTarget(text: string, context: WrittenContext): WrittenTarget {
  const name = text.trim();
  if (/^https?:\/\//iu.test(name)) {
    const { base, written } = byAddress();
    return { name, written: { ...written(base(context.scenario())), endpoint: name } };
  }
  if (name.startsWith('{')) return { name, written: ofYaml(name, name, context).written };
  if (existsSync(name)) return { name, ...fromFile(name, context) };
  throw unreadable(context, `"${name}" is no address and no target, and there is no file of this name`);
}

/** A short name: that of the file without its ending, or the kind of a target that is written out. */
export function targetName({ name, written }: WrittenTarget): string {
  if (/^https?:\/\//iu.test(name)) return new URL(name).host;
  if (!name.startsWith('{')) return basename(name, extname(name));
  return typeof written === 'object' && written !== null && 'kind' in written ? String(written.kind) : 'target';
}

/** The kind of target that serves an address. */
export function byAddress(): NonNullable<GateFace<TargetSpec>['byAddress']> {
  return TARGET_KINDS.flatMap(({ gate }) => gate?.byAddress ?? [])[0]!;
}

/** Relative paths in the file are relative to its folder. */
function fromFile(file: string, context: WrittenContext): Omit<WrittenTarget, 'name'> {
  const { written, position } = ofYaml(textOf(file, context), file, context);
  if (typeof written !== 'object' || written === null) return { written, position };
  const kind = TARGET_KINDS.find((one) => 'kind' in written && written.kind === one.kind);
  return { written: kind?.gate?.withPathsFrom?.(written, dirname(file)) ?? written, position };
}

function textOf(file: string, context: WrittenContext): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw unreadable(context, `${file} cannot be read: ${reason}`, 'Check that it is a file, and its permissions.');
  }
}

function ofYaml(text: string, where: string, context: WrittenContext): Required<Omit<WrittenTarget, 'name'>> {
  const read = readYaml(text);
  if (read.kind === 'problems') {
    const [{ line = 1, column = 1, what, fix }] = read.problems as [Problem];
    throw unreadable(context, `${where}, line ${line}, column ${column}: ${what}`, fix);
  }
  const { value, position } = read;
  if (typeof value !== 'object' || value === null) throw unreadable(context, `${where} contains no target`);
  if ('target' in value) return { written: value.target, position };
  return { written: value, position: (path) => position(path.replace(/^target\.?/u, '')) };
}

function unreadable({ option, code, ways }: WrittenContext, what: string, fix = ways): RunnerError {
  return runnerError(code, { what, where: option, fix });
}
