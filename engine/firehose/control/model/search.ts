import type {
  AmazonOpenSearchServerlessBufferingHints,
  AmazonOpenSearchServerlessDestinationConfiguration,
  AmazonOpenSearchServerlessDestinationUpdate,
  AmazonOpenSearchServerlessRetryOptions,
  AmazonopensearchserviceBufferingHints,
  AmazonopensearchserviceDestinationConfiguration,
  AmazonopensearchserviceDestinationUpdate,
  AmazonopensearchserviceRetryOptions,
  DocumentIdOptions,
  ElasticsearchBufferingHints,
  ElasticsearchDestinationConfiguration,
  ElasticsearchDestinationUpdate,
  ElasticsearchRetryOptions,
} from '@aws-sdk/client-firehose';
import { oneOf, required, structure, text } from '../../../account/validation/shapes.ts';
import { s3, s3Update } from './s3.ts';
import { anyText, buffer, LOCAL_URL, logging, orLocal, processing, retryOptions, roleArn, vpc } from './scalars.ts';

const endpoint = orLocal(text(1, 512, 'https:.*'), LOCAL_URL);
const indexName = anyText(1, 80);
const backupMode = oneOf('FailedDocumentsOnly', 'AllDocuments');
const hints = buffer(100);

/** Members that Elasticsearch and OpenSearch share. */
const domain = {
  DomainARN: text(1, 512, String.raw`arn:.*:es:[a-zA-Z0-9\-]+:\d{12}:domain/[a-z][-0-9a-z]{2,27}`),
  ClusterEndpoint: endpoint,
  TypeName: anyText(0, 100),
  IndexRotationPeriod: oneOf('NoRotation', 'OneHour', 'OneDay', 'OneWeek', 'OneMonth'),
  ProcessingConfiguration: processing,
  CloudWatchLoggingOptions: logging,
  DocumentIdOptions: structure<DocumentIdOptions>({
    DefaultDocumentIdFormat: required(oneOf('FIREHOSE_DEFAULT', 'NO_DOCUMENT_ID')),
  }),
} as const;

const created = {
  RoleARN: required(roleArn),
  IndexName: required(indexName),
  S3BackupMode: backupMode,
  S3Configuration: required(s3),
  VpcConfiguration: vpc,
} as const;
const updated = { RoleARN: roleArn, IndexName: indexName, S3Update: s3Update } as const;

const elasticsearchTimes = {
  BufferingHints: structure<ElasticsearchBufferingHints>(hints),
  RetryOptions: structure<ElasticsearchRetryOptions>(retryOptions),
} as const;
export const elasticsearch = structure<ElasticsearchDestinationConfiguration>({
  ...created,
  ...domain,
  ...elasticsearchTimes,
});
export const elasticsearchUpdate = structure<ElasticsearchDestinationUpdate>({
  ...updated,
  ...domain,
  ...elasticsearchTimes,
});

const openSearchTimes = {
  BufferingHints: structure<AmazonopensearchserviceBufferingHints>(hints),
  RetryOptions: structure<AmazonopensearchserviceRetryOptions>(retryOptions),
} as const;
export const openSearch = structure<AmazonopensearchserviceDestinationConfiguration>({
  ...created,
  ...domain,
  ...openSearchTimes,
});
export const openSearchUpdate = structure<AmazonopensearchserviceDestinationUpdate>({
  ...updated,
  ...domain,
  ...openSearchTimes,
});

const serverless = {
  CollectionEndpoint: endpoint,
  BufferingHints: structure<AmazonOpenSearchServerlessBufferingHints>(hints),
  RetryOptions: structure<AmazonOpenSearchServerlessRetryOptions>(retryOptions),
  ProcessingConfiguration: processing,
  CloudWatchLoggingOptions: logging,
} as const;
export const openSearchServerless = structure<AmazonOpenSearchServerlessDestinationConfiguration>({
  ...created,
  ...serverless,
});
export const openSearchServerlessUpdate = structure<AmazonOpenSearchServerlessDestinationUpdate>({
  ...updated,
  ...serverless,
});
