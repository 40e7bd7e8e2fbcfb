import type { Result } from '../result/result.ts';
import type { FixableTopic, TargetFacts } from '../result/target-facts.ts';
import type { SideRecord } from './record.ts';

/** One target with the valid results of its rounds, in their order. */
export interface SideData extends SideRecord {
  /** At least one. */
  readonly results: readonly [Result, ...Result[]];
}

/** A line of the checklist: what makes the comparison unfair, and how to make it fair. */
export interface FairnessLine {
  readonly topic: string;
  /** A sentence with what was found on each target. */
  readonly found: string;
  /** A sentence. */
  readonly fix: string;
}

/** A check of the list: undefined if it found nothing unfair, or does not apply. */
export type FairnessCheck = (sides: readonly SideData[]) => FairnessLine | undefined;

export const factsOf = ({ results }: SideData): TargetFacts | undefined => results[0].target?.facts;

/** The fact of a side as text; `not stated` for a target whose facts are unknown. */
export function factText(side: SideData, text: (facts: TargetFacts) => string): string {
  const facts = factsOf(side);
  return facts === undefined ? 'not stated' : text(facts);
}

/** True if the values of the sides differ. */
export function differ(values: readonly unknown[]): boolean {
  return new Set(values).size > 1;
}

/** `kinesis: three zones; kafka and serve: one machine`. Sides with the same text are named together. */
export function each(sides: readonly SideData[], textOf: (side: SideData) => string): string {
  const groups = Map.groupBy(sides, textOf);
  return [...groups].map(([text, group]) => `${namesOf(group)}: ${text}`).join('; ');
}

/** `a`, `a and b`, `a, b and c` */
function namesOf(sides: readonly Pick<SideData, 'name'>[]): string {
  const names = sides.map(({ name }) => name);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** The advice of these sides about a topic, each once. @param otherwise used if none has any. */
export function fixOf(sides: readonly SideData[], topic: FixableTopic, otherwise: string): string {
  const known = sides.flatMap((side) => factsOf(side)?.fixes[topic] ?? []);
  return known.length === 0 ? otherwise : [...new Set(known)].join(' ');
}
