import type { Result } from './result.ts';

/** A result and what to call it beside others: the scenario's name, or what tells its file from the other files. */
export interface NamedResult {
  readonly name: string;
  readonly result: Result;
}
