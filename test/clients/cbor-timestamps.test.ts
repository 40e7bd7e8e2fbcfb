import { cbor } from '@smithy/core/cbor';
import { afterAll, describe, expect, test } from 'vitest';
import { Account } from '../../engine/account/account.ts';
import { callOperation } from '../../engine/account/service/operations.ts';
import { CBOR_CODEC } from '../../engine/wire/cbor-codec.ts';
import { timestampsOf } from './model.ts';
import { ACCOUNT_ID, CALLS, CLICKS, type Responses } from './operation-table.ts';

/** Every member of type timestamp in the CBOR response of every operation, as the SDK's model names them. */
const account = new Account({
  accountId: ACCOUNT_ID,
  limits: 'none',
  delaysMs: { creating: 0, updating: 0, deleting: 0, registering: 0 },
});
const outputs: Record<string, Record<string, unknown>> = {};
const seen = new Set<string>();

afterAll(() => account.close());

const isTaggedInteger = (value: unknown): boolean => {
  const { tag, value: epochMs } = value as { readonly tag?: unknown; readonly value?: unknown };
  return tag === 1 && Number.isInteger(epochMs) && (epochMs as number) > 1e12;
};

describe.sequential('integer milliseconds in tag 1 of CBOR', () => {
  test('are in the output of every operation of the model that returns timestamps', async () => {
    await callOperation(account, 'CreateStream', { ...CLICKS, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    for (const { operation, input } of CALLS) {
      // Events are JSON on the wire whatever the request's format.
      if (operation === 'SubscribeToShard') continue;
      const output = await callOperation(account, operation, input(outputs as Responses));
      outputs[operation] = { ...output };
      const decoded: unknown = cbor.deserialize(Buffer.from(CBOR_CODEC.encode(operation, output)));
      for (const [path, value] of timestampsOf(operation, decoded)) {
        seen.add(path);
        expect([path, isTaggedInteger(value)]).toEqual([path, true]);
      }
    }
    expect([...seen].sort()).toEqual([
      'CreateChannel.ChannelDescription.ChannelCreationTimestamp',
      'CreateChannel.ChannelDescription.StreamConfigurationList.StreamCreationTimestamp',
      'DescribeAccountSettings.MinimumThroughputBillingCommitment.EarliestAllowedEndAt',
      'DescribeAccountSettings.MinimumThroughputBillingCommitment.StartedAt',
      'DescribeChannel.ChannelDescription.ChannelCreationTimestamp',
      'DescribeChannel.ChannelDescription.StreamConfigurationList.StreamCreationTimestamp',
      'DescribeStream.StreamDescription.StreamCreationTimestamp',
      'DescribeStreamConsumer.ConsumerDescription.ConsumerCreationTimestamp',
      'DescribeStreamSummary.StreamDescriptionSummary.StreamCreationTimestamp',
      'GetRecords.Records.ApproximateArrivalTimestamp',
      'ListChannels.ChannelSummaries.ChannelCreationTimestamp',
      'ListChannels.ChannelSummaries.Streams.StreamCreationTimestamp',
      'ListStreamConsumers.Consumers.ConsumerCreationTimestamp',
      'ListStreams.StreamSummaries.StreamCreationTimestamp',
      'RegisterStreamConsumer.Consumer.ConsumerCreationTimestamp',
      'UpdateAccountSettings.MinimumThroughputBillingCommitment.EarliestAllowedEndAt',
      'UpdateAccountSettings.MinimumThroughputBillingCommitment.StartedAt',
      'UpdateChannel.ChannelDescription.ChannelCreationTimestamp',
      'UpdateChannel.ChannelDescription.StreamConfigurationList.StreamCreationTimestamp',
    ]);
  });
});
