import type { Reshard, Resharded, Resharding } from '../reshard.ts';
import { endOffsets } from './end-offsets.ts';
import type { KafkaHandle } from './kafka-handle.ts';
import type { TopicLife } from './topic-life.ts';

/** Adds partitions during a run. A topic never loses any, and its partitions neither split nor merge. */
export class PartitionGrowth implements Resharding {
  readonly #life: TopicLife;
  readonly #handle: KafkaHandle;

  constructor(life: TopicLife, handle: KafkaHandle) {
    this.#life = life;
    this.#handle = handle;
  }

  async openShards(): Promise<readonly number[]> {
    return Array.from({ length: knownPartitions(this.#handle) }, (_, partition) => partition);
  }

  async reshard(change: Reshard): Promise<Resharded> {
    if (change.kind !== 'shard-count') throw new Error('partitions of Kafka neither split nor merge');
    const before = knownPartitions(this.#handle);
    if (change.count <= before) {
      throw new Error(`topic ${this.#handle.spec.topic} has ${before} partitions, and their number only grows`);
    }
    const { topic } = this.#handle.spec;
    await this.#life.admin.createPartitions({
      topics: [{ name: topic, count: change.count, assignments: null }],
    } as never);
    const { partitions } = await this.#life.awaitLeaders(change.count);
    await endOffsets(this.#handle.spec, partitions.length);
    Atomics.store(this.#handle.growth, 0, partitions.length);
    return { closed: [], opened: Array.from({ length: partitions.length - before }, (_, i) => before + i) };
  }
}

/** Partitions by now: a step raises the number, and the ports of every thread follow it at once. */
export const knownPartitions = ({ growth }: Pick<KafkaHandle, 'growth'>): number => Atomics.load(growth, 0);

export function sharedCount(count: number): Int32Array {
  const words = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  words[0] = count;
  return words;
}
