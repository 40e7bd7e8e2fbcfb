import { judgeTrial } from './judge-trial.ts';
import type { KneeSearch } from './knee-result.ts';
import { shownObjective } from './render-trials.ts';

/** A trial as a point of the curve of a search. */
export interface CurvePoint {
  readonly ratePerSecond: number;
  /** Value of the first objective, in its own unit. */
  readonly value: number;
  readonly kind: 'sustainable' | 'unsustainable' | 'invalid';
}

/** Returns the points of trials without a preceding overload, for the first objective of the search. */
export function curvePoints({ trials, rules }: Pick<KneeSearch, 'trials' | 'rules'>): CurvePoint[] {
  const text = shownObjective(trials[0]?.measured.objectives ?? [])?.text;
  return trials.flatMap(({ request, measured }): CurvePoint[] => {
    const value = measured.objectives.find((objective) => objective.text === text)?.actual ?? null;
    if (value === null || request.afterOverloadPerSecond !== undefined) return [];
    const { kind } = judgeTrial(measured, rules.trialNs);
    if (kind === 'unjudged') return [];
    return [{ ratePerSecond: request.ratePerSecond, value, kind }];
  });
}

/** Returns a logarithmic scale from 0 to 1; values at or below 0 map to its start. */
export function logScale(low: number, high: number): (value: number) => number {
  const [from, to] = [Math.log(low), Math.log(high)];
  return (value) => (to > from ? Math.min(1, Math.max(0, (Math.log(Math.max(value, low)) - from) / (to - from))) : 0.5);
}
