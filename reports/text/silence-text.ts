import type { Result } from '../result/result.ts';
import { hasConsumers, silencesIn } from '../summary/second-facts.ts';

const NS_PER_SECOND = 1e9;

export function silenceWords(scenario: Result['scenario']): string {
  return hasConsumers(scenario) ? 'nothing received' : 'nothing acknowledged';
}

/** `nothing received for 3s although records were due, from 4s to 7s`; undefined if there was no such second. */
export function silenceText(result: Result): string | undefined {
  const silences = silencesIn(result);
  if (silences.length === 0) return undefined;
  const lengthNs = ({ fromNs, toNs }: (typeof silences)[number]) => toNs - fromNs;
  const totalNs = silences.reduce((sum, silence) => sum + lengthNs(silence), 0);
  const longest = silences.reduce((most, silence) => (lengthNs(silence) > lengthNs(most) ? silence : most));
  const where = `from ${inSeconds(longest.fromNs)} to ${inSeconds(longest.toNs)}`;
  const several = silences.length > 1 ? `${silences.length} times, the longest ` : '';
  return `${silenceWords(result.scenario)} for ${inSeconds(totalNs)} although records were due, ${several}${where}`;
}

/** Silences are whole seconds, but for the run's last one. */
function inSeconds(ns: number): string {
  return `${Number((ns / NS_PER_SECOND).toFixed(2))}s`;
}
