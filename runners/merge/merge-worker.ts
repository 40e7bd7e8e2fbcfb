import { closeSync, openSync } from 'node:fs';
import type { ErrorData } from '../../errors/streamgauge-error.ts';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { REPORT_ERRORS } from '../../reports/errors.ts';
import { SumKernel } from '../../reports/histogram/sum-kernel.ts';
import { type LinesTask, type MergedLines, mergeLines, UnusualLine } from '../../reports/merge/lines/merge-lines.ts';
import { FileLines, type Stretch, UnusualLines, Window } from './file-lines.ts';

export interface StretchTask extends LinesTask {
  /** By result; its name is the path of its file. */
  readonly stretches: readonly Stretch[];
  /** Shared by all threads. */
  readonly readBytes: BigInt64Array;
}

/** An error is data in it, because a thread's thrown error reaches the main thread with its message only. */
export type StretchResponse =
  | { readonly kind: 'merged'; readonly stretch: MergedLines }
  | { readonly kind: 'unusual' }
  | { readonly kind: 'failed'; readonly error: ErrorData };

let kernel: SumKernel | undefined;
let readUnusual: Parameters<typeof mergeLines>[3];
const windows: Window[] = [];

/** Merges one stretch of time of all results, on a thread of the merge. */
export async function mergeStretch(task: StretchTask): Promise<StretchResponse> {
  try {
    return tryStretch(task);
  } catch (error) {
    if (!(error instanceof UnusualLine) || readUnusual !== undefined) throw error;
    readUnusual = (await import('../../reports/merge/lines/unusual-line.ts')).readUnusualLine;
    return tryStretch(task);
  }
}

function tryStretch({ stretches, readBytes, ...task }: StretchTask): StretchResponse {
  kernel ??= SumKernel.create();
  if (kernel === undefined) return { kind: 'unusual' };
  const files: number[] = [];
  const sources: FileLines[] = [];
  try {
    for (const [index, stretch] of stretches.entries()) {
      windows[index] ??= new Window(kernel);
      files.push(openSync(task.names[index]!, 'r'));
      sources.push(new FileLines(kernel, windows[index], files[index]!, stretch, readBytes));
    }
    return { kind: 'merged', stretch: mergeLines(task, kernel, sources, readUnusual) };
  } catch (error) {
    for (const source of sources) source.takeBack();
    if (error instanceof UnusualLines || error instanceof RangeError) return { kind: 'unusual' };
    if (!isErrorOf(REPORT_ERRORS, error)) throw error;
    return { kind: 'failed', error: error.toData() };
  } finally {
    for (const file of files) closeSync(file);
  }
}
