import type { Instant } from './decimal-time.ts';
import type { LineFacts } from './field-value.ts';
import type { Compression } from './recording-file.ts';
import type { TimeFormat } from './time-reader.ts';

/** Facts about a recording, from which the plan of a replay is described. */
export interface ReplayFacts extends LineFacts {
  readonly compression: Compression;
  /** Number of records that were skipped because the scenario allows it. */
  readonly skippedWithoutKey: number;
  readonly skippedWithoutTime: number;
  /** Present if the records have times. */
  readonly times?: {
    readonly format: TimeFormat;
    readonly first: Readonly<Instant>;
    readonly last: Readonly<Instant>;
  };
}
