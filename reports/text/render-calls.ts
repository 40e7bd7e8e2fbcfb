import { formatCount, formatDuration } from '../format/numbers.ts';
import type { Result, WorkerReport } from '../result/result.ts';
import { hanging, type Line, printable, type RenderOptions, type Segment, styled } from './render-lines.ts';
import { renderTable } from './render-table.ts';

const NS_PER_MS = 1e6;
const ERROR_PREFIX = 'errors.';

/** Renders what happened to calls of a remote target; nothing if no call failed and there is no other fact. */
export function renderCalls({ workers, series }: Pick<Result, 'workers' | 'series'>): Line[] {
  const errors = callErrors(workers);
  const foreign = workers.reduce((sum, { counts }) => sum + (counts?.foreignRecords ?? 0), 0);
  const behindMs = series.reduce((most, { gauges }) => Math.max(most, gauges.behindMs ?? -1), -1);
  const facts = [
    ...(behindMs > 0 ? [`consumers up to ${formatDuration(behindMs * NS_PER_MS)} behind the tip`] : []),
    ...(foreign > 0 ? [`${formatCount(foreign)} foreign records ignored`] : []),
  ];
  if (errors.length === 0 && facts.length === 0) return [];
  const head: Line = [styled('bold', 'Target'), facts.length === 0 ? '' : `  ${facts.join(', ')}`];
  return [head, ...renderTable(errors.map(errorRow), { align: ['left', 'right', 'left'] })];
}

export function renderNotes({ notes = [] }: Pick<Result, 'notes'>, { width }: RenderOptions): Line[] {
  return notes.flatMap((note) => hanging(styled('bold', 'Note  '), printable(note), width));
}

/** Producers count the records that failed with an error. */
export const PRODUCER_ERROR_UNIT = 'records of producers';

export interface CallError {
  readonly code: string;
  readonly count: number;
  /** Unit of `count`: producers count the records that failed with the error, consumers the calls. */
  readonly unit: string;
}

/** Returns the errors of calls, by role and code. */
export function callErrors(workers: readonly WorkerReport[]): CallError[] {
  return [...errorsOf(workers, 'producer'), ...errorsOf(workers, 'consumer')];
}

function errorsOf(workers: readonly WorkerReport[], role: WorkerReport['role']): CallError[] {
  const byCode = new Map<string, number>();
  for (const { counts = {} } of workers.filter((worker) => worker.role === role)) {
    for (const [name, count] of Object.entries(counts)) {
      if (!name.startsWith(ERROR_PREFIX)) continue;
      const code = name.slice(ERROR_PREFIX.length);
      byCode.set(code, (byCode.get(code) ?? 0) + count);
    }
  }
  const unit = role === 'producer' ? PRODUCER_ERROR_UNIT : 'calls of consumers';
  return [...byCode].map(([code, count]) => ({ code, count, unit }));
}

function errorRow({ code, count, unit }: CallError): Segment[] {
  return [printable(code), styled('warn', formatCount(count)), unit];
}
