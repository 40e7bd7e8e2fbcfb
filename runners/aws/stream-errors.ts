import type { KinesisTargetSpec } from '../../workloads/targets/kinesis.ts';
import type { RunnerError } from '../errors.ts';
import { type AwsResource, resourceFailed, resourcesLeftBehind } from './resource-errors.ts';
import { KINESIS } from './service.ts';

/** The stream of a target, as errors name it. */
export const streamResource = ({ stream, endpoint, region, create }: KinesisTargetSpec): AwsResource => ({
  service: KINESIS,
  noun: 'stream',
  name: stream,
  endpoint,
  region,
  create: { operation: 'CreateStream', fix: 'add create: { shards: 1 } to the target.' },
  isCreated: create !== undefined,
});

/** The stream could not be reached, created or read: the SDK's message, and a next step. */
export function streamFailed(spec: KinesisTargetSpec, cause: unknown): RunnerError {
  return resourceFailed(streamResource(spec), cause, {
    ERR_HTTP2_ERROR: 'If the endpoint speaks HTTP/1.1 only, add protocol: http1 to the target.',
  });
}

/** Resources that this run created are left behind. */
export function leftBehind(spec: KinesisTargetSpec, errors: readonly unknown[]): RunnerError {
  const cleanUp =
    spec.create === undefined
      ? 'Deregister the consumers whose names begin with streamgauge-'
      : 'Delete the stream yourself';
  return resourcesLeftBehind(streamResource(spec), errors, cleanUp);
}
