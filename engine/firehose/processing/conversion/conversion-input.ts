import type { DataFormatConversionConfiguration } from '@aws-sdk/client-firehose';
import type { ConversionSettings } from './conversion-settings.ts';
import { type DeserializerInput, readDeserializer } from './deserializer.ts';
import type { ParquetCodec } from './parquet-file.ts';
import { readTable, type TableInput } from './table.ts';

/** Tables by `DATABASE.TABLE`, in place of the Glue Data Catalog. */
export type Tables = Readonly<Record<string, TableInput>>;

export type ReadConversion =
  | { readonly kind: 'conversion'; readonly settings: ConversionSettings }
  /** The configuration has no conversion, or one that is switched off. */
  | { readonly kind: 'none' }
  | { readonly kind: 'problem'; readonly problem: string };

/** Source: model of the service, ParquetSerDe. */
const PAGE_BYTES = 1024 * 1024;

export function readConversion(
  configuration: DataFormatConversionConfiguration | undefined,
  tables: Tables,
): ReadConversion {
  if (configuration === undefined || configuration.Enabled === false) return { kind: 'none' };
  const { SchemaConfiguration, InputFormatConfiguration, OutputFormatConfiguration } = configuration;
  const { ParquetSerDe, OrcSerDe } = OutputFormatConfiguration?.Serializer ?? {};
  if (OrcSerDe !== undefined) return problem('ORC is not supported here: there is no writer for it. Use ParquetSerDe.');
  if (ParquetSerDe === undefined) return problem('OutputFormatConfiguration needs a Serializer with ParquetSerDe.');
  const deserializer = deserializerIn(InputFormatConfiguration?.Deserializer ?? {});
  if (deserializer === undefined)
    return problem('InputFormatConfiguration needs a Deserializer with OpenXJsonSerDe or HiveJsonSerDe.');
  const read = readDeserializer(deserializer);
  if (read.kind === 'problem') return read;
  const { DatabaseName = '', TableName = '' } = SchemaConfiguration ?? {};
  const input = tables[`${DatabaseName}.${TableName}`];
  if (input === undefined) return problem(missingTable(`${DatabaseName}.${TableName}`, tables));
  const table = readTable(input);
  if (table.kind === 'problem') return problem(`Table ${DatabaseName}.${TableName}: ${table.problem}`);
  const parquet = {
    codec: (ParquetSerDe.Compression ?? 'SNAPPY') as ParquetCodec,
    pageBytes: ParquetSerDe.PageSizeBytes ?? PAGE_BYTES,
    hasDictionary: ParquetSerDe.EnableDictionaryCompression ?? true,
  };
  return { kind: 'conversion', settings: { columns: table.columns, deserializer, parquet } };
}

const problem = (text: string): ReadConversion => ({ kind: 'problem', problem: text });

function deserializerIn({
  OpenXJsonSerDe,
  HiveJsonSerDe,
}: NonNullable<NonNullable<DataFormatConversionConfiguration['InputFormatConfiguration']>['Deserializer']>):
  | DeserializerInput
  | undefined {
  if (OpenXJsonSerDe !== undefined) return { kind: 'openx', options: OpenXJsonSerDe };
  return HiveJsonSerDe === undefined ? undefined : { kind: 'hive', options: HiveJsonSerDe };
}

function missingTable(name: string, tables: Tables): string {
  const known = Object.keys(tables);
  const has = known.length === 0 ? 'none' : known.join(', ');
  return `There is no table ${name}: the engine has ${has}. Give its columns to the engine, in place of Glue.`;
}
