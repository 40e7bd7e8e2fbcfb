import type { FirehoseTargetSpec } from '../../../workloads/targets/firehose.ts';
import { type AwsResource, resourceFailed } from '../../aws/resource-errors.ts';
import { FIREHOSE } from '../../aws/service.ts';
import type { RunnerError } from '../../errors.ts';

/** The delivery stream of a target, as errors name it. */
export const deliveryStreamResource = (spec: FirehoseTargetSpec): AwsResource => ({
  service: FIREHOSE,
  noun: 'delivery stream',
  name: spec.deliveryStream,
  endpoint: spec.endpoint,
  region: spec.region,
  create: { operation: 'CreateDeliveryStream', fix: 'add create: {} to the target.' },
  isCreated: spec.create !== undefined,
});

/** The delivery stream could not be reached, created or read: the SDK's message, and a next step. */
export const deliveryStreamFailed = (spec: FirehoseTargetSpec, cause: unknown): RunnerError =>
  resourceFailed(deliveryStreamResource(spec), cause);
