/**
 * Starts Apache Kafka on this machine, and stops it with Ctrl-C. It needs Java 17 and, the first time, Maven.
 *
 *   node examples/kafka/start.ts [--nodes 1|3] [--port PORT] [--data FOLDER] [--heap 512m]
 *   node examples/kafka/start.ts --only 2 --nodes 3 --port PORT --data FOLDER
 *
 * With --only, one node of a cluster runs in the foreground: stop it, and start it again with the same command.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { clusterSettings, portsOf, startCluster, startNode } from './cluster.ts';
import { kafkaJars } from './jars.ts';
import { bootstrapServers } from './node-settings.ts';

const DEFAULT_PORT = 9092;

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '1' },
    port: { type: 'string', default: String(DEFAULT_PORT) },
    data: { type: 'string' },
    heap: { type: 'string', default: '512m' },
    only: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
  },
});

const nodes = values.nodes === '3' ? 3 : 1;
const jars = await kafkaJars();
if (jars.kind === 'missing') {
  console.error(`Kafka cannot be started: ${jars.reason}. Install Java 17 and Maven, or use compose.yaml with Docker.`);
  process.exit(3);
}
const properties = () =>
  Object.fromEntries(values.set.map((line) => [line.split('=', 1)[0]!, line.slice(line.indexOf('=') + 1)]));

if (values.only === undefined) {
  // Port 0: free ports.
  const port = Number(values.port) || undefined;
  const dataFolder = values.data === undefined ? {} : { dataFolder: resolve(values.data) };
  const cluster = await startCluster(jars.folder, {
    nodes,
    ...(port === undefined ? {} : { port }),
    heap: values.heap,
    properties,
    ...dataFolder,
  });
  console.log(`Kafka is ready. brokers: ${cluster.bootstrapServers}`);
  console.log(`  jars of its tools: ${jars.folder}`);
  for (const [i, node] of cluster.nodes.entries()) console.log(`  node ${i + 1}: process ${node.pid}`);
  await untilSignal();
  await cluster.end();
} else {
  if (values.data === undefined) throw new Error('--only needs --data: the nodes of a cluster share a folder.');
  const ports = await portsOf(nodes, Number(values.port));
  const cluster = clusterSettings(ports, nodes, resolve(values.data), properties);
  const node = await startNode(jars.folder, { id: Number(values.only), cluster }, values.heap);
  console.log(`Kafka node ${values.only} is ready. brokers: ${bootstrapServers(cluster)}`);
  await Promise.race([node.ended, untilSignal()]);
  node.kill('SIGTERM');
  await node.ended;
}
process.exit(0);

function untilSignal(): Promise<void> {
  return new Promise((stop) => {
    process.once('SIGINT', () => stop()).once('SIGTERM', () => stop());
  });
}
