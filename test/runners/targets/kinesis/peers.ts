import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Engine, type EngineOptions } from '../../../../engine/engine.ts';
import type { ServerOptions } from '../../../../engine/wire/options.ts';

/** Something that speaks Kinesis on this machine. */
export interface Peer {
  readonly endpoint: string;
  close(): Promise<void>;
}

const require = createRequire(import.meta.url);
const startKinesaliteServer: (options: object) => Server = require('kinesalite');

/** In this process. HTTP/1.1 only, and no fan-out. */
export async function startKinesalite(): Promise<Peer> {
  const server = startKinesaliteServer({ createStreamMs: 10, deleteStreamMs: 10, updateStreamMs: 10, shardLimit: 100 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

const MOCK_START_MS = 60_000;

/** In a process of its own. It finds its certificate in its working directory. */
export async function startKinesisMock(): Promise<Peer> {
  const main = require.resolve('kinesis-local/main.js');
  const [plain, tls] = [await freePort(), await freePort()];
  const states = ['CREATE_STREAM', 'DELETE_STREAM', 'REGISTER_STREAM_CONSUMER', 'DEREGISTER_STREAM_CONSUMER'];
  const changes = ['SPLIT_SHARD', 'MERGE_SHARDS', 'UPDATE_SHARD_COUNT'];
  const durations = Object.fromEntries([...states, ...changes].map((name) => [`${name}_DURATION`, '10ms']));
  const child = spawn(process.execPath, [main], {
    cwd: dirname(main),
    stdio: 'ignore',
    env: {
      ...process.env,
      ...durations,
      KINESIS_MOCK_PLAIN_PORT: String(plain),
      KINESIS_MOCK_TLS_PORT: String(tls),
      SHARD_LIMIT: '500',
      LOG_LEVEL: 'ERROR',
    },
  });
  await untilListening(plain, child);
  return {
    endpoint: `http://127.0.0.1:${plain}`,
    close: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** Our own engine, served from this process. */
export async function startOwn(
  options: EngineOptions = {},
  serverOptions: ServerOptions = {},
): Promise<Peer & { readonly engine: Engine }> {
  const engine = await Engine.open(options);
  const server = await engine.serve(serverOptions);
  return { engine, endpoint: server.url, close: () => engine.close() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  const deadlineMs = performance.now() + MOCK_START_MS;
  while (performance.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`kinesis-mock ended with ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) return;
    await sleep(50);
  }
  throw new Error(`kinesis-mock did not listen within ${MOCK_START_MS} ms`);
}
