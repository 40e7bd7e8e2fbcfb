/** `orders` of `arn:aws:kinesis:us-east-1:000000000000:stream/orders` and of the ARNs of its consumers. */
export const nameInArn = (arn: string): string => arn.split(':stream/')[1]?.split('/')[0] ?? '';
