import type { KafkaTargetSpec } from '../../../workloads/targets/kafka.ts';
import type { TargetHandle } from '../target.ts';

/** Data with which a worker opens the target. */
export interface KafkaHandle extends TargetHandle {
  readonly kind: 'kafka';
  readonly spec: KafkaTargetSpec;
  readonly runId: number;
  readonly shardCapacity: number;
  /** At the start of the run. */
  readonly partitionCount: number;
  readonly maxBatchBytes: number;
  /** Where consumers begin: the end of each partition at set-up. */
  readonly startOffsets: readonly number[];
  /** One word of shared memory: the partitions by now. */
  readonly growth: Int32Array;
}

/** A group belongs to one consumer of one run: committed offsets of another run would be read on. */
export const groupIdOf = ({ runId }: Pick<KafkaHandle, 'runId'>, consumer: string): string =>
  `streamgauge-${runId.toString(16)}-${consumer.replaceAll(/[^\w.-]/g, '_')}`;
