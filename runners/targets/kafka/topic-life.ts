import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, type ClusterTopicMetadata, ConfigResourceTypes } from '@platformatic/kafka';
import type { KafkaTargetSpec } from '../../../workloads/targets/kafka.ts';
import { clientOptions } from './kafka-client.ts';
import { kafkaProblem } from './kafka-errors.ts';
import { kafkaFaultOf } from './kafka-faults.ts';

const READY_MS_MAX = 60_000;
const LOOK_MS = 50;
const DELETE_ATTEMPTS = 5;
const DELETE_WAIT_MS = 500;
/** max.message.bytes of a topic by default. Source: Apache Kafka 4.4 topic configs. */
const DEFAULT_BATCH_BYTES = 1_048_588;

/** The topic of a run: creates it if the scenario requires that, and deletes what this run created. */
export class TopicLife {
  readonly admin: Admin;
  readonly #spec: KafkaTargetSpec;
  readonly #signal: AbortSignal | undefined;
  #isCreated = false;
  readonly #groups: string[] = [];

  constructor(spec: KafkaTargetSpec, signal?: AbortSignal) {
    this.#spec = spec;
    this.#signal = signal;
    this.admin = new Admin(clientOptions(spec));
  }

  /** @throws the client's error, TOPIC_ALREADY_EXISTS among others. */
  async create(): Promise<void> {
    const { create, topic } = this.#spec;
    if (create === undefined) return;
    await this.admin.createTopics({
      topics: [topic],
      partitions: create.partitions,
      replicas: create.replication,
      configs: Object.entries(create.config).map(([name, value]) => ({ name, value })),
    });
    this.#isCreated = true;
  }

  /**
   * Waits until every partition has a leader, which a new topic gets within some hundred ms.
   * @throws RunnerError RUNNER_TARGET_FAILED
   */
  async awaitLeaders(partitionCount = this.#spec.create?.partitions ?? 1): Promise<ClusterTopicMetadata> {
    const { topic } = this.#spec;
    const untilMs = performance.now() + READY_MS_MAX;
    for (;;) {
      const found = await this.#describe();
      const count = found?.partitions.length ?? 0;
      if (found !== undefined && count >= partitionCount && found.partitions.every(({ leader }) => leader >= 0)) {
        return found;
      }
      this.#signal?.throwIfAborted();
      if (performance.now() > untilMs) {
        const what = `topic ${topic} has no leader for each of its partitions after ${READY_MS_MAX / 1000} s`;
        throw kafkaProblem(this.#spec, what, 'Look at the brokers: some of them may be down.');
      }
      await sleep(LOOK_MS);
    }
  }

  /** Largest record batch that the topic accepts. */
  async maxBatchBytes(): Promise<number> {
    const resource = {
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName: this.#spec.topic,
      configurationKeys: ['max.message.bytes'],
    };
    const [described] = await this.admin.describeConfigs({ resources: [resource] });
    const found = described?.configs.find(({ name }) => name === 'max.message.bytes')?.value;
    return found === undefined || found === null ? DEFAULT_BATCH_BYTES : Number(found);
  }

  /** A group that belongs to this run: it is deleted at the end. */
  ownGroup(groupId: string): void {
    this.#groups.push(groupId);
  }

  /** Deletes what this run created. @returns the errors of failed deletions. */
  async end(): Promise<unknown[]> {
    const errors: unknown[] = [];
    for (const group of this.#groups.splice(0)) {
      await insist(() => this.admin.deleteGroups({ groups: [group] }), 'GROUP_ID_NOT_FOUND').catch((error: unknown) =>
        errors.push(error),
      );
    }
    if (this.#isCreated) {
      this.#isCreated = false;
      const { topic } = this.#spec;
      await insist(() => this.admin.deleteTopics({ topics: [topic] }), 'UNKNOWN_TOPIC_OR_PARTITION').catch(
        (error: unknown) => errors.push(error),
      );
    }
    await this.admin.close().catch(() => {});
    return errors;
  }

  async #describe(): Promise<ClusterTopicMetadata | undefined> {
    const { topic, create } = this.#spec;
    try {
      const metadata = await this.admin.metadata({ topics: [topic], forceUpdate: true });
      return metadata.topics.get(topic);
    } catch (error) {
      // A topic that was just created is not known to every broker at once.
      const isUnknown = /Unknown topic/.test(String(error)) || kafkaFaultOf(error).code === 'LEADER_NOT_AVAILABLE';
      if (create === undefined || !isUnknown) throw error;
      return undefined;
    }
  }
}

/** Tries some times. @param gone the code for what does not exist any more. */
async function insist(call: () => Promise<unknown>, gone: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await call();
      return;
    } catch (error) {
      if (kafkaFaultOf(error).code === gone) return;
      if (attempt === DELETE_ATTEMPTS) throw error;
      await sleep(DELETE_WAIT_MS);
    }
  }
}
