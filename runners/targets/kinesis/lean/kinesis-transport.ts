import type { Kinesis } from '@aws-sdk/client-kinesis';
import type { Connection } from '../../../aws/client.ts';
import { type LeanTransport, openTransport } from '../../../aws/lean/transport.ts';
import { KINESIS } from '../../../aws/service.ts';

/** Opens a transport for the operations of a stream that is called by its name. @param client gives address and credentials. */
export async function openStreamTransport(
  client: Kinesis,
  connection: Connection,
  stream: string,
  sockets: number,
): Promise<LeanTransport> {
  const { PutRecordsCommand } = await import('@aws-sdk/client-kinesis');
  const command = new PutRecordsCommand({ StreamName: stream, Records: [] });
  return openTransport(client, command, { service: KINESIS, connection, sockets });
}
