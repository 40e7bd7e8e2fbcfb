import type { Part } from '../../reports/result/origin.ts';
import type { Scenario, Workload } from '../../workloads/scenario.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { kindOf } from '../targets/targets.ts';

/** A run later than this is a mistyped year. */
const START_DELAY_MAX_MS = 24 * 3600 * 1000;

/** @param text such as `2/4`. @throws RUNNER_USAGE */
export function parsePart(text: string): Part {
  const match = /^(\d{1,5})\/(\d{1,5})$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (index >= 1 && index <= of) return { index, of };
  throw usage(`--part is "${text}"`, 'Write which part of how many: --part 2/4.');
}

/** @returns ms since 1970. @throws RUNNER_USAGE for a time without a zone, in the past, or more than a day ahead. */
export function parseStartAt(text: string, nowMs: number): number {
  const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/.test(text);
  const atMs = isIso ? Date.parse(text) : Number.NaN;
  const example = new Date(Math.ceil((nowMs + 30_000) / 10_000) * 10_000).toISOString();
  if (Number.isNaN(atMs)) throw usage(`--start-at is "${text}"`, `Write a time with its zone: --start-at ${example}.`);
  if (atMs <= nowMs) throw usage(`--start-at ${text} is over`, `Give a time to come: --start-at ${example}.`);
  if (atMs > nowMs + START_DELAY_MAX_MS) throw usage(`--start-at ${text} is more than a day ahead`, 'Start it later.');
  return atMs;
}

/** The producers of a workload that a part has; all of them without one. */
export function producerIndexes({ producers }: Workload, part: Part | undefined): number[] {
  const all = Array.from({ length: producers.count }, (_, index) => index);
  return part === undefined ? all : all.filter((index) => index % part.of === part.index - 1);
}

/** The share of a workload's records that a part makes. */
export function shareOf(workload: Workload, part: Part | undefined): number {
  return producerIndexes(workload, part).length / workload.producers.count;
}

/**
 * Rejects a part that would have no work in some workload, and actions that only one of several processes may take on a
 * stream that they share.
 * @throws RUNNER_USAGE
 */
export function checkPart(scenario: Scenario, part: Part | undefined): void {
  if (part === undefined) return;
  const { workloads } = scenario;
  const scarce = workloads.find(({ producers }) => producers.count < part.of);
  if (scarce !== undefined) {
    const count = scarce.producers.count === 1 ? '1 producer' : `${scarce.producers.count} producers`;
    const what = `workload ${scarce.name} has ${count}, too few for ${part.of} parts`;
    throw usage(what, `Set its producers: { count: ${part.of} } or more, or make fewer parts.`);
  }
  const problem = kindOf(scenario.target).partsProblem?.(scenario.target, scenario);
  if (problem !== undefined) throw usage(problem.what, problem.fix);
}

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what, fix });
}
