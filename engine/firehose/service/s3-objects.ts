import type { ExtendedS3DestinationConfiguration } from '@aws-sdk/client-firehose';
import { COMPRESSION_FORMATS } from '../objects/compression.ts';
import { type ObjectFormat, plainFormat } from '../objects/object-format.ts';
import { type ObjectNames, objectNames } from '../objects/object-names.ts';

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

export function objectFormatOf({ CompressionFormat }: ExtendedS3DestinationConfiguration): ObjectFormat {
  return plainFormat(COMPRESSION_FORMATS.find((format) => format === CompressionFormat) ?? 'UNCOMPRESSED');
}
