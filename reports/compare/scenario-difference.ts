import type { Scenario } from '../../workloads/scenario.ts';
import { formatByteRate, formatDuration, formatRate } from '../format/numbers.ts';

/** Enough to see what it is about; the scenarios themselves are in the results. */
const MOST_SHOWN = 5;
const MOST_CHARACTERS = 40;

/**
 * What differs in what two scenarios do to their targets, as `path: a, b`. Names, descriptions and thresholds change no load;
 * target and seed are looked at on their own.
 */
export function workloadDifferences(a: Scenario, b: Scenario): string[] {
  return differences(loadOf(a), loadOf(b));
}

/** @returns at most some lines `path: a, b`, and how many more there are. */
export function differences(a: unknown, b: unknown): string[] {
  const all = [...differing(a, b, '')];
  if (all.length <= MOST_SHOWN) return all;
  return [...all.slice(0, MOST_SHOWN), `and ${all.length - MOST_SHOWN} more`];
}

function loadOf({ name: _n, description: _d, thresholds: _t, target: _target, seed: _s, ...rest }: Scenario): unknown {
  const workloads = rest.workloads.map((workload) => {
    if (workload.payload.kind !== 'replay') return workload;
    // Wherever the recording lies: its name and its content count.
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
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}

/** By the unit at the end of the field's name. */
function numberText(value: number, path: string): string {
  if (path.endsWith('Ns')) return formatDuration(value);
  if (/bytesPerSecond$/u.test(path)) return formatByteRate(value);
  if (path.endsWith('PerSecond')) return formatRate(value);
  return String(value);
}
