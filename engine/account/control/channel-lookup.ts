import type { ChannelState } from '../account-state.ts';
import type { KinesisStream } from '../stream/stream.ts';

/** Channels that read from a stream; those of a deleted stream of the same name are not among them. */
export function channelsOf(stream: KinesisStream): readonly ChannelState[] {
  const { name, createdAtMs } = stream.state;
  return stream.account.state.channels.filter(
    (channel) => channel.streamName === name && channel.streamCreatedAtMs === createdAtMs,
  );
}
