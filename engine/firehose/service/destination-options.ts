import { randomUUID } from 'node:crypto';
import type {
  HttpEndpointDestinationConfiguration,
  RedshiftDestinationConfiguration,
  SecretsManagerConfiguration,
  SplunkDestinationConfiguration,
} from '@aws-sdk/client-firehose';
import { invalidArgument } from '../../account/errors.ts';
import type { DestinationConfiguration } from '../control/destination-configuration.ts';
import type { HttpEndpointOptions } from '../destinations/http-endpoint.ts';
import type { OpenSearchOptions } from '../destinations/opensearch.ts';
import { endpointUrlProblem, headerProblem } from '../destinations/option-problems.ts';
import type { RedshiftParts } from '../destinations/redshift.ts';
import { targetOf } from '../destinations/redshift-copy.ts';
import type { SplunkOptions } from '../destinations/splunk.ts';

/** Options of destinations, from the configurations of CreateDeliveryStream. All throw InvalidArgumentException. */

const ACCESS_KEY_BYTES_MAX = 4096;
const TOKEN_BYTES_MAX = 2048;
const ACK_TIMEOUT_SECONDS = 180;

export function httpEndpointOptions(
  { EndpointConfiguration, RequestConfiguration, SecretsManagerConfiguration }: HttpEndpointDestinationConfiguration,
  deliveryStreamArn: string,
): HttpEndpointOptions {
  const { Url: url = '', AccessKey: accessKey } = EndpointConfiguration ?? {};
  const { ContentEncoding = 'NONE', CommonAttributes = [] } = RequestConfiguration ?? {};
  rejectSecret(SecretsManagerConfiguration, 'AccessKey');
  rejectProblem(endpointUrlProblem('Url', url));
  if (accessKey !== undefined) rejectProblem(headerProblem('AccessKey', accessKey, ACCESS_KEY_BYTES_MAX));
  return {
    url,
    accessKey: accessKey === '' ? undefined : accessKey,
    commonAttributes: Object.fromEntries(
      CommonAttributes.map(({ AttributeName = '', AttributeValue = '' }) => [AttributeName, AttributeValue]),
    ),
    contentEncoding: ContentEncoding,
    deliveryStreamArn,
  };
}

export function openSearchOptions({
  ClusterEndpoint: clusterEndpoint,
  IndexName: indexName = '',
  IndexRotationPeriod: rotation = 'OneDay',
  TypeName: typeName = '',
  DocumentIdOptions,
}: Extract<DestinationConfiguration, { kind: 'opensearch' | 'elasticsearch' }>['configuration']): OpenSearchOptions {
  if (clusterEndpoint === undefined) {
    throw invalidArgument(
      'DomainARN is not supported here, because only AWS knows the endpoint of a domain. Specify ClusterEndpoint instead.',
    );
  }
  rejectProblem(endpointUrlProblem('ClusterEndpoint', clusterEndpoint));
  const { DefaultDocumentIdFormat: documentIds = 'FIREHOSE_DEFAULT' } = DocumentIdOptions ?? {};
  return { clusterEndpoint, indexName, rotation, typeName, documentIds };
}

export function splunkOptions(configuration: SplunkDestinationConfiguration): SplunkOptions {
  const {
    HECEndpoint: hecEndpoint = '',
    HECEndpointType: hecEndpointType = 'Raw',
    HECToken: hecToken = '',
  } = configuration;
  const { HECAcknowledgmentTimeoutInSeconds: seconds = ACK_TIMEOUT_SECONDS } = configuration;
  rejectSecret(configuration.SecretsManagerConfiguration, 'HECToken');
  rejectProblem(endpointUrlProblem('HECEndpoint', hecEndpoint));
  rejectProblem(headerProblem('HECToken', hecToken, TOKEN_BYTES_MAX));
  return { hecEndpoint, hecEndpointType, hecToken, ackTimeoutMs: seconds * 1000, channel: randomUUID() };
}

export function redshiftOptions({
  ClusterJDBCURL = '',
  CopyCommand,
  Username: user = '',
  Password: password = '',
  RoleARN: roleArn = '',
  SecretsManagerConfiguration,
}: RedshiftDestinationConfiguration): Pick<RedshiftParts, 'login' | 'copy'> {
  const { DataTableName: table = '', DataTableColumns: columns = '', CopyOptions: options = '' } = CopyCommand ?? {};
  rejectSecret(SecretsManagerConfiguration, 'Username and Password');
  const target = targetOf(ClusterJDBCURL);
  if (target === undefined) {
    throw invalidArgument('ClusterJDBCURL must have the form jdbc:redshift://HOST:PORT/DATABASE.');
  }
  return { login: { ...target, user, password }, copy: { table, columns, options, roleArn } };
}

function rejectSecret(secrets: SecretsManagerConfiguration | undefined, members: string): void {
  if (secrets?.Enabled !== true) return;
  throw invalidArgument(`SecretsManagerConfiguration is not supported here. Specify ${members} instead.`);
}

function rejectProblem(problem: string | undefined): void {
  if (problem !== undefined) throw invalidArgument(problem);
}
