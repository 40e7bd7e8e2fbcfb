import type { ScenarioStep } from '../../workloads/scenario.ts';

const SHARDS_NAMED_MAX = 6;

/** Describes a step in the words of a scenario: `split hottest`, `merge 0, 1`, `shards 8`. */
export function stepText(step: ScenarioStep): string {
  switch (step.kind) {
    case 'split':
      return `split ${step.shard}`;
    case 'merge':
      return `merge ${typeof step.shards === 'string' ? step.shards : step.shards.join(', ')}`;
    case 'shard-count':
      return `shards ${step.count}`;
  }
}

/** Describes a change of shards: `2 -> 4, 5`. */
export function shardChangeText(closed: readonly number[], opened: readonly number[]): string {
  return closed.length + opened.length === 0 ? 'nothing to do' : `${shardsText(closed)} -> ${shardsText(opened)}`;
}

function shardsText(shards: readonly number[]): string {
  if (shards.length <= SHARDS_NAMED_MAX) return shards.join(', ');
  return `${shards.slice(0, SHARDS_NAMED_MAX).join(', ')} and ${shards.length - SHARDS_NAMED_MAX} more`;
}
