import { startServer, type TestServer } from './destinations/test-server.ts';

export interface MemoryS3 extends TestServer {
  /** Objects by `BUCKET/KEY`, with the headers of their last put. */
  readonly objects: ReadonlyMap<string, { readonly body: Buffer; readonly contentEncoding: string | undefined }>;
}

/** Keys of a page of a listing: few, so that tests have several pages. */
const PAGE_KEYS = 3;

/** Accepts PutObject, GetObject and ListObjectsV2 of any bucket and signature. A real server checks signatures in another test. */
export async function memoryS3(): Promise<MemoryS3> {
  const objects = new Map<string, { body: Buffer; contentEncoding: string | undefined }>();
  const server = await startServer(({ method, path, headers, body }, outgoing) => {
    const { pathname, searchParams } = new URL(path, 'http://localhost');
    if (method === 'GET') {
      const name = decodeURIComponent(pathname.slice(1));
      if (searchParams.get('list-type') === '2') {
        outgoing
          .writeHead(200, { 'content-type': 'application/xml' })
          .end(listing(name, [...objects.keys()], searchParams));
      } else {
        const found = objects.get(name);
        if (found === undefined) outgoing.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
        else outgoing.writeHead(200).end(found.body);
      }
      return;
    }
    const { 'content-encoding': contentEncoding } = headers;
    objects.set(decodeURIComponent(pathname.slice(1)), { body, contentEncoding });
    outgoing.writeHead(200, { etag: '"0"' }).end();
  });
  return Object.assign(server, { objects });
}

/** A page of the keys of a bucket, in their order. The token is the last key of the page before. */
function listing(bucket: string, names: readonly string[], query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? '';
  const keys = names
    .filter((name) => name.startsWith(`${bucket.replace(/\/$/, '')}/`))
    .map((name) => name.slice(name.indexOf('/') + 1))
    .filter((key) => key.startsWith(prefix) && key > after)
    .sort();
  const page = keys.slice(0, PAGE_KEYS);
  const contents = page.map(
    (key) => `<Contents><Key>${key}</Key><LastModified>2026-01-31T23:30:00.000Z</LastModified></Contents>`,
  );
  const next = keys.length > page.length ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  return `<ListBucketResult>${contents.join('')}${next}</ListBucketResult>`;
}
