import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';
import { type ServerProcess, startProcess } from './peers-process.ts';
import { startRedis } from './redis.ts';

/** Emulators of Kinesis from npm: what one would take instead of ours. Development dependencies, not of the package. */
export const EMULATORS = ['kinesalite', 'kinesis-local'] as const;
/** Redis is no emulator: its streams are a yardstick for puts. It is measured if `redis-server` is installed. */
export const REDIS = 'redis';
export type PeerName = (typeof EMULATORS)[number] | typeof REDIS;
export const OURS = 'streamgauge';
export type ServerName = typeof OURS | PeerName;

export interface BenchServer extends ServerProcess {
  readonly name: ServerName;
}

/** The command next to this file: sources, or the built package. */
export const OWN_ENTRY = fileURLToPath(new URL('../streamgauge.js', import.meta.url));

/** Our server has no limits, like the peers: none of them throttles. */
const OWN_OPTIONS = ['--limits', 'none', '--delay', '0ms'] as const;

export interface OwnCommand {
  readonly entry?: string;
  readonly options?: readonly string[];
}

export async function startOurs({ entry = OWN_ENTRY, options = OWN_OPTIONS }: OwnCommand = {}): Promise<BenchServer> {
  const port = await freePort();
  const args = [entry, 'serve', '--port', String(port), ...options];
  return { name: OURS, ...(await startProcess({ args }, port)) };
}

/** @returns undefined when the peer is not installed. */
export async function startPeer(name: PeerName): Promise<BenchServer | undefined> {
  if (name === REDIS) {
    const redis = await startRedis();
    return redis && { name, ...redis };
  }
  const folder = packageFolder(name);
  if (folder === undefined) return undefined;
  const port = await freePort();
  return { name, ...(await (name === 'kinesalite' ? startKinesalite(folder, port) : startKinesisLocal(folder, port))) };
}

export interface Servers {
  readonly running: readonly BenchServer[];
  readonly missing: readonly PeerName[];
  close(): Promise<void>;
}

/** Ours and every peer that is installed, all at once; who is not measured has nothing to do. */
export async function startServers(peers: readonly PeerName[] = EMULATORS): Promise<Servers> {
  const running: BenchServer[] = [];
  const missing: PeerName[] = [];
  const close = async () => {
    await Promise.all(running.map((server) => server.close()));
  };
  try {
    running.push(await startOurs());
    for (const name of peers) {
      const peer = await startPeer(name);
      if (peer === undefined) missing.push(name);
      else running.push(peer);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { running, missing, close };
}

function packageFolder(name: PeerName): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function startKinesalite(folder: string, port: number): Promise<ServerProcess> {
  const delays = ['create', 'delete', 'update'].flatMap((state) => [`--${state}StreamMs`, '1']);
  const args = [join(folder, 'cli.js'), '--port', String(port), ...delays, '--shardLimit', '10000'];
  return startProcess({ args }, port);
}

/** It finds its certificate in the working directory, listens with TLS beside, and would log every call. */
async function startKinesisLocal(folder: string, port: number): Promise<ServerProcess> {
  const env = {
    KINESIS_MOCK_PLAIN_PORT: String(port),
    KINESIS_MOCK_TLS_PORT: String(await freePort()),
    CREATE_STREAM_DURATION: '1ms',
    DELETE_STREAM_DURATION: '1ms',
    REGISTER_STREAM_CONSUMER_DURATION: '1ms',
    SHARD_LIMIT: '10000',
    LOG_LEVEL: 'ERROR',
  };
  return startProcess({ args: [join(folder, 'main.js')], cwd: folder, env }, port);
}
