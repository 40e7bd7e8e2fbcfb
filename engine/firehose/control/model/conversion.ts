import type {
  DataFormatConversionConfiguration,
  Deserializer,
  HiveJsonSerDe,
  InputFormatConfiguration,
  OpenXJsonSerDe,
  OrcSerDe,
  OutputFormatConfiguration,
  ParquetSerDe,
  SchemaConfiguration,
  Serializer,
} from '@aws-sdk/client-firehose';
import { double, flag, integer, list, oneOf, structure } from '../../../account/validation/shapes.ts';
import { filled, withoutSpace } from './scalars.ts';

const MIB = 1024 * 1024;
const blockBytes = integer(64 * MIB);
const proportion = double(0, 1);

const schema = structure<SchemaConfiguration>({
  RoleARN: withoutSpace,
  CatalogId: withoutSpace,
  DatabaseName: withoutSpace,
  TableName: withoutSpace,
  Region: withoutSpace,
  VersionId: withoutSpace,
});

const input = structure<InputFormatConfiguration>({
  Deserializer: structure<Deserializer>({
    OpenXJsonSerDe: structure<OpenXJsonSerDe>({
      ConvertDotsInJsonKeysToUnderscores: flag,
      CaseInsensitive: flag,
      ColumnToJsonKeyMappings: { kind: 'Map', key: withoutSpace, value: filled },
    }),
    HiveJsonSerDe: structure<HiveJsonSerDe>({ TimestampFormats: list(undefined, undefined, filled) }),
  }),
});

const parquet = structure<ParquetSerDe>({
  BlockSizeBytes: blockBytes,
  PageSizeBytes: integer(64 * 1024),
  Compression: oneOf('UNCOMPRESSED', 'GZIP', 'SNAPPY'),
  EnableDictionaryCompression: flag,
  MaxPaddingBytes: integer(0),
  WriterVersion: oneOf('V1', 'V2'),
});

const orc = structure<OrcSerDe>({
  StripeSizeBytes: integer(8 * MIB),
  BlockSizeBytes: blockBytes,
  RowIndexStride: integer(1000),
  EnablePadding: flag,
  PaddingTolerance: proportion,
  Compression: oneOf('NONE', 'ZLIB', 'SNAPPY'),
  BloomFilterColumns: list(undefined, undefined, withoutSpace),
  BloomFilterFalsePositiveProbability: proportion,
  DictionaryKeyThreshold: proportion,
  FormatVersion: oneOf('V0_11', 'V0_12'),
});

const output = structure<OutputFormatConfiguration>({
  Serializer: structure<Serializer>({ ParquetSerDe: parquet, OrcSerDe: orc }),
});

export const conversion = structure<DataFormatConversionConfiguration>({
  SchemaConfiguration: schema,
  InputFormatConfiguration: input,
  OutputFormatConfiguration: output,
  Enabled: flag,
});
