import { isScenarioError } from '../../workloads/errors.ts';
import { type ResolveOptions, resolveScenario } from '../../workloads/resolve.ts';

/** A scenario that is right, and ways to change a part of it. */
export const phase = { name: 'steady', duration: '10s', rate: '1000/s' };
export const workload = {
  name: 'views',
  phases: [phase],
  keys: { uniform: true, count: 10 },
  payload: { size: '100B' },
};
export const scenario = { name: 'test', workloads: [workload] };
export const withWorkload = (changes: object) => ({ ...scenario, workloads: [{ ...workload, ...changes }] });
export const withPhase = (changes: object) => withWorkload({ phases: [{ ...phase, ...changes }] });
export const resolved = (changes: object) => resolveScenario(withWorkload(changes)).workloads[0]!;

export function problemsOf(value: unknown, options: ResolveOptions = {}) {
  try {
    resolveScenario(value, options);
  } catch (error) {
    if (isScenarioError(error)) return error.problems;
    throw error;
  }
  return [];
}
export const brief = (value: unknown, options: ResolveOptions = {}) =>
  problemsOf(value, options).map(({ code, path }) => `${code} ${path}`);
