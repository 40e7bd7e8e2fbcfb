import { existsSync, readFileSync } from 'node:fs';
import { readYaml } from '../../workloads/yaml.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { TARGET_KINDS } from '../targets/targets.ts';
import type { WrittenTarget } from './calibration-scenario.ts';

export interface NamedTarget {
  readonly name: string;
  readonly target: WrittenTarget;
  /** File of the target. */
  readonly file?: string;
}

const SHORTHANDS = TARGET_KINDS.flatMap(({ calibrate }) => calibrate?.shorthand?.text ?? []).join(', ');
const WAYS = `Write ${SHORTHANDS}, a target like "{ kind: noop, delay: 5ms }", or a file with a target or scenario.`;

/**
 * Reads the target to calibrate:
 *
 *   kinesis:orders             a stream, on AWS or at `endpoint`
 *   noop, engine               a target of this kind with its defaults
 *   { kind: noop, delay: 5ms } a target as in a scenario
 *   scenario.yaml              a file with a target, on its own or under `target:`
 *
 * @throws RunnerError RUNNER_USAGE. The settings of the target are checked with the scenarios that use it.
 */
export function readTarget(text: string, endpoint: string | undefined): NamedTarget {
  const given = text.trim();
  const short = TARGET_KINDS.map(({ calibrate }) => calibrate?.shorthand?.parse(given)).find(
    (one) => one !== undefined,
  );
  if (short !== undefined) return withEndpoint({ name: given, target: short }, endpoint);
  if (given.startsWith('{')) return withEndpoint({ name: given, target: targetIn(given, given) }, endpoint);
  if (!existsSync(given)) throw usage(`"${given}" is neither a target nor a file`, WAYS);
  return withEndpoint({ name: given, target: targetIn(readFileSync(given, 'utf8'), given), file: given }, endpoint);
}

function withEndpoint(named: NamedTarget, endpoint: string | undefined): NamedTarget {
  if (endpoint === undefined) return named;
  const kinds = TARGET_KINDS.filter(({ calibrate }) => calibrate?.takesEndpoint).map(({ kind }) => kind);
  if (!kinds.some((kind) => kind === named.target.kind)) {
    throw usage(`--endpoint needs a target of kind ${kinds.join(' or ')}`, 'Remove --endpoint.');
  }
  return { ...named, target: { ...named.target, endpoint } };
}

function targetIn(text: string, where: string): WrittenTarget {
  const read = readYaml(text);
  if (read.kind === 'problems') {
    const [problem] = read.problems;
    throw usage(`${where} is not YAML: ${problem?.what ?? ''}`, problem?.fix ?? WAYS);
  }
  const value = fieldOf(read.value, 'target') ?? read.value;
  const kind = fieldOf(value, 'kind');
  if (typeof kind !== 'string') throw usage(`${where} contains no target with a kind`, WAYS);
  return { ...(value as object), kind };
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what, fix });
}
