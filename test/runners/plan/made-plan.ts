import type { Plan } from '../../../reports/plan/plan.ts';
import { makePlan, type PlanRequest } from '../../../runners/plan/make-plan.ts';
import { sloOf } from '../../../runners/plan/slo.ts';
import { OWN_PRICES } from '../../../runners/prices/prices.ts';
import type { Load } from '../../../runners/simulation/load.ts';
import { fluidRun, type MadeLoad, madeLoad } from './hand-made-load.ts';

/** A plan of a hand-made load, with a fluid instead of the simulation. */
export const madePlan = (made: MadeLoad, slo: readonly string[] = []): Plan => makePlan(requestOf(madeLoad(made), slo));

export function requestOf(load: Load, slo: readonly string[] = []): PlanRequest {
  return {
    load,
    source: 'flags',
    scaleRatio: 1,
    slo: sloOf({ given: slo, scenario: [], consumers: load.consumers }),
    prices: OWN_PRICES,
    seed: 1,
    maxShards: 100,
    growthMonthlyRatio: 0.05,
    toolVersion: '0.0.0',
    createdAt: '2026-11-29T00:00:00.000Z',
    simulate: fluidRun,
  };
}
