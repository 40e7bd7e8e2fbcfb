import type { TimeOptions } from '../../../../workloads/recording/time-reader.ts';
import type { ConsumerModel } from '../../../simulation/load.ts';
import type { BadLineLimit } from './bad-lines.ts';
import type { FieldOptions } from './field-names.ts';
import type { CsvTraceOptions } from './read-csv.ts';

export type TraceFormat = 'ndjson' | 'csv' | 'log';

/** Options for reading the lines of a trace. Undefined options are detected from the file. */
export interface TraceReadOptions extends TimeOptions, CsvTraceOptions {
  readonly format?: TraceFormat | undefined;
  readonly encoding?: 'utf-8' | 'latin1' | undefined;
  readonly fields?: FieldOptions | undefined;
  /** Default: none may be malformed. */
  readonly badLines?: BadLineLimit | undefined;
  /** Called with the part of the file that was read (0 to 1), about twice a second; undefined if the size is not known. */
  readonly onProgress?: ((doneRatio: number | undefined, records: number) => void) | undefined;
}

/** Options for turning the records of a trace into a load. */
export interface TraceLoadOptions extends TraceReadOptions {
  readonly consumers: readonly ConsumerModel[];
  /** Default: one for each 1,000 records/s. */
  readonly producers?: number | undefined;
  /** The rate is so many times the recorded one, at the same times. Default: 1. */
  readonly scale?: number | undefined;
  /** `new`: each copy of a record has its own key (more users). `same`: copies keep the key (busier users). Default: new. */
  readonly copyKeys?: 'same' | 'new' | undefined;
  /** Times are divided by it. Default: 1. */
  readonly speed?: number | undefined;
  /** For the times of records within the resolution of the trace. Default: 1. */
  readonly seed?: number | undefined;
}
