import type { ScenarioStep } from '../../workloads/scenario.ts';

const MOST_SHARDS_NAMED = 6;

/** A step in the words of a scenario: `split hottest`, `merge 0, 1`, `shards 8`. */
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

/** What happened to shards: `2 -> 4, 5`. */
export function shardChangeText(closed: readonly number[], opened: readonly number[]): string {
  return closed.length + opened.length === 0 ? 'nothing to do' : `${shardsText(closed)} -> ${shardsText(opened)}`;
}

function shardsText(shards: readonly number[]): string {
  if (shards.length <= MOST_SHARDS_NAMED) return shards.join(', ');
  return `${shards.slice(0, MOST_SHARDS_NAMED).join(', ')} and ${shards.length - MOST_SHARDS_NAMED} more`;
}
