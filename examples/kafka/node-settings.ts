import { createHash } from 'node:crypto';

/** One node of a cluster on this machine: it is both a broker and a controller. */
export interface NodeSettings {
  /** From 1. */
  readonly id: number;
  readonly cluster: ClusterSettings;
}

export interface ClusterSettings {
  readonly nodes: 1 | 3;
  /** Ports of brokers and of controllers, by node. */
  readonly brokerPorts: readonly number[];
  readonly controllerPorts: readonly number[];
  /** Holds one folder for each node. */
  readonly dataFolder: string;
  /** More lines of server.properties; they override those below. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** Nodes find each other by these, so all of them must compute the same. */
export const clusterIdOf = ({ dataFolder }: ClusterSettings): string => identifier(`cluster ${dataFolder}`);
export const directoryIdOf = ({ id, cluster }: NodeSettings): string => identifier(`node ${id} ${cluster.dataFolder}`);

export const bootstrapServers = ({ brokerPorts }: ClusterSettings): string =>
  brokerPorts.map((port) => `127.0.0.1:${port}`).join(',');

/** The text of server.properties. */
export function propertiesOf({ id, cluster }: NodeSettings): string {
  const { nodes, brokerPorts, controllerPorts, dataFolder, properties = {} } = cluster;
  const replicas = String(nodes);
  const inSync = String(Math.min(2, nodes));
  const all = {
    'process.roles': 'broker,controller',
    'node.id': String(id),
    'controller.quorum.bootstrap.servers': controllerPorts.map((port) => `127.0.0.1:${port}`).join(','),
    listeners: `PLAINTEXT://127.0.0.1:${brokerPorts[id - 1]},CONTROLLER://127.0.0.1:${controllerPorts[id - 1]}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${brokerPorts[id - 1]},CONTROLLER://127.0.0.1:${controllerPorts[id - 1]}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': `${dataFolder}/node-${id}`,
    // The defaults of 3 replicas and 50 partitions would make the first group of a single node wait for ever.
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    // A first group does not wait 3 s for more members.
    'group.initial.rebalance.delay.ms': '0',
    // A typo in the name of a topic fails instead of creating a topic.
    'auto.create.topics.enable': 'false',
    // A load test fills a disk in minutes.
    'log.retention.bytes': String(2 ** 30),
    'log.segment.bytes': String(2 ** 27),
    'log.retention.check.interval.ms': '10000',
    'file.delete.delay.ms': '1000',
    ...properties,
  };
  return Object.entries(all)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** 16 bytes as Kafka writes a Uuid: base64url without padding, not beginning with a dash. */
function identifier(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  // Kafka's tools would read a value that begins with a dash as an option.
  bytes[0] = bytes[0]! & 0x7f;
  return bytes.toString('base64url');
}
