import type { Scenario, TargetSpec } from '../../workloads/scenario.ts';
import { engineKind } from './engine/engine-kind.ts';
import { firehoseKind } from './firehose/firehose-kind.ts';
import { kafkaKind } from './kafka/kafka-kind.ts';
import { kinesisKind } from './kinesis/kinesis-kind.ts';
import { moduleKind } from './module/module-kind.ts';
import { noopKind } from './noop/noop-kind.ts';
import type { Target, TargetDriver, TargetHandle } from './target.ts';
import type { TargetKind } from './target-kind.ts';

/** Every kind of target that a run can reach. Those that a scenario may name are in workloads/targets; a test compares the lists. */
export const TARGET_KINDS: readonly TargetKind[] = [
  engineKind,
  noopKind,
  kinesisKind,
  firehoseKind,
  kafkaKind,
  moduleKind,
];

export function kindOf({ kind }: Pick<TargetSpec, 'kind'>): TargetKind {
  const found = TARGET_KINDS.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`there is no target of kind ${kind}`);
  return found;
}

export function loadDriver(at: TargetSpec | TargetHandle): Promise<TargetDriver> {
  return kindOf(at).loadDriver(at);
}

/** @param signal aborted when nobody waits for the target any more. */
export async function setUpTarget(scenario: Scenario, signal?: AbortSignal): Promise<Target> {
  const { target } = scenario;
  const driver = await loadDriver(target);
  return driver.setUp(target, { scenario, signal });
}

/** Returns the target in short texts; the first one names it. */
export function targetTexts(target: TargetSpec): string[] {
  const kind = kindOf(target);
  return [kind.title(target), ...kind.details(target)];
}
