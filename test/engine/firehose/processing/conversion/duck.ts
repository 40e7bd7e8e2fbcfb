import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type Json } from '@duckdb/node-api';
import { parquetReadObjects } from 'hyparquet';
import {
  type ConvertedRecords,
  convertRecords,
} from '../../../../../engine/firehose/processing/conversion/convert-records.ts';
import {
  type DeserializerInput,
  readDeserializer,
} from '../../../../../engine/firehose/processing/conversion/deserializer.ts';
import type { ParquetOptions } from '../../../../../engine/firehose/processing/conversion/parquet-file.ts';
import { readTable } from '../../../../../engine/firehose/processing/conversion/table.ts';
import { pack } from '../../../../../engine/firehose/processing/packed-bytes.ts';

const OPENX: DeserializerInput = { kind: 'openx', options: {} };
export const HIVE: DeserializerInput = { kind: 'hive', options: {} };
const PARQUET: ParquetOptions = { codec: 'SNAPPY', pageBytes: 1024 * 1024, hasDictionary: true };

/** Converts records into a table with columns such as `{ id: 'bigint' }`. */
export function converted(
  records: readonly (string | object)[],
  columns: Readonly<Record<string, string>>,
  {
    input = OPENX,
    parquet = {},
  }: { readonly input?: DeserializerInput; readonly parquet?: Partial<ParquetOptions> } = {},
): ConvertedRecords {
  const table = readTable(Object.entries(columns).map(([Name, Type]) => ({ Name, Type })));
  if (table.kind === 'problem') throw new Error(table.problem);
  const read = readDeserializer(input);
  if (read.kind === 'problem') throw new Error(read.problem);
  const data = records.map((record) => Buffer.from(typeof record === 'string' ? record : JSON.stringify(record)));
  return convertRecords(pack(data), table.columns, read.deserializer, { ...PARQUET, ...parquet });
}

/** The rows that DuckDB returns for a query over Parquet files, in which $FILES is their list. */
export async function duck(files: readonly (readonly Uint8Array[])[], query: string): Promise<readonly unknown[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parquet-'));
  try {
    const paths = await Promise.all(
      files.map(async (pieces, index) => {
        const path = join(folder, `${index}.parquet`);
        await writeFile(path, Buffer.concat(pieces));
        return `'${path}'`;
      }),
    );
    return await duckRows(query.replace('$FILES', `read_parquet([${paths.join(', ')}])`));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The rows that DuckDB returns for a query. */
export async function duckRows(query: string): Promise<readonly Record<string, Json>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  try {
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(query);
    connection.closeSync();
    return reader.getRowObjectsJson();
  } finally {
    instance.closeSync();
  }
}

/** The rows of a file by the other reader. */
export function hyparquetRows(pieces: readonly Uint8Array[]): Promise<readonly Record<string, unknown>[]> {
  const bytes = new Uint8Array(Buffer.concat(pieces));
  return parquetReadObjects({ file: bytes.buffer });
}
