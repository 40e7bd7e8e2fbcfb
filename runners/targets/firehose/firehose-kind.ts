import { isAbsolute, resolve } from 'node:path';
import { putQuotaOf } from '../../../engine/firehose/service/put-quota.ts';
import type { DestinationSpec, FirehoseTargetSpec } from '../../../workloads/targets/firehose.ts';
import { isAws, localRegion, placeText } from '../../aws/endpoint.ts';
import { FIREHOSE } from '../../aws/service.ts';
import { withSuffix } from '../../names/safe-name.ts';
import { mebibytes, timeText } from '../quantity-text.ts';
import type { TargetKind } from '../target-kind.ts';
import { firehoseFacts } from './firehose-facts.ts';

const STREAM_NAME_CHARACTERS_MAX = 64;

/** A delivery stream of Amazon Data Firehose, on AWS, on this machine, or at an endpoint that speaks its API. */
export const firehoseKind: TargetKind<FirehoseTargetSpec> = {
  kind: 'firehose',
  loadDriver: async () => (await import('./firehose-driver.ts')).firehoseDriver,
  title: ({ deliveryStream, local }) => `${local ? 'local ' : ''}firehose stream ${deliveryStream}`,
  details: ({ local, limits, endpoint, region, create, destination, put, timeoutNs }) => [
    local
      ? `${limits === 'aws' ? 'quotas of AWS' : 'no quotas'}`
      : `endpoint ${endpoint ?? 'from the AWS environment'}`,
    ...(region === undefined ? [] : [`region ${region}`]),
    ...creationTexts(create),
    destinationText(destination),
    put === 'batch' ? 'PutRecordBatch' : 'PutRecord',
    `calls time out after ${timeText(timeoutNs)}`,
  ],
  place: placeText,
  facts: firehoseFacts,
  cost: {
    payee: 'AWS',
    avoid: 'set local: true in the target',
    freeBecause: 'the Firehose is not that of AWS',
    isIncurred: ({ local, endpoint }) => !local && isAws(FIREHOSE, endpoint),
    estimate: async (scenario) => (await import('./cost.ts')).estimateCost(scenario),
    estimateOffline: async (scenario) => (await import('./cost.ts')).estimateCost(scenario),
  },
  shardLimits({ local, limits, endpoint, region }) {
    const hasQuota = local ? limits === 'aws' : isAws(FIREHOSE, endpoint);
    return hasQuota ? putQuotaOf('region', region ?? localRegion()) : undefined;
  },
  createsResources: ({ local, create }) => !local && create !== undefined,
  partsProblem({ create }) {
    if (create === undefined) return undefined;
    return {
      what: 'parts share a delivery stream, and each would create one',
      fix: 'Create the delivery stream first, and remove create and local.',
    };
  },
  gate: {
    // Deleting a delivery stream takes a while, so the next block creates one of another name.
    forBlock(spec, blockNumber) {
      if (spec.create === undefined || spec.local) return spec;
      const deliveryStream = withSuffix(spec.deliveryStream, `-${blockNumber}`, STREAM_NAME_CHARACTERS_MAX);
      return { ...spec, deliveryStream };
    },
    withPathsFrom(written, folder) {
      if (!('destination' in written)) return written;
      const { destination } = written as { readonly destination?: { readonly folder?: unknown } };
      if (typeof destination?.folder !== 'string' || isAbsolute(destination.folder)) return written;
      return { ...written, destination: { ...destination, folder: resolve(folder, destination.folder) } };
    },
  },
};

function destinationText(destination: DestinationSpec): string {
  switch (destination.kind) {
    case 'folder':
      return `read from ${destination.path === undefined ? 'a temporary folder' : `folder ${destination.path}`}`;
    case 's3': {
      const { bucket, prefix, endpoint } = destination;
      return `read from s3://${bucket}/${prefix}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
    }
    case 'http':
      return `received as an HTTP endpoint on ${destination.host}:${destination.port ?? 'a free port'}`;
  }
}

function creationTexts(create: FirehoseTargetSpec['create']): string[] {
  if (create === undefined) return ['must exist'];
  const { bufferBytes, bufferNs, compression, lines, partitions } = create;
  return [
    'created and deleted afterwards',
    `buffers of ${mebibytes(bufferBytes)} or ${timeText(bufferNs)}`,
    ...(compression === 'none' ? [] : [`${compression} objects`]),
    ...(lines === undefined ? [] : ['records as lines']),
    ...(partitions === undefined ? [] : [`partitions by ${Object.keys(partitions).join(', ')}`]),
  ];
}
