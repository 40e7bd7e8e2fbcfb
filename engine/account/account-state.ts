import type {
  ChannelEncryptionConfiguration,
  ChannelLoggingConfiguration,
  ChannelStatus,
  MinimumThroughputBillingCommitmentOutputStatus,
  RecordConfiguration,
  S3DestinationDescription,
  S3TablesDestinationDescription,
} from '@aws-sdk/client-kinesis';

/** State of an account besides its streams, as plain data that survives a restart. Times are epoch ms. */
export interface AccountState {
  commitment: CommitmentState;
  channels: ChannelState[];
  /** Delivery streams of Firehose in this account and region. Only Firehose reads them. */
  deliveryStreams?: readonly object[];
  /** Seconds in the ARNs of consumers that were registered lately, by `STREAM/CONSUMER`. */
  consumerSeconds?: Readonly<Record<string, number>>;
}

/** The commitment to a minimum throughput, which makes on-demand streams "Advantage" ones. */
export interface CommitmentState {
  status: MinimumThroughputBillingCommitmentOutputStatus;
  startedAtMs: number | undefined;
  endedAtMs: number | undefined;
  earliestEndAtMs: number | undefined;
}

/** A managed delivery to S3, as a resource: nothing is delivered. */
export interface ChannelState {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly createdAtMs: number;
  readonly streamName: string;
  readonly streamCreatedAtMs: number;
  readonly records: RecordConfiguration;
  readonly encryption: ChannelEncryptionConfiguration | undefined;
  status: ChannelStatus;
  s3: S3DestinationDescription | undefined;
  tables: S3TablesDestinationDescription | undefined;
  logging: ChannelLoggingConfiguration;
  tags: Record<string, string>;
}

export const newAccountState = (): AccountState => ({
  commitment: { status: 'DISABLED', startedAtMs: undefined, endedAtMs: undefined, earliestEndAtMs: undefined },
  channels: [],
});
