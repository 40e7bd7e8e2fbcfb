import type { ExtendedS3DestinationConfiguration, S3DestinationConfiguration } from '@aws-sdk/client-firehose';
import { invalidArgument } from '../../account/errors.ts';
import { processorIn } from '../control/processor-parameters.ts';
import { COMPRESSION_FORMATS } from '../objects/compression.ts';
import { type ObjectFormat, plainFormat } from '../objects/object-format.ts';
import { type ObjectNames, objectNames } from '../objects/object-names.ts';
import { readConversion, type Tables } from '../processing/conversion/conversion-input.ts';
import { parquetFormat } from '../processing/conversion/parquet-format.ts';

/** The service puts it between records, whatever delimiter is given. */
const LINE_BREAK = Buffer.from('\n');

/** Names of the objects of a delivery stream, by the configuration of its S3 destination. */
export function objectNamesOf(streamName: string, configuration: ExtendedS3DestinationConfiguration): ObjectNames {
  return objectNames({
    streamName,
    prefix: configuration.Prefix,
    errorOutputPrefix: configuration.ErrorOutputPrefix,
    timeZone: configuration.CustomTimeZone,
    fileExtension: configuration.FileExtension,
  });
}

/**
 * Objects of the destination: records one after the other, or files of a table.
 * @throws InvalidArgumentException for a conversion that this engine cannot do.
 */
export function objectFormatOf(configuration: ExtendedS3DestinationConfiguration, tables: Tables = {}): ObjectFormat {
  const conversion = readConversion(configuration.DataFormatConversionConfiguration, tables);
  switch (conversion.kind) {
    case 'conversion':
      return parquetFormat(conversion.settings);
    case 'problem':
      throw invalidArgument(conversion.problem);
    case 'none': {
      const isDelimited = processorIn(configuration.ProcessingConfiguration, 'AppendDelimiterToRecord') !== undefined;
      return plainFormat(compressionOf(configuration), isDelimited ? LINE_BREAK : undefined);
    }
  }
}

const compressionOf = ({ CompressionFormat }: S3DestinationConfiguration) =>
  COMPRESSION_FORMATS.find((format) => format === CompressionFormat) ?? 'UNCOMPRESSED';
