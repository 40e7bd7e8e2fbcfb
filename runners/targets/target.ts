import type { RecordBatch } from '../../engine/log/record-batch.ts';
import type { TargetMetric } from '../../reports/result/target-metric.ts';
import type { ConsumerSpec, Scenario, TargetSpec } from '../../workloads/scenario.ts';
import type { RunControl } from '../threads/run-control.ts';
import type { BrokerControl } from './broker-control.ts';
import type { FaultInjection } from './fault-injection.ts';
import type { Receipt } from './receipt.ts';
import type { Resharding } from './reshard.ts';

export type { RecordBatch, RunControl };

/**
 * The code that reaches targets of one kind. Imported when a run starts, on the main thread and on every worker thread.
 * Whatever crosses threads is in the handle.
 */
export interface TargetDriver<Spec extends TargetSpec = TargetSpec, Handle extends TargetHandle = TargetHandle> {
  setUp(spec: Spec, context: SetUpContext): Promise<Target>;
  openProducer(handle: Handle, context: ProducerContext): ProducerPort;
  /** Absent if the target's traits have `consumers: 'with-producers'`. */
  openConsumer?(handle: Handle, context: ConsumerContext): ConsumerPort;
}

export interface SetUpContext {
  readonly scenario: Scenario;
  /** Aborted when nobody waits for the target any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Where the clock of residence starts.
 *
 *   hand-over        when the producer handed the record to the target
 *   acknowledgement  when the producer had the acknowledgement
 *   target-time      when the target stored the record, by the target's own clock
 */
type ResidenceStart = 'hand-over' | 'acknowledgement' | 'target-time';

/**
 * A system under test, as small as it can be: it is set up once, opened by each producer and consumer on its own
 * thread, and torn down. Its traits describe its abilities, so the runner knows no target by name.
 */
export interface Target {
  readonly traits: TargetTraits;
  /** Data with which a worker opens the target; survives `postMessage`. */
  readonly handle: TargetHandle;
  /** Undefined if the target's shards never change; it then rejects scenarios with reshard steps. */
  readonly resharding?: Resharding;
  /** Undefined if the run started no brokers; it then rejects scenarios with steps that stop or start one. */
  readonly brokers?: BrokerControl;
  /** Undefined if the target injects no faults; it then rejects scenarios with faults. */
  readonly faultInjection?: FaultInjection;
  /** Metrics that the target counted since it was set up; undefined if it reports none. Read once, at the end of the run. */
  readonly metrics?: () => Promise<readonly TargetMetric[]>;
  tearDown(): Promise<void>;
}

export interface TargetTraits {
  /** Shards that are open when the run starts. */
  readonly shardCount: number;
  /**
   * Upper bound of shard numbers, including those of later reshards. The number itself means an unknown shard, or one with
   * a higher number: its records are counted, but belong to no shard in the result.
   */
  readonly shardCapacity: number;
  /**
   * `own`: consumers run on threads of their own and read from the target.
   * `with-producers`: the target keeps nothing; each record is received, on its producer's thread, when it is acknowledged.
   */
  readonly consumers: 'own' | 'with-producers';
  /**
   * Waiting of an idle worker. `thread`: it blocks its thread, which wakes within microseconds, and the event loop does not
   * run. `event-loop`: the event loop runs, because the target's responses arrive through it.
   */
  readonly waits: 'thread' | 'event-loop';
  /** The open shards have hash ranges of unequal width, such as after a split. */
  readonly hasUnevenRanges?: boolean;
  /** The target acknowledges nothing: an accepted record was only handed over, and has no ack latency. */
  readonly hasNoAcks?: boolean;
  readonly residenceStart: ResidenceStart;
  readonly maxRecordBytes: number;
  /** Bytes at the head of every payload that the target needs for the harness's own numbers; 0 where it has room beside. */
  readonly envelopeBytes: number;
  /** Sentences for the reader of the result about changes of the load for this target. */
  readonly notes?: readonly string[];
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
  /** Ends the producer's waiting. Called from the event loop by ports that wait on it, when `poll` has something. */
  readonly wake?: () => void;
}

/**
 * A producer's way into the target. Calls are named by slots, so that nothing is allocated for one.
 * Times are ns since the schedule's start.
 */
export interface ProducerPort {
  /** For targets that wait on the event loop: connects before the run starts. */
  open?(): Promise<void>;
  /** Hands over the PENDING rows of a batch. Its rows' `status` and `shard` are decided when `poll` gives the slot. */
  put(slot: number, batch: RecordBatch, nowNs: number): void;
  /** A slot whose call is complete, once; -1 when there is none. */
  poll(nowNs: number): number;
  /** When `poll` may have something next; Infinity while no call is open, and while only the event loop can bring one. */
  readonly nextAtNs: number;
  /** Other counts of the port, for example calls and errors by code. */
  readonly counts?: Readonly<Record<string, number>>;
  close(): void | Promise<void>;
}

/** Receives the records that a consumer reads, in the order of each shard. */
export interface Receiver {
  /** Records of one shard follow, all handed to the target at one time and received now. */
  begin(shard: number, handedOverAtNs: number, writtenAtNs: number, nowNs: number): void;
  /** @returns the ledger's decision about the record. */
  receive(source: number, keyIndex: number, keyCounter: number, intendedAtNs: number, bytes: number): Receipt;
  end(): void;
}

export interface ConsumerContext {
  readonly consumer: ConsumerSpec;
  /** The run's clock, ns since the schedule's start. */
  readonly now: () => number;
  /** Ends the consumer's waiting. Called from the event loop by ports that wait on it, when `poll` has something. */
  readonly wake?: () => void;
}

/** A consumer's way out of the target. */
export interface ConsumerPort {
  /** For targets that wait on the event loop: moves to the position of the run's first record, before the run starts. */
  open?(): Promise<void>;
  /** Gives the receiver everything that can be read now, up to some thousands of records. Returns how many. */
  poll(nowNs: number, receiver: Receiver): number;
  /** Sleeps until there may be something to read; at most `maxNs`. Sleeping must end when the run does. */
  sleep(nowNs: number, maxNs: number, control: RunControl): void;
  /** Records that the target dropped before this consumer had read them. */
  readonly trimmedRecords: number;
  /** Lag of the shard that is furthest behind, as the target reports it; undefined if it reports none. */
  readonly behindMs?: number;
  /** Sentences for the reader of the result, read at the end of the run. */
  readonly notes?: readonly string[];
  /** Other counts of the port, for example calls and errors by code. */
  readonly counts?: Readonly<Record<string, number>>;
  close(): void | Promise<void>;
}
