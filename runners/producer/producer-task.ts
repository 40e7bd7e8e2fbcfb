import type { ByteTable } from '../../engine/log/record-batch.ts';
import type { Workload } from '../../workloads/scenario.ts';
import type { ReceiverHandle } from '../consumer/receiver.ts';
import type { RecorderHandle } from '../recorder/recorder.ts';
import type { TargetHandle, TargetTraits } from '../targets/target.ts';

/** Everything a producer thread needs; survives `postMessage`. */
export interface ProducerTask {
  readonly workload: Workload;
  readonly seed: number;
  /** This producer of the workload's producers. */
  readonly producerIndex: number;
  readonly source: number;
  readonly baseNs: bigint;
  readonly control: SharedArrayBuffer;
  readonly stats: SharedArrayBuffer;
  readonly target: TargetHandle;
  readonly waits: TargetTraits['waits'];
  /** No ack latencies are recorded. */
  readonly hasNoAcks?: boolean;
  /** Numbers of shards that recorders have room for. */
  readonly shardCount: number;
  readonly keys: ByteTable;
  readonly payloads: ByteTable;
  readonly payloadCount: number;
  readonly keyIndexes: Int32Array<SharedArrayBuffer> | undefined;
  readonly recordedTimesNs: Float64Array<SharedArrayBuffer> | undefined;
  /** Next record number of each key; shared, for the ledger. */
  readonly nextNumbers: Int32Array;
  readonly recorder: RecorderHandle;
  /** Time before a due record at which the producer stops sleeping and spins; 0: it never spins. */
  readonly spinNs: number;
  /** A record that only joins a batch may be picked up this much after it is due; 0: it is awaited like every other. */
  readonly joinWaitNs: number;
  /** Records that may wait for their next attempt; with this many, the producer picks up no new ones. */
  readonly retryQueueLimit: number;
  /** Consumers of a target that hands records back on the producer's thread. */
  readonly receivers: readonly ReceiverHandle[];
}

export interface ProducerReport {
  /** Other counts of the target's port. */
  readonly counts: Readonly<Record<string, number>>;
  /** Flat pairs of key index and record number. */
  readonly failed: Float64Array;
  readonly unacknowledged: Float64Array;
  /** Due when the run was stopped, and not picked up from the schedule by then. */
  readonly notPickedUp: number;
  /** By receiver of the task: rows as ReceiptLedger.missing gives them. */
  readonly missing: readonly Float64Array[];
  readonly duplicated: readonly number[];
  readonly reordered: readonly number[];
}
