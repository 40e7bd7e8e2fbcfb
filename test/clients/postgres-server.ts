import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { untilReady } from './server-process.ts';

/** PostgreSQL's programs, or why they cannot run on this machine. */
export type PostgresPrograms =
  | { readonly kind: 'ready'; readonly folder: string; readonly user: User }
  | { readonly kind: 'missing'; readonly reason: string };

/** PostgreSQL does not run as root. Empty runs as this process. */
type User = { readonly uid: number; readonly gid: number } | Record<string, never>;

export interface PostgresServer {
  readonly port: number;
  end(): Promise<void>;
}

/** Debian keeps the programs of a server outside the path. */
const DEBIAN = '/usr/lib/postgresql';
const START_MS = 60_000;
export const SUPERUSER = 'streamgauge';

export function postgresPrograms(): PostgresPrograms {
  const ofPath = (process.env.PATH ?? '').split(':');
  const ofDebian = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : [];
  const folder = [...ofPath, ...ofDebian].find((each) => each !== '' && existsSync(join(each, 'initdb')));
  if (folder === undefined) return { kind: 'missing', reason: 'PostgreSQL is not installed' };
  if (process.getuid?.() !== 0) return { kind: 'ready', folder, user: {} };
  try {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { stdio: 'pipe' })));
    return { kind: 'ready', folder, user: { uid: uid!, gid: gid! } };
  } catch {
    return { kind: 'missing', reason: 'this is root, and there is no user postgres to run PostgreSQL as' };
  }
}

/** Starts a server with an empty database. @throws Error with what it printed if it does not start. */
export async function startPostgres({
  folder,
  user,
}: Extract<PostgresPrograms, { kind: 'ready' }>): Promise<PostgresServer> {
  const data = await mkdtemp(join(tmpdir(), 'streamgauge-postgres-'));
  if (user.uid !== undefined) await chown(data, user.uid, user.gid);
  const options = { ...user, cwd: data, env: { LC_ALL: 'C', PATH: process.env.PATH } };
  const initdb = ['-D', data, '-A', 'trust', '-U', SUPERUSER, '-E', 'UTF8', '--no-sync'];
  execFileSync(join(folder, 'initdb'), initdb, { ...options, stdio: 'pipe' });
  const port = await freePort();
  const args = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', data, '-c', 'fsync=off'];
  const child = spawn(join(folder, 'postgres'), args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  const end = await untilReady('PostgreSQL', child, START_MS, (printed) =>
    printed.includes('database system is ready to accept connections'),
  );
  return {
    port,
    end: async () => {
      // The fast shutdown, which ends sessions.
      await end('SIGINT');
      await rm(data, { recursive: true, force: true });
    },
  };
}
