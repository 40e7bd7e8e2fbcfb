import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import {
  bootstrapServers,
  type ClusterSettings,
  clusterIdOf,
  directoryIdOf,
  type NodeSettings,
  propertiesOf,
} from './node-settings.ts';

const run = promisify(execFile);

/** A busy machine needs half a minute for what an idle one does in three seconds. */
const READY_MS_MAX = 120_000;
const READY_LINE = /Kafka Server started/;
const LINES_KEPT = 40;

/** A node that runs. */
export interface KafkaNode {
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** Formats the folder of a node, unless it was formatted before. */
export async function formatNode(jars: string, node: NodeSettings): Promise<string> {
  const { id, cluster } = node;
  const folder = join(cluster.dataFolder, `node-${id}`);
  const file = join(cluster.dataFolder, `node-${id}.properties`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, propertiesOf(node));
  if (existsSync(join(folder, 'meta.properties'))) return file;
  const controllers = cluster.controllerPorts.map(
    (port, i) => `${i + 1}@127.0.0.1:${port}:${directoryIdOf({ id: i + 1, cluster })}`,
  );
  const args = ['format', '-t', clusterIdOf(cluster), '-c', file, '--initial-controllers', controllers.join(',')];
  await run('java', ['-Xmx128m', '-cp', `${jars}/*`, 'kafka.tools.StorageTool', ...args]);
  return file;
}

/** Starts a node in the folder that `formatNode` formatted. @throws Error with its last lines if it does not start. */
export async function startNode(jars: string, node: NodeSettings, heap = '256m'): Promise<KafkaNode> {
  const file = await formatNode(jars, node);
  const flags = [`-Xms${heap}`, `-Xmx${heap}`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=4'];
  const log = `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'log4j2.xml')}`;
  const child = spawn('java', [...flags, '-cp', `${jars}/*`, log, 'kafka.Kafka', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await untilStarted(child, `Kafka node ${node.id}`);
  return {
    pid: child.pid!,
    ended: new Promise((done) => {
      if (child.exitCode !== null || child.signalCode !== null) done();
      else child.once('exit', () => done());
    }),
    kill: (signal) => child.kill(signal),
  };
}

function untilStarted(child: ChildProcess, name: string): Promise<void> {
  const lines: string[] = [];
  return new Promise((started, failed) => {
    const fail = (why: string) => failed(new Error(`${name} ${why}:\n${lines.join('\n')}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`did not start within ${READY_MS_MAX / 1000} s`);
    }, READY_MS_MAX);
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface(stream).on('line', (line) => {
        lines.push(line);
        if (lines.length > LINES_KEPT) lines.shift();
        if (!READY_LINE.test(line)) return;
        clearTimeout(timer);
        started();
      });
    }
    child.once('error', (error) => fail(`cannot be started (${error.message})`));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      fail(`ended with ${code ?? signal}`);
    });
  });
}

export interface StartedCluster {
  readonly settings: ClusterSettings;
  /** For `brokers` of a scenario. */
  readonly bootstrapServers: string;
  /** By node, from node 1. */
  readonly nodes: readonly KafkaNode[];
  /** Ends every node, and deletes the data if its folder was not given. */
  end(): Promise<void>;
}

export interface ClusterOptions {
  readonly nodes?: 1 | 3;
  /** First of two ports for each node; free ones without it. */
  readonly port?: number;
  /** Kept at the end. Without it, a temporary folder, which is deleted. */
  readonly dataFolder?: string;
  /** More lines of server.properties. The ports are a broker's and a controller's for each node, in turn. */
  readonly properties?: (ports: readonly number[]) => Readonly<Record<string, string>>;
  /** Java heap of each node, such as 256m. */
  readonly heap?: string;
}

/** Starts every node of a cluster, and waits until it is ready. */
export async function startCluster(jars: string, options: ClusterOptions = {}): Promise<StartedCluster> {
  const { nodes = 1, dataFolder, heap } = options;
  const folder = dataFolder ?? (await mkdtemp(join(tmpdir(), 'streamgauge-kafka-')));
  const settings = clusterSettings(await portsOf(nodes, options.port), nodes, folder, options.properties);
  const started = await Promise.allSettled(
    settings.brokerPorts.map((_, i) => startNode(jars, { id: i + 1, cluster: settings }, heap)),
  );
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const end = async () => {
    // Without two of three nodes the quorum is lost, and a node that is asked politely would wait for it.
    for (const node of running) node.kill(nodes === 1 && dataFolder !== undefined ? 'SIGTERM' : 'SIGKILL');
    await Promise.all(running.map(({ ended }) => ended));
    if (dataFolder === undefined) await rm(folder, { recursive: true, force: true });
  };
  for (const one of started) {
    if (one.status === 'fulfilled') continue;
    await end();
    throw one.reason;
  }
  return { settings, bootstrapServers: bootstrapServers(settings), nodes: running, end };
}

/** @param ports a broker's and a controller's for each node, in turn. */
export function clusterSettings(
  ports: readonly number[],
  nodes: 1 | 3,
  dataFolder: string,
  properties?: ClusterOptions['properties'],
): ClusterSettings {
  const brokerPorts = ports.filter((_, i) => i % 2 === 0);
  const controllerPorts = ports.filter((_, i) => i % 2 === 1);
  return { nodes, brokerPorts, controllerPorts, dataFolder, properties: properties?.(ports) ?? {} };
}

/** The first of so many ports in a row that nothing listens on now. */
export async function firstOfFreePorts(count: number): Promise<number> {
  for (;;) {
    const [first] = await portsOf(1, undefined);
    const listening = await Promise.allSettled(Array.from({ length: count }, (_, i) => listenOn(first! + i)));
    const servers = listening.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
    if (servers.length === count) return first!;
  }
}

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** The ports of brokers and controllers, in turn: free ones without a first one. */
export async function portsOf(nodes: number, first: number | undefined): Promise<number[]> {
  if (first !== undefined) return Array.from({ length: 2 * nodes }, (_, i) => first + i);
  const servers = await Promise.all(Array.from({ length: 2 * nodes }, () => listenOn(0)));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
