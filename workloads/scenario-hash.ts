import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Scenario } from './scenario.ts';

/**
 * sha-256 of what a scenario does, in hex: equal for equal scenarios, whatever the order of their keys and wherever a
 * recording or the module of a target lies (of a recording, its name and its content count; of a module, its name). Two results may be compared when this is equal.
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
