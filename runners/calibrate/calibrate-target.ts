import { existsSync, readFileSync } from 'node:fs';
import { readYaml } from '../../workloads/yaml.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import type { WrittenTarget } from './calibration-scenario.ts';

export interface NamedTarget {
  readonly name: string;
  readonly target: WrittenTarget;
  /** File of the target. */
  readonly file?: string;
}

const WAYS =
  'Write kinesis:STREAM, noop, engine, a target like "{ kind: noop, delay: 5ms }", or a file with a target or scenario.';

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
  if (given.startsWith('kinesis:')) {
    const stream = given.slice('kinesis:'.length);
    if (stream === '') throw usage('kinesis: has no stream name', 'Write kinesis:STREAM.');
    return { name: given, target: { kind: 'kinesis', stream, ...(endpoint === undefined ? {} : { endpoint }) } };
  }
  if (given === 'noop' || given === 'engine') return withEndpoint({ name: given, target: { kind: given } }, endpoint);
  if (given.startsWith('{')) return withEndpoint({ name: given, target: targetIn(given, given) }, endpoint);
  if (!existsSync(given)) throw usage(`"${given}" is neither a target nor a file`, WAYS);
  return withEndpoint({ name: given, target: targetIn(readFileSync(given, 'utf8'), given), file: given }, endpoint);
}

function withEndpoint(named: NamedTarget, endpoint: string | undefined): NamedTarget {
  if (endpoint === undefined) return named;
  if (named.target.kind !== 'kinesis') throw usage('--endpoint needs a target of kind kinesis', 'Remove --endpoint.');
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
