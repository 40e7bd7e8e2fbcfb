import { Socket } from 'node:net';
import type { Client } from 'pg';
import type { Clock } from '../../account/clock.ts';
import { whenOverdue } from '../delivery/overdue.ts';
import type { RedshiftTarget } from './redshift-copy.ts';
import { errorOfStatement, type RedshiftError, redshiftError } from './redshift-errors.ts';
import { excerptOf } from './secrets.ts';

export interface RedshiftLogin extends RedshiftTarget {
  readonly user: string;
  readonly password: string;
}

const CONNECT_TIMEOUT_MS = 30_000;
/** A COPY of one buffer takes seconds to minutes; the limit ends those that never return. */
const STATEMENT_TIMEOUT_MS = 60 * 60_000;
/** COPY returns its tag and a notice. */
const RESPONSE_BYTES_MAX = 1024 * 1024;

/** Signs in, runs one statement and signs out. @returns its error, undefined after success. */
export async function runStatement(
  login: RedshiftLogin,
  statement: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<RedshiftError | undefined> {
  const { Client: PgClient } = await import('pg');
  if (signal.aborted) return redshiftError('Redshift.ConnectionFailed');
  const { host, port, database, isEncrypted, user, password } = login;
  const socket = new LimitedSocket();
  const client = new PgClient({ host, port, database, user, password, ssl: isEncrypted, stream: () => socket });
  // The promises report errors, too.
  client.on('error', () => {});
  const end = () => socket.destroy();
  signal.addEventListener('abort', end);
  try {
    const connected = await within(clock, CONNECT_TIMEOUT_MS, end, client.connect());
    if (connected !== undefined) return errorOf(connected, true, password);
    const done = await within(clock, STATEMENT_TIMEOUT_MS, end, client.query(statement));
    return done === undefined ? undefined : errorOf(done, false, password);
  } finally {
    signal.removeEventListener('abort', end);
    await signOut(client, socket);
  }
}

/** @returns the error of a promise; undefined if it succeeds. `end` must make it fail. */
async function within(clock: Clock, ms: number, end: () => void, promise: Promise<unknown>): Promise<unknown> {
  const callOff = whenOverdue(clock, ms, end);
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error ?? new Error();
  } finally {
    callOff();
  }
}

/** A server need not close its side: the connection ends when this side has sent its last byte. */
async function signOut(client: Client, socket: Socket): Promise<void> {
  if (!socket.destroyed) {
    const { stream } = client.connection;
    stream.once('finish', () => stream.destroy());
    await client.end().catch(() => {});
  }
  socket.destroy();
}

function errorOf(error: unknown, isConnecting: boolean, password: string): RedshiftError {
  const { code = '', message = '' } = error as { readonly code?: string; readonly message?: string };
  const text = excerptOf(Buffer.from(message), [password]);
  // A SQLSTATE has five characters; codes of connections, such as ECONNREFUSED, have more.
  if (code.length === 5) return errorOfStatement(code, text);
  if (isConnecting) return redshiftError('Redshift.ConnectionFailed', code === '' ? text : code);
  return redshiftError('Redshift.ConnectionFailed', 'The connection ended during the COPY command.');
}

/** Ends once a server has sent more than a COPY explains. With TLS, the certificate vouches for the server instead. */
class LimitedSocket extends Socket {
  #bytes = 0;

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    this.#bytes += chunk instanceof Uint8Array ? chunk.length : 0;
    if (this.#bytes <= RESPONSE_BYTES_MAX) return super.push(chunk, encoding);
    this.destroy();
    return false;
  }
}
