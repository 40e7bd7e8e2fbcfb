import { engineTarget } from './engine.ts';
import { firehoseTarget } from './firehose.ts';
import { kafkaTarget } from './kafka.ts';
import { kinesisTarget } from './kinesis.ts';
import { moduleTarget } from './module.ts';
import { noopTarget } from './noop.ts';
import type { TargetRules } from './target-rules.ts';

/** Every kind of target that a scenario may name. */
const TARGET_RULES = [engineTarget, noopTarget, kinesisTarget, firehoseTarget, kafkaTarget, moduleTarget] as const;

/** The system under test of a resolved scenario. */
export type TargetSpec = ReturnType<(typeof TARGET_RULES)[number]['resolve']>;

type SchemasOf<Rules> = { [Index in keyof Rules]: Rules[Index] extends { readonly schema: infer S } ? S : never };

/** The schema of each kind, in the same order. */
export const TARGET_SCHEMAS = TARGET_RULES.map(({ schema }) => schema) as unknown as SchemasOf<typeof TARGET_RULES>;

export function rulesOf({ kind }: { readonly kind: string }): TargetRules<(typeof TARGET_SCHEMAS)[number], TargetSpec> {
  const all: readonly TargetRules<(typeof TARGET_SCHEMAS)[number], TargetSpec>[] = TARGET_RULES;
  const found = all.find((rules) => rules.kind === kind);
  if (found === undefined) throw new Error(`there is no target of kind ${kind}`);
  return found;
}
