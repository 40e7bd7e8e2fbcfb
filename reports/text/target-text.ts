import type { Result } from '../result/result.ts';

/** Returns the target in a few words, such as `engine with 4 shards`. */
export function targetText({ target, scenario }: Pick<Result, 'scenario' | 'target'>): string {
  return target?.title ?? undescribedText(scenario.target);
}

/** Returns the target and where it is. */
export function targetPlaceText(result: Pick<Result, 'scenario' | 'target'>): string {
  const place = result.target?.place;
  return place === undefined ? targetText(result) : `${targetText(result)} ${place}`;
}

/** Results of earlier versions hold no description of their target, only its settings. */
function undescribedText(settings: Result['scenario']['target']): string {
  const { kind } = settings;
  if ('stream' in settings) return `${kind} stream ${settings.stream}`;
  if ('shards' in settings) return `${kind} with ${settings.shards} ${settings.shards === 1 ? 'shard' : 'shards'}`;
  return kind;
}
