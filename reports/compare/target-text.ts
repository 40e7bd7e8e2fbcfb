import type { TargetSpec } from '../../workloads/scenario.ts';

/** A target in a few words: what it is, and which one. */
export function targetText(target: TargetSpec): string {
  if (target.kind !== 'kinesis') return `${target.kind}, ${target.shards} ${target.shards === 1 ? 'shard' : 'shards'}`;
  const { stream, endpoint, region } = target;
  return `kinesis, stream ${stream}${endpoint === undefined ? '' : ` at ${endpoint}`}${region === undefined ? '' : ` in ${region}`}`;
}
