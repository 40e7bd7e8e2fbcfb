import type { UpdateDestinationInput, UpdateDestinationOutput } from '@aws-sdk/client-firehose';
import { invalidArgument, KinesisError } from '../../account/errors.ts';
import { checkStructure } from '../../account/validation/validation.ts';
import { checkDestination } from './check-destination.ts';
import { type DeliveryAccount, requireActive } from './delivery-account.ts';
import { DESTINATION_ID } from './delivery-stream-state.ts';
import {
  CREATE_MEMBERS,
  type DestinationConfiguration,
  type DestinationKind,
  noIceberg,
  noSnowflake,
} from './destination-configuration.ts';
import { INPUTS } from './model/inputs.ts';

export function updateDestination(account: DeliveryAccount, input: UpdateDestinationInput): UpdateDestinationOutput {
  const state = requireActive(account, input.DeliveryStreamName);
  if (input.CurrentDeliveryStreamVersionId !== String(state.version)) {
    throw new KinesisError(
      'ConcurrentModificationException',
      `Cannot update firehose: ${state.name} since the current version id: ${state.version} and specified version id: ${input.CurrentDeliveryStreamVersionId} do not match`,
    );
  }
  if (input.DestinationId !== DESTINATION_ID) {
    throw invalidArgument(`Destination Id ${input.DestinationId} not found`);
  }
  const update = updateIn(input);
  const destination = merged(state.destination, update);
  if (destination.kind !== state.destination.kind) requireWhole(state.name, destination);
  checkDestination(destination);
  account.change(state, destination);
  state.destination = destination;
  state.version += 1;
  state.updatedAtMs = account.clock.nowMs();
  account.changed();
  return {};
}

interface Update {
  readonly kind: DestinationKind;
  readonly members: Members;
}

/** Members of an update. Two of them are merged into members of other names. */
interface Members {
  readonly BufferingHints?: object | undefined;
  readonly S3Update?: object | undefined;
  readonly S3BackupUpdate?: object | undefined;
}

function updateIn(input: UpdateDestinationInput): Update {
  const all: readonly { readonly kind: DestinationKind | undefined; readonly members: Members | undefined }[] = [
    { kind: 's3', members: input.S3DestinationUpdate },
    { kind: 's3', members: input.ExtendedS3DestinationUpdate },
    { kind: 'redshift', members: input.RedshiftDestinationUpdate },
    { kind: 'elasticsearch', members: input.ElasticsearchDestinationUpdate },
    { kind: 'opensearch', members: input.AmazonopensearchserviceDestinationUpdate },
    { kind: 'opensearch-serverless', members: input.AmazonOpenSearchServerlessDestinationUpdate },
    { kind: 'splunk', members: input.SplunkDestinationUpdate },
    { kind: 'http-endpoint', members: input.HttpEndpointDestinationUpdate },
    { kind: undefined, members: input.SnowflakeDestinationUpdate },
    { kind: undefined, members: input.IcebergDestinationUpdate },
  ];
  const [first, ...others] = all.filter(({ members }) => members !== undefined);
  if (first?.members === undefined || others.length > 0) {
    throw invalidArgument('Exactly one destination update must be specified.');
  }
  const { kind, members } = first;
  if (kind === undefined) throw input.SnowflakeDestinationUpdate === undefined ? noIceberg() : noSnowflake();
  return { kind, members };
}

/**
 * A destination after an update. Members that are not given keep their values, unless the kind changes.
 * @throws InvalidArgumentException for changes that the service does not make.
 */
function merged(before: DestinationConfiguration, { kind, members }: Update): DestinationConfiguration {
  if (before.kind !== kind) {
    if (isSearch(before.kind) || isSearch(kind)) {
      throw invalidArgument('Switching between Amazon OpenSearch Service and other services is not supported.');
    }
  } else if (before.kind === 's3') checkFixed(before.configuration, members);
  const { S3Update, S3BackupUpdate, ...others } = members;
  const start: Nested = before.kind === kind ? before.configuration : {};
  return {
    kind,
    configuration: {
      ...start,
      ...others,
      ...(S3Update === undefined ? {} : { S3Configuration: { ...start.S3Configuration, ...S3Update } }),
      ...(S3BackupUpdate === undefined
        ? {}
        : { S3BackupConfiguration: { ...start.S3BackupConfiguration, ...S3BackupUpdate } }),
    },
  } as DestinationConfiguration;
}

/** @throws ValidationException unless a destination of another kind has all parameters that CreateDeliveryStream requires. */
function requireWhole(name: string, { kind, configuration }: DestinationConfiguration): void {
  checkStructure(INPUTS.CreateDeliveryStream, { DeliveryStreamName: name, [CREATE_MEMBERS[kind]]: configuration });
}

interface Nested {
  readonly S3Configuration?: object | undefined;
  readonly S3BackupConfiguration?: object | undefined;
}

const isSearch = (kind: DestinationKind): boolean => kind.startsWith('opensearch') || kind === 'elasticsearch';

/** Settings of an S3 destination that cannot be changed once it exists. */
function checkFixed(
  before: Extract<DestinationConfiguration, { readonly kind: 's3' }>['configuration'],
  update: Partial<typeof before>,
): void {
  if (before.S3BackupMode === 'Enabled' && update.S3BackupMode === 'Disabled') {
    throw invalidArgument('S3 backup cannot be disabled once it is enabled.');
  }
  const partitioning = update.DynamicPartitioningConfiguration?.Enabled;
  if (partitioning === undefined) return;
  if (partitioning === (before.DynamicPartitioningConfiguration?.Enabled ?? false)) return;
  throw invalidArgument(
    'Dynamic partitioning can be enabled only when a delivery stream is created, and not disabled.',
  );
}
