import type { DestinationSpec } from '../../../workloads/targets/firehose.ts';
import type { Counts } from '../../aws/call-faults.ts';
import type { Connection } from '../../aws/client.ts';
import { type AwsResource, resourceFailed } from '../../aws/resource-errors.ts';
import { S3 } from '../../aws/service.ts';
import { type RunnerError, runnerError } from '../../errors.ts';
import { freePort } from '../../free-port.ts';
import { DeliveredFolder } from './delivered-folder.ts';
import { DeliveredHttp } from './delivered-http.ts';
import type { DeliveredObject, DestinationReading } from './delivered-object.ts';
import { DeliveredS3 } from './delivered-s3.ts';

/** Where consumers read what was delivered; survives `postMessage`. */
export type ReadingPlace =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string; readonly connection: Connection }
  | { readonly kind: 'http'; readonly host: string; readonly port: number; readonly url: string };

interface PlaceOptions {
  /** Folder for a destination without one. */
  readonly temporaryFolder: () => Promise<string>;
  readonly timeoutNs: number;
}

export async function placeOf(
  destination: DestinationSpec,
  { temporaryFolder, timeoutNs }: PlaceOptions,
): Promise<ReadingPlace> {
  switch (destination.kind) {
    case 'folder':
      return { kind: 'folder', path: destination.path ?? (await temporaryFolder()) };
    case 's3': {
      const { kind, bucket, prefix, endpoint, region } = destination;
      return { kind, bucket, prefix, connection: { endpoint, region, protocol: 'http1', timeoutNs } };
    }
    case 'http': {
      const { kind, host, port = await portFor(host) } = destination;
      return { kind, host, port, url: destination.url ?? `http://${host}:${port}/` };
    }
  }
}

/** @param orderOf ascends with the time of an object's first record. */
export function readingOf(
  place: ReadingPlace,
  intervalMs: number,
  counts: Counts,
  orderOf: (object: DeliveredObject) => number,
): DestinationReading {
  switch (place.kind) {
    case 'folder':
      return new DeliveredFolder(place.path, intervalMs, counts);
    case 's3':
      return new DeliveredS3(place, intervalMs, counts, orderOf);
    case 'http':
      return new DeliveredHttp(place, counts);
  }
}

/** Why what was delivered cannot be read. */
export function readingFailed(place: ReadingPlace, cause: unknown): RunnerError {
  if (place.kind === 's3') return resourceFailed(bucketResource(place), cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  return place.kind === 'folder'
    ? runnerError('RUNNER_TARGET_FAILED', {
        what: `what was delivered cannot be read: ${message}`,
        where: `folder ${place.path}`,
        fix: 'Check the permissions of the folder.',
        cause,
      })
    : runnerError('RUNNER_TARGET_FAILED', {
        what: `the consumer cannot listen as an HTTP endpoint: ${message}`,
        where: `${place.host}:${place.port}`,
        fix: 'Choose another port or host in the destination.',
        cause,
      });
}

const bucketResource = ({ bucket, connection }: ReadingPlace & { readonly kind: 's3' }): AwsResource => ({
  service: S3,
  noun: 'bucket',
  name: bucket,
  endpoint: connection.endpoint,
  region: connection.region,
  create: { operation: 'CreateBucket', fix: 'create the bucket.' },
  isCreated: false,
});

/** @throws RunnerError RUNNER_TARGET_FAILED if the host is none of this machine. */
function portFor(host: string): Promise<number> {
  return freePort(host).catch((cause: unknown) => {
    throw readingFailed({ kind: 'http', host, port: 0, url: '' }, cause);
  });
}
