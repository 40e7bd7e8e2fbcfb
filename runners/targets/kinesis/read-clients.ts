import type { ConsumerSpec } from '../../../workloads/scenario.ts';
import { type Connection, openClient } from '../../aws/client.ts';
import { isAws } from '../../aws/endpoint.ts';
import { LeanReadClient } from '../../aws/lean/lean-read-client.ts';
import type { ReadClient } from '../../aws/read-client.ts';
import { SdkReadClient } from '../../aws/sdk-read-client.ts';
import { KINESIS } from '../../aws/service.ts';
import type { KinesisHandle } from './kinesis-target.ts';
import { openStreamTransport } from './lean/kinesis-transport.ts';
import { warmUpPolls } from './warm-up.ts';

/** Calls of a consumer under way at once over HTTP/1.1, where each has a connection. */
const SOCKETS_MAX = 1024;

/** Opens the client that the target names. Its code is compiled before the first record, which would wait for that otherwise. */
export async function openReadClient(
  { connection, spec }: KinesisHandle,
  kind: ConsumerSpec['kind'],
): Promise<ReadClient> {
  const purpose = kind === 'fan-out' ? 'subscriptions' : 'calls';
  const sdk = await openClient(connection, { sockets: SOCKETS_MAX, for: purpose });
  const client = new SdkReadClient(sdk, spec.stream);
  if (spec.client === 'lean') {
    const transport = await openStreamTransport(sdk, leanConnection(connection, kind), spec.stream, SOCKETS_MAX);
    return new LeanReadClient(transport, client, spec.stream);
  }
  if (kind === 'polling') await warmUpPolls();
  return client;
}

/**
 * The connection of the lean client: AWS pushes records only over HTTP/2, whatever carries the other calls.
 * @internal
 */
export function leanConnection(connection: Connection, kind: ConsumerSpec['kind']): Connection {
  return kind === 'fan-out' && isAws(KINESIS, connection.endpoint) ? { ...connection, protocol: 'http2' } : connection;
}
