import type { Result } from './result.ts';

/** A result and its name beside others: the scenario's name, or the part of its path that the other files do not share. */
export interface NamedResult {
  readonly name: string;
  readonly result: Result;
}
