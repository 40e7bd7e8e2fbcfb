import type { Instant } from './decimal-time.ts';
import type { LineFacts } from './field-value.ts';
import type { Compression } from './recording-file.ts';
import type { TimeFormat } from './time-reader.ts';

/** What reading a recording found out, for people: what a replay is going to do. */
export interface ReplayFacts extends LineFacts {
  readonly compression: Compression;
  /** Skipped because the scenario allows it. */
  readonly skippedWithoutKey: number;
  readonly skippedWithoutTime: number;
  /** When the records have times. */
  readonly times?: {
    readonly format: TimeFormat;
    readonly first: Readonly<Instant>;
    readonly last: Readonly<Instant>;
  };
}
