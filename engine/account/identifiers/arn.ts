/**
 * ARNs of Kinesis, made and taken apart here and nowhere else:
 *
 *   arn:PARTITION:kinesis:REGION:ACCOUNT:stream/NAME
 *   arn:PARTITION:kinesis:REGION:ACCOUNT:stream/NAME/consumer/CONSUMER:SECOND
 *   arn:PARTITION:kinesis:REGION:ACCOUNT:channel/ID
 *
 * An ARN addresses a resource only as a whole: anything behind a name is part of the name, and no stream has such a name.
 */
export interface ArnPlace {
  readonly region: string;
  readonly accountId: string;
}

/** Partitions by the first part of their regions' names, as the AWS SDKs have them. */
const PARTITIONS: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
  ['eusc-', 'aws-eusc'],
];

export const partitionOf = (region: string): string =>
  PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';

const startOf = ({ region, accountId }: ArnPlace): string =>
  `arn:${partitionOf(region)}:kinesis:${region}:${accountId}`;

export const streamArn = (place: ArnPlace, streamName: string): string => `${startOf(place)}:stream/${streamName}`;

/** @param createdSecond distinguishes a consumer from an earlier one of the same name. */
export const consumerArn = (place: ArnPlace, streamName: string, name: string, createdSecond: number): string =>
  `${streamArn(place, streamName)}/consumer/${name}:${createdSecond}`;

export const channelArn = (place: ArnPlace, id: string): string => `${startOf(place)}:channel/${id}`;

/** The same resource in another place; partitions of older data folders are all `aws`. */
export const arnIn = (place: ArnPlace, arn: string): string =>
  arn.replace(/^arn:[^:]*:kinesis:[^:]*:[^:]*/, startOf(place));

const CONSUMER = /^(?<stream>[^/]*:stream\/[^/]+)\/consumer\/[a-zA-Z0-9_.-]+:\d+$/;

/** The ARN of a consumer's stream; any other ARN as it is. */
export const streamArnOf = (arn: string): string => CONSUMER.exec(arn)?.groups?.stream ?? arn;

/** Everything behind `stream/` of a stream's ARN, which is a name only if nothing else is there. */
export const nameInArn = (arn: string): string => /^[^/]*:stream\/(?<name>.*)$/s.exec(arn)?.groups?.name ?? '';

/** The name of the stream that the ARN of a stream or of a consumer names. */
export const streamNameInArn = (arn: string): string => nameInArn(streamArnOf(arn));

export const accountIdInArn = (arn: string): string => arn.split(':')[4] ?? '';

export const isStreamOrConsumerArn = (arn: string): boolean => nameInArn(arn) !== '';
