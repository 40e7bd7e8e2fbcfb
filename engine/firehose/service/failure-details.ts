import type { DestinationConfiguration } from '../control/destination-configuration.ts';
import { processorIn } from '../control/processor-parameters.ts';
import type { FailureDetails } from '../objects/failed-records.ts';

/** The members that records of failed processing have besides those that all have, by the type of their error output. */
export function failureDetailsOf(
  { kind, configuration }: DestinationConfiguration,
  type: string,
  place: { readonly accountId: string; readonly region: string },
): FailureDetails {
  switch (type) {
    case 'processing-failed': {
      const { LambdaArn } = processorIn(configuration.ProcessingConfiguration, 'Lambda') ?? {};
      return LambdaArn === undefined ? { kind: 'none' } : { kind: 'lambda', lambdaArn: LambdaArn };
    }
    case 'format-conversion-failed': {
      const conversion = kind === 's3' ? configuration.DataFormatConversionConfiguration : undefined;
      const {
        DatabaseName = '',
        TableName = '',
        VersionId = 'LATEST',
        ...schema
      } = conversion?.SchemaConfiguration ?? {};
      return {
        kind: 'conversion',
        dataCatalogTable: {
          catalogId: schema.CatalogId ?? place.accountId,
          databaseName: DatabaseName,
          tableName: TableName,
          region: schema.Region ?? place.region,
          versionId: VersionId,
        },
      };
    }
    default:
      return { kind: 'none' };
  }
}
