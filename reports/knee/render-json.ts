import { judgeTrial } from './judge-trial.ts';
import type { KneeResult } from './knee-result.ts';

/** Renders the knees as JSON for programs, without the measures of each trial, which knee.json contains. */
export function kneeJson(result: KneeResult): string {
  const { scenario, objectives, ending, failure, notes, searches, startedAt, finishedAt, toolVersion } = result;
  const summary = {
    kind: 'knee-answer',
    scenario,
    objectives,
    startedAt,
    finishedAt,
    toolVersion,
    ending,
    ...(failure === undefined ? {} : { failure }),
    notes,
    searches: searches.map(({ shards, knee, rules, trials }) => ({
      shards,
      ...knee,
      trialNs: rules.trialNs,
      resolutionRatio: rules.resolutionRatio,
      seed: rules.seed,
      trials: trials.map(({ request, measured }) => ({
        ...request,
        achievedPerSecond: measured.achievedPerSecond,
        objectives: measured.objectives.map(({ text, actual, holds }) => ({ text, actual, holds })),
        backlogGrowthPerSecond: measured.backlog?.growthPerSecond ?? null,
        judgement: judgeTrial(measured, rules.trialNs),
      })),
    })),
  };
  return `${JSON.stringify(summary, undefined, 2)}\n`;
}
