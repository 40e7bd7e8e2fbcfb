import type { Silence } from '../summary/silence.ts';

export const NS_PER_SECOND = 1e9;

/**
 * `nothing received for 3s although records were due, from 4s to 7s`; undefined without silences. The script of the page
 * contains this module too.
 */
export function silenceSentence(silences: readonly Silence[], words: string): string | undefined {
  if (silences.length === 0) return undefined;
  const lengthNs = ({ fromNs, toNs }: Silence) => toNs - fromNs;
  const totalNs = silences.reduce((sum, silence) => sum + lengthNs(silence), 0);
  const longest = silences.reduce((most, silence) => (lengthNs(silence) > lengthNs(most) ? silence : most));
  const where = `from ${inSeconds(longest.fromNs)} to ${inSeconds(longest.toNs)}`;
  const several = silences.length > 1 ? `${silences.length} times, the longest ` : '';
  return `${words} for ${inSeconds(totalNs)} although records were due, ${several}${where}`;
}

/** Silences are whole seconds, except for the last one of the run. */
function inSeconds(ns: number): string {
  return `${Number((ns / NS_PER_SECOND).toFixed(2))}s`;
}
