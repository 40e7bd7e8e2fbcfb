import type { Environment, ExpectedCost, HarnessCeiling, Interval, Result } from './result.ts';
import { intervalForFile } from './series-format.ts';

/**
 * The file that a run appends to until its result is written: JSON lines, each complete in itself.
 *
 *   {"schemaVersion":3,"kind":"unfinished","tool":...,"scenario":...}     the head: what is known when the run starts
 *   {"startNs":0,"endNs":1000000000,"cells":[...],...}                     a second, as in the series of result.json
 *   ...
 *
 * A second is written once every worker has handed it over, and never changes afterwards. After `kill -9` the file holds every
 * second that was finished; after a crash of the machine its end may be missing or torn.
 */
export const UNFINISHED_FILE_NAME = 'unfinished.jsonl';

/** Matches the start of the head. */
export const UNFINISHED_HEAD = /^\{"schemaVersion":\d+,"kind":"unfinished",/u;

export interface UnfinishedHead
  extends Pick<Result, 'tool' | 'startedAt' | 'scenario' | 'scenarioHash' | 'target' | 'seed' | 'notes' | 'part'> {
  readonly schemaVersion: Result['schemaVersion'];
  readonly environment: Environment;
  readonly harnessCeiling: HarnessCeiling;
  readonly expectedCost?: ExpectedCost;
}

export function unfinishedHeadLine({ schemaVersion, ...head }: UnfinishedHead): string {
  return `${JSON.stringify({ schemaVersion, kind: 'unfinished', ...head })}\n`;
}

export function unfinishedSecondLine(second: Interval): string {
  return `${JSON.stringify(intervalForFile(second))}\n`;
}
