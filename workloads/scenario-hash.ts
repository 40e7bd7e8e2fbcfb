import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Scenario } from './scenario.ts';

/**
 * SHA-256 of a scenario in hex. It does not depend on the order of keys or on the folder of a recording or of a target's module. The
 * name and content of a recording count, and the name of a module. Two results can be compared if their hashes are equal.
 */
export function scenarioHash(scenario: Scenario): string {
  return createHash('sha256')
    .update(canonicalJson(withoutFolders(scenario)))
    .digest('hex');
}

function withoutFolders(scenario: Scenario): unknown {
  const workloads = scenario.workloads.map((workload) => {
    if (workload.payload.kind !== 'replay') return workload;
    const { replay } = workload.payload;
    return { ...workload, payload: { ...workload.payload, replay: { ...replay, path: basename(replay.path) } } };
  });
  const { target } = scenario;
  return { ...scenario, target: 'path' in target ? { ...target, path: basename(target.path) } : target, workloads };
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, item]) => item !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${fields.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}
