import { workerData } from 'node:worker_threads';
import type { PackedBytes } from '../packed-bytes.ts';
import { serveTasks } from '../serve-tasks.ts';
import type { ConversionSettings } from './conversion-settings.ts';
import { type ConvertedRecords, convertRecords } from './convert-records.ts';
import { readDeserializer } from './deserializer.ts';

/** Converts batches of records: the parsing and the writing of a large batch take seconds. */

const { columns, deserializer: input, parquet } = workerData as ConversionSettings;
const read = readDeserializer(input);
if (read.kind === 'problem') throw new Error(read.problem);
const { deserializer } = read;

serveTasks<PackedBytes, ConvertedRecords>((records) => {
  const result = convertRecords(records, columns, deserializer, parquet);
  return { result, transfer: result.pieces.map(({ buffer }) => buffer) };
});
