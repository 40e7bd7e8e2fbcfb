import type { Plan } from './plan.ts';

/** Renders the whole plan, equal to plan.json. */
export function planJson(plan: Plan): string {
  return `${JSON.stringify(plan, undefined, 2)}\n`;
}
