import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MemoryS3 {
  readonly url: string;
  /** Objects by `BUCKET/KEY`, with the headers of their last put. */
  readonly objects: ReadonlyMap<string, { readonly body: Buffer; readonly contentEncoding: string | undefined }>;
  close(): Promise<void>;
}

/** Accepts PutObject of any bucket and signature. A real server checks signatures in another test. */
export async function memoryS3(): Promise<MemoryS3> {
  const objects = new Map<string, { body: Buffer; contentEncoding: string | undefined }>();
  const server = createServer(async (incoming, outgoing) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece);
    const { pathname } = new URL(incoming.url ?? '/', 'http://localhost');
    const { 'content-encoding': contentEncoding } = incoming.headers;
    objects.set(decodeURIComponent(pathname.slice(1)), { body: Buffer.concat(pieces), contentEncoding });
    outgoing.writeHead(200, { etag: '"0"' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
