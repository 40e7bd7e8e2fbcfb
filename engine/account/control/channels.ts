import { randomUUID } from 'node:crypto';
import type {
  ChannelDescription,
  ChannelSummary,
  CreateChannelInput,
  CreateChannelOutput,
  DeleteChannelInput,
  DescribeChannelInput,
  DescribeChannelOutput,
  ListChannelsInput,
  ListChannelsOutput,
  UpdateChannelInput,
  UpdateChannelOutput,
} from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import type { ChannelState } from '../account-state.ts';
import { limitExceeded, resourceInUse, resourceNotFound, validationError } from '../errors.ts';
import { channelArn } from '../identifiers/arn.ts';
import { destinationOf, logsOf, requireFreshness, requireRecords } from './channel-configuration.ts';
import { finishChannel } from './channel-states.ts';
import { issueToken, pageOf, readToken, sameSecond } from './pages.ts';
import { CHANNELS_MAX } from './quotas.ts';
import { quotasHold, requireStatus } from './states.ts';
import { checkTags } from './tag-rules.ts';

const PAGE_MAX = 100;

/** Channels are resources with states here: none of them delivers anything. */
export function createChannel(account: Account, input: CreateChannelInput): CreateChannelOutput {
  const { ChannelName: name = '', StreamConfigurationList: streams = [], Tags = {} } = input;
  const { accountId } = account.options;
  const [source, ...others] = streams;
  if (source === undefined || others.length > 0) {
    throw validationError('StreamConfigurationList takes one stream per channel.');
  }
  const destination = destinationOf(input);
  const records = requireRecords(source.RecordConfiguration, destination);
  checkTags(name, account, Tags);
  if (account.state.channels.some((channel) => channel.name === name)) {
    throw resourceInUse(`Channel ${name} under account ${accountId} already exists.`);
  }
  if (quotasHold(account) && account.state.channels.length >= CHANNELS_MAX) {
    throw limitExceeded(`Account ${accountId} has as many channels as it can have. Limit: ${CHANNELS_MAX}.`);
  }
  const stream = account.stream({ StreamARN: source.StreamARN });
  if (stream.state.mode !== 'ON_DEMAND') {
    throw validationError(
      `Request is invalid. Stream ${stream.state.name} under account ${accountId} is in Provisioned mode, and channels are only supported for on-demand streams.`,
    );
  }
  requireStatus(stream, 'ACTIVE');
  const id = randomUUID();
  const channel: ChannelState = {
    id,
    name,
    arn: channelArn(account.options, id),
    roleArn: input.ServiceExecutionRoleARN ?? '',
    createdAtMs: account.clock.nowMs(),
    streamName: stream.state.name,
    streamCreatedAtMs: stream.state.createdAtMs,
    records,
    encryption: input.EncryptionConfiguration,
    status: 'CREATING',
    ...destination,
    logging: logsOf(input.LoggingConfiguration, name, id),
    tags: { ...Tags },
  };
  account.state.channels.push(channel);
  account.changed();
  finishChannel(account, channel);
  return { ChannelDescription: described(account, channel) };
}

export const describeChannel = (account: Account, input: DescribeChannelInput): DescribeChannelOutput => ({
  ChannelDescription: described(account, findChannel(account, input.ChannelARN)),
});

/** Only the freshness and the logs can be changed. */
export function updateChannel(account: Account, input: UpdateChannelInput): UpdateChannelOutput {
  const channel = findChannel(account, input.ChannelARN);
  const { S3DestinationConfiguration: s3, S3TablesDestinationConfiguration: tables, LoggingConfiguration } = input;
  if (channel.status !== 'ACTIVE') throw notActive(account, channel);
  if ((s3 !== undefined && channel.s3 === undefined) || (tables !== undefined && channel.tables === undefined)) {
    throw validationError(
      `The destination of channel ${channel.name} cannot be changed: delete it and create another.`,
    );
  }
  const DataFreshnessInSeconds = requireFreshness((s3 ?? tables)?.DataFreshnessInSeconds);
  if (s3 !== undefined && channel.s3 !== undefined) channel.s3 = { ...channel.s3, DataFreshnessInSeconds };
  if (tables !== undefined && channel.tables !== undefined)
    channel.tables = { ...channel.tables, DataFreshnessInSeconds };
  if (LoggingConfiguration !== undefined) channel.logging = logsOf(LoggingConfiguration, channel.name, channel.id);
  channel.status = 'UPDATING';
  account.changed();
  finishChannel(account, channel);
  return { ChannelDescription: described(account, channel) };
}

export function deleteChannel(account: Account, input: DeleteChannelInput): Record<never, never> {
  const channel = findChannel(account, input.ChannelARN);
  if (channel.status === 'DELETING') return {};
  channel.status = 'DELETING';
  account.changed();
  finishChannel(account, channel);
  return {};
}

interface ChannelPosition {
  readonly after: string;
}

export function listChannels(account: Account, input: ListChannelsInput): ListChannelsOutput {
  const { NextToken, StreamFilter: filters } = input;
  const after = NextToken === undefined ? '' : readToken<ChannelPosition>(account, 'ListChannels', NextToken).after;
  const rest = account.state.channels
    .filter((channel) => channel.name > after)
    .filter(
      (channel) =>
        filters === undefined ||
        filters.some(
          ({ StreamARN, StreamCreationTimestamp: madeAt }) =>
            StreamARN === account.arnOf(channel.streamName) &&
            (madeAt === undefined || sameSecond(madeAt, channel.streamCreatedAtMs)),
        ),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, hasMore } = pageOf(rest, Math.min(input.MaxResults ?? PAGE_MAX, PAGE_MAX));
  const last = items.at(-1);
  const ChannelSummaries = items.map((channel) => summarized(account, channel));
  if (!hasMore || last === undefined) return { ChannelSummaries };
  return { ChannelSummaries, NextToken: issueToken(account, 'ListChannels', { after: last.name }) };
}

function findChannel(account: Account, arn: string | undefined): ChannelState {
  const channel = account.state.channels.find((each) => each.arn === arn);
  if (channel !== undefined) return channel;
  throw resourceNotFound(`Channel ${arn} under account ${account.options.accountId} not found.`);
}

const notActive = (account: Account, { name, status }: ChannelState) =>
  resourceInUse(`Channel ${name} under account ${account.options.accountId} not ACTIVE, instead in state ${status}`);

const identified = ({ name, arn, id, status, createdAtMs }: ChannelState) => ({
  ChannelName: name,
  ChannelARN: arn,
  ChannelId: id,
  ChannelStatus: status,
  ChannelCreationTimestamp: new Date(createdAtMs),
});

const sourceOf = (account: Account, { streamName, streamCreatedAtMs }: ChannelState) => ({
  StreamARN: account.arnOf(streamName),
  StreamCreationTimestamp: new Date(streamCreatedAtMs),
});

function described(account: Account, channel: ChannelState): ChannelDescription {
  const { s3, tables, encryption } = channel;
  return {
    ...identified(channel),
    ServiceExecutionRoleARN: channel.roleArn,
    StreamConfigurationList: [{ ...sourceOf(account, channel), RecordConfiguration: channel.records }],
    ...(s3 === undefined ? {} : { S3DestinationConfiguration: s3 }),
    ...(tables === undefined ? {} : { S3TablesDestinationConfiguration: tables }),
    ...(encryption === undefined ? {} : { EncryptionConfiguration: encryption }),
    LoggingConfiguration: channel.logging,
  };
}

const summarized = (account: Account, channel: ChannelState): ChannelSummary => ({
  ...identified(channel),
  ChannelDestinationType: channel.s3 === undefined ? 'S3_TABLES' : 'S3',
  Streams: [sourceOf(account, channel)],
});
