import { convertRecords } from '../../engine/firehose/processing/conversion/convert-records.ts';
import { readDeserializer } from '../../engine/firehose/processing/conversion/deserializer.ts';
import { readTable } from '../../engine/firehose/processing/conversion/table.ts';
import { pack } from '../../engine/firehose/processing/packed-bytes.ts';
import { type Benchmark, holds, repeated, rowOf } from './benchmark.ts';
import { CLICK_COLUMNS, clickRecords } from './firehose-records.ts';

const RECORDS = 50_000;
const REPEATS = 5;

/** A whole batch in one thread: parsing, checks of types, columns, pages, Snappy. */
export const firehoseParquet: Benchmark = {
  name: 'firehose-parquet',
  title: 'convert JSON records of 500 B with 10 columns to Parquet, in one thread',
  run: async () => {
    const packed = pack(clickRecords(RECORDS).map(({ data }) => data));
    const table = readTable(CLICK_COLUMNS);
    const read = readDeserializer({ kind: 'openx', options: {} });
    if (table.kind !== 'table' || read.kind !== 'deserializer') throw new Error('the table is wrong');
    const options = { codec: 'SNAPPY', pageBytes: 1024 * 1024, hasDictionary: true } as const;
    let pieces: readonly Uint8Array[] = [];
    const values = await repeated(REPEATS, () => {
      const startNs = process.hrtime.bigint();
      const converted = convertRecords(packed, table.columns, read.deserializer, options);
      const seconds = Number(process.hrtime.bigint() - startNs) / 1e9;
      holds(converted.failures.length === 0, 'records could not be converted');
      pieces = converted.pieces;
      return Promise.resolve(RECORDS / seconds);
    });
    const { parquetMetadata } = await import('hyparquet');
    const file = new Uint8Array(Buffer.concat(pieces));
    holds(Number(parquetMetadata(file.buffer).num_rows) === RECORDS, 'the file has other rows than the records');
    return [rowOf('firehose-parquet', 'records/s', values)];
  },
};
