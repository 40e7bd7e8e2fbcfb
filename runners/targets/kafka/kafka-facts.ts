import type { TargetFacts } from '../../../reports/result/target-facts.ts';
import type { KafkaTargetSpec } from '../../../workloads/targets/kafka.ts';
import { isLoopback } from '../../aws/endpoint.ts';

/** Promises of Apache Kafka 4.4. Source: its documentation of acks, min.insync.replicas, enable.idempotence and log.flush. */
export function kafkaFacts(spec: KafkaTargetSpec): TargetFacts {
  const isLocal = spec.brokers.every((broker) => isLoopback(`http://${broker}`));
  return {
    durability: durabilityOf(spec),
    order: spec.idempotent ? 'by key, also after retries' : 'by key; a retried batch can land behind a later one',
    delivery: deliveryOf(spec),
    copies: copiesOf(spec),
    place: isLocal ? 'machine' : 'network',
    client: 'a producer and consumer of this harness, over the connections of @platformatic/kafka',
    batching: 'one batch for each partition, without a linger of its own',
    polling: spec.fetch.waitNs > 0 ? 'waits' : 'returns',
    throttling: 'delays',
    routing: 'murmur2 of the key, modulo partitions',
    limits: null,
    compression: spec.compression,
    fixes: {
      durability: 'Use acks: all, and create: { replication: 3, config: { min.insync.replicas: 2 } }.',
      place: 'Run the brokers on other machines.',
      reading: 'Use fan-out consumers, or fetch: { wait: 0s } with the same interval.',
    },
  };
}

/** Replicas that have a batch before its acknowledgement; null for a topic that exists, whose settings the target does not name. */
function copiesOf({ acks, create }: KafkaTargetSpec): number | null {
  if (acks !== 'all') return acks;
  if (create === undefined) return null;
  return Math.min(create.replication, Math.max(1, Number(create.config['min.insync.replicas'] ?? 1)));
}

function durabilityOf(spec: KafkaTargetSpec): string {
  const { acks, create } = spec;
  if (acks === 0) return 'none: nothing is acknowledged by the broker (acks 0)';
  if (acks === 1) return 'in the page cache of the leader, not flushed to disk (acks 1)';
  if (create === undefined) return 'in the page cache of all replicas in sync, not flushed to disk (acks all)';
  return `in the page cache of at least ${copiesOf(spec)} of ${create.replication} replicas, not flushed to disk (acks all)`;
}

function deliveryOf({ acks, idempotent }: KafkaTargetSpec): string {
  if (acks === 0) return 'at most once: nothing confirms an arrival';
  if (idempotent) return 'once in a run: the broker discards repeated batches of a producer';
  return 'at least once: a retry after a lost response stores the batch again';
}
