import type { RecordBatch } from '../engine/record-batch.ts';
import type { TargetSpec } from '../workloads/scenario.ts';
import type { Resharding } from './reshard.ts';
import type { RunControl } from './run-control.ts';

/**
 * A system under test, as small as it can be: it is set up once, opened by each producer and consumer on its own
 * thread, and torn down. What it can do is said in its traits, so that the runner needs to know no target by name.
 */
export interface Target {
  readonly traits: TargetTraits;
  /** What a worker needs to open the target; survives `postMessage`. */
  readonly handle: TargetHandle;
  /** Left out by a target whose shards never change; a scenario with reshard steps is refused there. */
  readonly resharding?: Resharding;
  tearDown(): Promise<void>;
}

export interface TargetTraits {
  readonly shardCount: number;
  /**
   * `own`: consumers run on threads of their own and read from the target.
   * `with-producers`: the target keeps nothing; each record is received, on its producer's thread, when it is acknowledged.
   */
  readonly consumers: 'own' | 'with-producers';
  readonly maxRecordBytes: number;
}

export interface TargetHandle {
  readonly kind: TargetSpec['kind'];
}

export interface ProducerContext {
  readonly keys: RecordBatch['keys'];
  readonly batchCapacity: number;
  /** Calls that may be open at once; slots are numbered below it. */
  readonly inFlight: number;
  readonly seed: number;
  /** 0 to 65,535, different for every producer of the run. */
  readonly source: number;
}

/**
 * A producer's way into the target. Calls are named by slots, so that nothing is allocated for one.
 * Times are ns since the schedule's start.
 */
export interface ProducerPort {
  /** Hands over the PENDING rows of a batch. Its rows' `status` and `shard` are decided when `poll` gives the slot. */
  put(slot: number, batch: RecordBatch, nowNs: number): void;
  /** A slot whose call is complete, once; -1 when there is none. */
  poll(nowNs: number): number;
  /** When `poll` may have something next; Infinity while no call is open. */
  readonly nextAtNs: number;
  close(): void;
}

/** What a consumer does with what it reads; calls come in the order of each shard. */
export interface Receiver {
  /** Records of one shard follow, all handed to the target at one time and received now. */
  begin(shard: number, handedOverAtNs: number, writtenAtNs: number, nowNs: number): void;
  receive(source: number, keyIndex: number, keyCounter: number, intendedAtNs: number, bytes: number): void;
  end(): void;
}

/** A consumer's way out of the target. */
export interface ConsumerPort {
  /** Gives the receiver everything that can be read now, up to some thousands of records. Returns how many. */
  poll(nowNs: number, receiver: Receiver): number;
  /** Sleeps until there may be something to read; at most `mostNs`. Sleeping must end when the run does. */
  sleep(nowNs: number, mostNs: number, control: RunControl): void;
  /** Records that the target dropped before this consumer had read them. */
  readonly trimmedRecords: number;
  close(): void;
}
