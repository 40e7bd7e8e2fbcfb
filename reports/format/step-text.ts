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
    case 'partition-count':
      return `partitions ${step.count}`;
    default:
      return `${step.kind} ${step.broker}`;
  }
}

/** Describes the change that a step made: `shards 2 -> 4, 5`, `stopped`. */
export function changeText(step: ScenarioStep, closed: readonly number[], opened: readonly number[]): string {
  if (step.kind === 'stop') return 'stopped';
  if (step.kind === 'start') return 'started';
  if (step.kind === 'partition-count') return `new partitions ${shardsText(opened)}`;
  return closed.length + opened.length === 0 ? 'nothing to do' : `${shardsText(closed)} -> ${shardsText(opened)}`;
}

function shardsText(shards: readonly number[]): string {
  if (shards.length <= SHARDS_NAMED_MAX) return shards.join(', ');
  return `${shards.slice(0, SHARDS_NAMED_MAX).join(', ')} and ${shards.length - SHARDS_NAMED_MAX} more`;
}
