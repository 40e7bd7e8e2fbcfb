import { type ArnPlace, partitionOf } from '../../account/identifiers/arn.ts';

export type { ArnPlace } from '../../account/identifiers/arn.ts';

export const deliveryStreamArn = ({ region, accountId }: ArnPlace, name: string): string =>
  `arn:${partitionOf(region)}:firehose:${region}:${accountId}:deliverystream/${name}`;

/** The name of the bucket that an ARN names. */
export const bucketInArn = (arn: string): string => arn.replace(/^arn:[^:]*:s3:::/, '');

/** The account and region of an ARN. */
export function placeInArn(arn: string): ArnPlace {
  const [, , , region = '', accountId = ''] = arn.split(':');
  return { region, accountId };
}
