import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** The one statement that the fake knows, read strictly. */
export interface Copy {
  readonly table: string;
  readonly columns: string;
  readonly manifestUrl: string;
  readonly credentials: string;
  readonly format: { readonly kind: 'json' } | { readonly kind: 'text'; readonly delimiter: string };
}

export interface SqlError {
  readonly code: string;
  readonly message: string;
}

export interface RedshiftFakeOptions {
  readonly password: string;
  /** The object at `BUCKET/KEY`. */
  readonly objectAt: (path: string) => Buffer | undefined;
  /** Loads the bytes of the objects into the table. */
  readonly load: (copy: Copy, objects: readonly Buffer[]) => Promise<SqlError | undefined>;
  /** Responds in another way than Redshift does; undefined lets it respond. */
  readonly intercept?: (statement: string, socket: Socket) => SqlError | 'nothing' | undefined;
}

export interface RedshiftFake {
  readonly port: number;
  readonly statements: readonly string[];
  /** The largest number of statements that ran at the same time. */
  readonly concurrentMax: () => number;
  until(statements: number): Promise<void>;
  close(): Promise<void>;
}

export const LOGIN = { user: 'firehose', database: 'analytics' } as const;

/** A server of PostgreSQL's protocol that runs Redshift's COPY from a manifest, and nothing else. */
export async function startRedshift(options: RedshiftFakeOptions): Promise<RedshiftFake> {
  const statements: string[] = [];
  const sockets = new Set<Socket>();
  let running = 0;
  let concurrentMax = 0;
  let changed = () => {};
  const run = async (statement: string, socket: Socket): Promise<SqlError | 'nothing' | undefined> => {
    statements.push(statement);
    concurrentMax = Math.max(concurrentMax, ++running);
    changed();
    try {
      const intercepted = options.intercept?.(statement, socket);
      if (intercepted !== undefined) return intercepted;
      const copy = copyOf(statement);
      if (copy === undefined) return { code: '42601', message: 'syntax error at or near "CREDENTIALS"' };
      const bytes = objectsOf(copy, statement, options.objectAt);
      return 'code' in bytes ? bytes : await options.load(copy, bytes);
    } finally {
      running--;
    }
  };
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    serve(socket, options.password, run);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    statements,
    concurrentMax: () => concurrentMax,
    until: async (count) => {
      while (statements.length < count) await new Promise<void>((wake) => (changed = wake));
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const COPY =
  /^COPY (?<table>[\w."]+)(?: \((?<columns>[\w ,"]+)\))? FROM '(?<manifestUrl>s3:\/\/[^']+)' CREDENTIALS '(?<credentials>aws_iam_role=arn:[^']+)' MANIFEST(?<options>(?: .*)?)$/;

function copyOf(statement: string): Copy | undefined {
  const { table, columns = '', manifestUrl, credentials, options = '' } = COPY.exec(statement)?.groups ?? {};
  if (table === undefined || manifestUrl === undefined || credentials === undefined) return undefined;
  const words = options.replace(/\b(?:GZIP|JSON 'auto'|DELIMITER '[^']'|REGION '[\w-]+')/gi, '').trim();
  if (words !== '') return undefined;
  const delimiter = /DELIMITER '([^'])'/i.exec(options)?.[1] ?? '|';
  const format = /\bJSON\b/i.test(options) ? { kind: 'json' as const } : { kind: 'text' as const, delimiter };
  return { table, columns, manifestUrl, credentials, format };
}

function objectsOf(
  { manifestUrl }: Copy,
  statement: string,
  objectAt: RedshiftFakeOptions['objectAt'],
): readonly Buffer[] | SqlError {
  const bytes: Buffer[] = [];
  const manifest = objectAt(manifestUrl.replace('s3://', ''));
  if (manifest === undefined) return { code: 'XX000', message: 'S3ServiceException:The key does not exist,NoSuchKey' };
  const { entries }: { entries: { url: string; mandatory: boolean }[] } = JSON.parse(manifest.toString());
  for (const { url, mandatory } of entries) {
    const object = objectAt(url.replace('s3://', ''));
    if (object !== undefined) bytes.push(/\bGZIP\b/i.test(statement) ? gunzipSync(object) : object);
    else if (mandatory) return { code: 'XX000', message: 'Mandatory url is not present in manifest file.' };
  }
  return bytes;
}

/** One connection: the start, a password in clear text, then simple queries. */
function serve(
  socket: Socket,
  password: string,
  run: (statement: string, socket: Socket) => Promise<SqlError | 'nothing' | undefined>,
): void {
  let pending = Buffer.alloc(0);
  let isStarted = false;
  const send = (type: string, body: Buffer = Buffer.alloc(0)) => {
    const head = Buffer.alloc(5);
    head.write(type, 'latin1');
    head.writeInt32BE(body.length + 4, 1);
    if (!socket.destroyed) socket.write(Buffer.concat([head, body]));
  };
  const sendError = ({ code, message }: SqlError) =>
    send('E', Buffer.from(`SERROR\0VERROR\0C${code}\0M${message}\0\0`));
  const ready = () => send('Z', Buffer.from('I'));
  const receive = async (type: string, body: Buffer): Promise<void> => {
    const text = body.toString('utf8', 0, Math.max(0, body.length - 1));
    if (type === 'start') {
      const [, name, , database] = body.toString('utf8', 4).split('\0');
      const known = body.includes(`user\0${LOGIN.user}\0`) && body.includes(`database\0${LOGIN.database}\0`);
      if (known) return send('R', Buffer.from([0, 0, 0, 3]));
      sendError({ code: '3D000', message: `database "${database}" does not exist for ${name}` });
      socket.end();
    } else if (type === 'p') {
      if (text !== password) {
        sendError({ code: '28P01', message: `password authentication failed for ${text}` });
        socket.end();
        return;
      }
      send('R', Buffer.from([0, 0, 0, 0]));
      ready();
    } else if (type === 'Q') {
      const result = await run(text, socket);
      if (result === 'nothing') return;
      if (result === undefined) send('C', Buffer.from('COPY\0'));
      else sendError(result);
      ready();
    } else socket.end();
  };
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const offset = isStarted ? 1 : 0;
      if (pending.length < offset + 4) return;
      const end = offset + pending.readInt32BE(offset);
      if (pending.length < end) return;
      const type = isStarted ? String.fromCharCode(pending[0]!) : 'start';
      const body = pending.subarray(offset + 4, end);
      pending = pending.subarray(end);
      isStarted = true;
      void receive(type, body);
    }
  });
}
