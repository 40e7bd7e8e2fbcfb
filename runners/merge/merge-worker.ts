import { ReportError, type ReportErrorCode, type ReportErrorDetails } from '../../reports/errors.ts';
import { type LinesTask, type MergedLines, mergeLines } from '../../reports/merge/merge-lines.ts';

export interface StretchTask extends Omit<LinesTask, 'texts'> {
  /** By result: its file, shared, and the bytes of this stretch. */
  readonly files: readonly SharedArrayBuffer[];
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

export type MergedStretch = Omit<MergedLines, 'text'> & { readonly text: Uint8Array };

/** Errors lose their fields on the way from a thread, so that a refusal is an answer. */
export type StretchAnswer =
  | { readonly kind: 'merged'; readonly stretch: MergedStretch }
  | { readonly kind: 'refused'; readonly code: ReportErrorCode; readonly details: ReportErrorDetails };

/** What a thread of the merge runs: one stretch of time of all results. */
export function mergeStretch({ files, ranges, ...task }: StretchTask): StretchAnswer {
  const texts = files.map((file, index) => Buffer.from(file).toString('utf8', ...ranges[index]!));
  try {
    const { text, ...merged } = mergeLines({ ...task, texts });
    return { kind: 'merged', stretch: { ...merged, text: Buffer.from(text, 'utf8') } };
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    const { code, what, where, todo } = error;
    return { kind: 'refused', code, details: { what, todo, ...(where === undefined ? {} : { where }) } };
  }
}
