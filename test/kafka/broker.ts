import { afterAll, beforeAll } from 'vitest';
import { type ClusterOptions, type StartedCluster, startCluster } from '../../examples/kafka/cluster.ts';
import { kafkaJars } from '../../examples/kafka/jars.ts';

/** Kafka's jars, downloaded once for all tests; or why this machine has none. */
export const jars = await kafkaJars();

/** For the name of a block of tests. */
export const whyNoKafka = jars.kind === 'missing' ? ` (skipped: ${jars.reason})` : '';

export interface Broker {
  /** One or more addresses. */
  readonly brokers: readonly string[];
  readonly cluster: StartedCluster;
}

/**
 * Starts a real Apache Kafka before the tests of the block, and ends it after them.
 * @returns the broker, once the tests run.
 */
export function useKafka(options: ClusterOptions = {}): () => Broker {
  let cluster: StartedCluster | undefined;
  beforeAll(async () => {
    if (jars.kind === 'ready') cluster = await startCluster(jars.folder, options);
  });
  afterAll(() => cluster?.end());
  return () => {
    if (cluster === undefined) throw new Error('Kafka is not running');
    return { brokers: cluster.bootstrapServers.split(','), cluster };
  };
}

let topics = 0;

/** A name that no other test uses. */
export const newTopic = (): string => {
  topics += 1;
  return `topic-${process.pid}-${topics}`;
};
