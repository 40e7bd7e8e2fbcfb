import type { Scenario } from '../../workloads/scenario.ts';
import { formatByteRate, formatDuration, formatRate } from '../format/numbers.ts';

/** Limits of a short list of differences; the results contain the scenarios. */
const DIFFERENCES_MAX = 5;
const VALUE_CHARACTERS_MAX = 40;

/**
 * Returns the differences of two scenarios that change the load, as `path: a, b`. Names, descriptions and thresholds do not
 * change it; target and seed are compared separately.
 */
export function workloadDifferences(a: Scenario, b: Scenario): string[] {
  return differences(loadOf(a), loadOf(b));
}

/** @returns at most DIFFERENCES_MAX lines `path: a, b`, then the number of further ones. */
export function differences(a: unknown, b: unknown): string[] {
  const all = [...differing(a, b, '')];
  if (all.length <= DIFFERENCES_MAX) return all;
  return [...all.slice(0, DIFFERENCES_MAX), `and ${all.length - DIFFERENCES_MAX} more`];
}

function loadOf({ name: _n, description: _d, thresholds: _t, target: _target, seed: _s, ...rest }: Scenario): unknown {
  const workloads = rest.workloads.map((workload) => {
    if (workload.payload.kind !== 'replay') return workload;
    // Only the name and the content of a recording count, not its folder.
    const path = workload.payload.replay.path.replace(/^.*[\\/]/u, '');
    return { ...workload, payload: { ...workload.payload, replay: { ...workload.payload.replay, path } } };
  });
  return { ...rest, workloads };
}

function* differing(a: unknown, b: unknown, path: string): Generator<string> {
  if (isGroup(a) && isGroup(b) && Array.isArray(a) === Array.isArray(b)) {
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    for (const name of names) yield* differing(a[name], b[name], join(path, name, Array.isArray(a)));
    return;
  }
  if (a !== b) yield `${path}: ${shown(a, path)}, ${shown(b, path)}`;
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function join(path: string, name: string, isIndex: boolean): string {
  if (isIndex) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}

function shown(value: unknown, path: string): string {
  if (value === undefined) return 'none';
  if (typeof value === 'number') return numberText(value, path);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= VALUE_CHARACTERS_MAX ? text : `${text.slice(0, VALUE_CHARACTERS_MAX - 1)}…`;
}

/** Formats a number by the unit at the end of the name of its field. */
function numberText(value: number, path: string): string {
  if (path.endsWith('Ns')) return formatDuration(value);
  if (/bytesPerSecond$/u.test(path)) return formatByteRate(value);
  if (path.endsWith('PerSecond')) return formatRate(value);
  return String(value);
}
