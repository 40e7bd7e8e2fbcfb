import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Returns a port of the address that no process listens on. Another process may take it before the caller does. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
