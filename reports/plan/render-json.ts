import type { Plan } from './plan.ts';

/** The whole plan, as plan.json holds it. */
export function planJson(plan: Plan): string {
  return `${JSON.stringify(plan, undefined, 2)}\n`;
}
