import type { PackedBytes } from '../packed-bytes.ts';
import type { Deserializer } from './deserializer.ts';
import type { HiveField } from './hive-type.ts';
import { ParquetFile, type ParquetOptions } from './parquet-file.ts';
import { RowReader } from './row-reader.ts';

export interface ConvertedRecords {
  /** The bytes of the Parquet file; none if no record could be converted. */
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
  readonly failures: readonly RecordFailure[];
}

export interface RecordFailure {
  readonly recordIndex: number;
  readonly errorCode: string;
  readonly errorMessage: string;
}

/** Converts records of JSON into a Parquet file. A record that does not fit fails by itself, with all of its rows. */
export function convertRecords(
  { bytes, ends }: PackedBytes,
  columns: readonly HiveField[],
  deserializer: Deserializer,
  options: ParquetOptions,
): ConvertedRecords {
  const reader = new RowReader(columns, deserializer);
  const file = new ParquetFile(columns, options);
  const failures: RecordFailure[] = [];
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let from = 0;
  for (let recordIndex = 0; recordIndex < ends.length; recordIndex++) {
    const end = ends[recordIndex]!;
    const read = reader.read(data.subarray(from, end));
    from = end;
    if (read.kind === 'rows') for (const row of read.rows) file.add(row);
    else failures.push({ recordIndex, errorCode: read.errorCode, errorMessage: read.errorMessage });
  }
  return { pieces: file.hasRows ? file.finish() : [], failures };
}
