import type { Scenario } from '../../../workloads/scenario.ts';
import type { KafkaTargetSpec, SecuritySpec } from '../../../workloads/targets/kafka.ts';
import { withSuffix } from '../../names/safe-name.ts';
import { countOf, mebibytes, timeText } from '../quantity-text.ts';
import type { KindProblem, TargetKind } from '../target-kind.ts';
import { kafkaFacts } from './kafka-facts.ts';

const TOPIC_NAME_CHARACTERS_MAX = 249;

/** A topic of Apache Kafka, or of any broker that speaks its protocol. */
export const kafkaKind: TargetKind<KafkaTargetSpec> = {
  kind: 'kafka',
  loadDriver: async () => (await import('./kafka-driver.ts')).kafkaDriver,
  title: ({ topic }) => `kafka topic ${topic}`,
  details: (spec) => [
    `brokers ${spec.brokers.join(', ')}`,
    creationText(spec.create),
    `acks ${spec.acks}${spec.idempotent ? ', idempotent' : ''}`,
    spec.compression === 'none' ? 'no compression' : `${spec.compression} compression`,
    ...securityTexts(spec.security),
    `fetches wait up to ${timeText(spec.fetch.waitNs)} for ${mebibytes(spec.fetch.minBytes)}`,
    `records up to ${mebibytes(spec.maxRecordBytes)}`,
    `requests time out after ${timeText(spec.timeoutNs)}`,
  ],
  place: ({ brokers }) => `at ${brokers.join(', ')}`,
  facts: kafkaFacts,
  reportsBehind: true,
  createsResources: ({ create }) => create !== undefined,
  partsProblem,
  gate: {
    // A topic is deleted after a while, so the next block creates one of another name.
    forBlock(spec, blockNumber) {
      if (spec.create === undefined) return spec;
      return { ...spec, topic: withSuffix(spec.topic, `-${blockNumber}`, TOPIC_NAME_CHARACTERS_MAX) };
    },
  },
  knee: {
    shardsProblem({ topic, create }) {
      if (create !== undefined) return undefined;
      return {
        what: `--shards needs a topic that knee creates, but topic ${topic} exists already`,
        fix: 'Add create: { partitions: 1 } to the target, or omit --shards.',
      };
    },
    withShards: (target, shards) => ({
      ...target,
      create: { ...('create' in target && typeof target.create === 'object' ? target.create : {}), partitions: shards },
    }),
  },
};

function creationText(create: KafkaTargetSpec['create']): string {
  if (create === undefined) return 'must exist';
  const { partitions, replication } = create;
  return `created with ${countOf(partitions, 'partition')} of ${countOf(replication, 'replica')} and deleted afterwards`;
}

function securityTexts({ tls, sasl }: SecuritySpec = {}): string[] {
  return [...(tls === undefined ? [] : ['TLS']), ...(sasl === undefined ? [] : [`SASL ${sasl.mechanism}`])];
}

function partsProblem({ create }: KafkaTargetSpec, { steps = [] }: Scenario): KindProblem | undefined {
  if (create !== undefined) {
    return {
      what: 'parts share a topic, and target.create makes one for each',
      fix: 'Make the topic first, and leave it out.',
    };
  }
  if (steps.length === 0) return undefined;
  return {
    what: 'parts share a topic, and each would carry out the steps of the scenario',
    fix: 'Remove them, and change the topic from outside during the run.',
  };
}
