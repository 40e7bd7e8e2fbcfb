import type { Result } from '../result/result.ts';
import { hasConsumers, silencesIn } from '../summary/second-facts.ts';
import { silenceSentence } from './silence-words.ts';

export function silenceWords(scenario: Result['scenario']): string {
  return hasConsumers(scenario) ? 'nothing received' : 'nothing acknowledged';
}

/** Describes the silent seconds in half a sentence; undefined if there were none. */
export function silenceText(result: Result): string | undefined {
  return silenceSentence(silencesIn(result), silenceWords(result.scenario));
}
