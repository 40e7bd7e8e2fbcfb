import type { DeserializerInput } from './deserializer.ts';
import type { HiveField } from './hive-type.ts';
import type { ParquetOptions } from './parquet-file.ts';

/** A conversion as plain data, which another thread can read. */
export interface ConversionSettings {
  readonly columns: readonly HiveField[];
  readonly deserializer: DeserializerInput;
  readonly parquet: ParquetOptions;
}
