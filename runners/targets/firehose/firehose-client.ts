import type { Firehose } from '@aws-sdk/client-firehose';
import type { FirehoseTargetSpec } from '../../../workloads/targets/firehose.ts';
import { type Connection, clientConfig } from '../../aws/client.ts';
import { endpointOf } from '../../aws/endpoint.ts';
import { FIREHOSE } from '../../aws/service.ts';

/** @param sockets connections that may be open at once: as many as there are calls under way. */
export async function openFirehose(connection: Connection, sockets: number): Promise<Firehose> {
  const { Firehose } = await import('@aws-sdk/client-firehose');
  return new Firehose(await clientConfig(FIREHOSE, connection, { sockets, for: 'calls' }));
}

export const connectionOf = ({ endpoint, region, timeoutNs }: FirehoseTargetSpec): Connection => ({
  endpoint: endpointOf(FIREHOSE, endpoint),
  region,
  // The SDK's client of Firehose has the same default.
  protocol: 'http1',
  timeoutNs,
});
