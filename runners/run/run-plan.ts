import { availableParallelism } from 'node:os';
import { type ByteTable, tableWithMemory } from '../../engine/log/record-batch.ts';
import type { Part } from '../../reports/result/origin.ts';
import { createKeyTable, type KeyTable } from '../../workloads/keys.ts';
import { createPayloadPool, type PayloadPool } from '../../workloads/payloads.ts';
import { loadReplay, type Replay } from '../../workloads/replay.ts';
import { replaySentences } from '../../workloads/replay-plan.ts';
import type { ConsumerSpec, Scenario, Workload } from '../../workloads/scenario.ts';
import type { ConsumerTask } from '../consumer/consumer.ts';
import { consumerCells, createConsumerRecorder, type ReceiverHandle, type SourceInfo } from '../consumer/receiver.ts';
import type { ProducerTask } from '../producer/producer-task.ts';
import { cellsOf, PRODUCER_COUNTER_COUNT, PRODUCER_SPAN_COUNT } from '../recorder/cells.ts';
import type { RecorderOwner } from '../recorder/collector.ts';
import { createRecorder } from '../recorder/recorder.ts';
import type { Target } from '../targets/target.ts';
import { TIMER_GRAIN_NS } from '../threads/loop-pause.ts';
import { RunControl } from '../threads/run-control.ts';
import { createStats } from '../threads/worker-stats.ts';
import { producerIndexes } from './run-part.ts';

/**
 * A thread that sleeps wakes 50 to 60 us late (the kernel's timer slack and the wake-up), now and then much later. So a
 * producer sleeps short of the time and spins the rest, if a core is left for the other threads. At 100,000 records/s on
 * two cores that brings the schedule lag's p99 from 490 to under 10 us, for a core; with more producers than that, spinning
 * ones would take the time of the others.
 */
const SPIN_NS = 60_000;
/** Timers of an event loop are coarser than a thread's sleep. */
const LOOP_SPIN_NS = 1.5 * TIMER_GRAIN_NS;
/**
 * On an event loop, a turn for each record of a batch costs more than everything else that is done for it. At 180,000 records/s in
 * batches of 500, this wait brought a record's CPU time from 6.1 to 1.3 us.
 */
const LOOP_JOIN_WAIT_NS = TIMER_GRAIN_NS;

/** Some 50 MB a producer; a target that throttles more than this holds its producers back. */
const RETRY_QUEUE_LIMIT = 1_000_000;

/** Who does what in a run, and the memory they share. */
export interface RunPlan {
  readonly scenario: Scenario;
  readonly target: Target;
  readonly baseNs: bigint;
  readonly control: RunControl;
  readonly producers: readonly ProducerTask[];
  readonly consumers: readonly ConsumerTask[];
  readonly owners: readonly RecorderOwner[];
  /** Facts that a reader of the result would not expect, as sentences. */
  readonly notes: readonly string[];
  readonly part: Part | undefined;
}

/**
 * Makes tables, recorders and tasks. Reads recordings; starts nothing.
 * @param part skips the producers of other parts; every producer has the same number as in the whole.
 */
export function planRun(scenario: Scenario, target: Target, part?: Part): RunPlan {
  const baseNs = process.hrtime.bigint();
  const control = new RunControl();
  const owners: RecorderOwner[] = [];
  const { shardCapacity: shardCount, waits } = target.traits;
  const workloads = scenario.workloads.map((workload) => loadOf(workload, scenario, target));
  const producers: ProducerTask[] = [];
  const sources: (SourceInfo | undefined)[] = [];
  const keyCounts: number[] = [];
  const producerCount = scenario.workloads.reduce((sum, own) => sum + producerIndexes(own, part).length, 0);
  const hasCoreToSpare = producerCount < availableParallelism();
  const spinNs = hasCoreToSpare ? (waits === 'thread' ? SPIN_NS : LOOP_SPIN_NS) : 0;
  const notes = [...(target.traits.notes ?? []), ...workloads.flatMap((load) => load.notes)];
  for (const [index, { workload, notes: _, ...load }] of workloads.entries()) {
    const own = new Set(producerIndexes(workload, part));
    for (let producerIndex = 0; producerIndex < workload.producers.count; producerIndex++) {
      const source = sources.length;
      keyCounts.push(load.keyCount);
      sources.push(own.has(producerIndex) ? { workload: index, phases: workload.phases } : undefined);
      if (!own.has(producerIndex)) continue;
      const recorder = createRecorder(
        cellsOf(workload.phases.length, shardCount),
        PRODUCER_SPAN_COUNT,
        PRODUCER_COUNTER_COUNT,
      );
      owners.push({ recorder, consumer: undefined, firstCells: onlyAt(index, 0) });
      producers.push({
        ...load,
        workload,
        seed: scenario.seed,
        producerIndex,
        source,
        baseNs,
        control: control.buffer,
        stats: createStats(),
        target: target.handle,
        waits,
        ...(target.traits.hasNoAcks === true ? { hasNoAcks: true } : {}),
        shardCount,
        nextNumbers: sharedInts(load.keyCount),
        recorder,
        spinNs,
        joinWaitNs: waits === 'thread' ? 0 : LOOP_JOIN_WAIT_NS,
        retryQueueLimit: RETRY_QUEUE_LIMIT,
        receivers: [],
      });
    }
  }
  const keysMove = scenario.steps?.some(({ kind }) => kind === 'partition-count') === true;
  const receiverFor = (consumer: ConsumerSpec, only?: number): ReceiverHandle => {
    const { firstCells, cellCount } = consumerCells(
      scenario.workloads.map(({ phases }) => phases.length),
      shardCount,
    );
    const recorder = createConsumerRecorder(cellCount);
    owners.push({ recorder, consumer: consumer.name, firstCells });
    const isHere = (source: number) => sources[source] !== undefined && (only === undefined || only === source);
    return {
      shardCount,
      sources: sources.map((info, source) => (isHere(source) ? info : undefined)),
      firstCells,
      expected: keyCounts.map((count, source) => (isHere(source) ? sharedInts(count) : undefined)),
      recorder,
      keysMove,
    };
  };
  if (target.traits.consumers === 'with-producers') {
    const withReceivers = producers.map((task) => ({
      ...task,
      receivers: scenario.consumers.map((consumer) => receiverFor(consumer, task.source)),
    }));
    return { scenario, target, baseNs, control, producers: withReceivers, consumers: [], owners, notes, part };
  }
  const consumers = scenario.consumers.map((consumer) => ({
    consumer,
    baseNs,
    control: control.buffer,
    stats: createStats(),
    target: target.handle,
    waits,
    receiver: receiverFor(consumer),
  }));
  return { scenario, target, baseNs, control, producers, consumers, owners, notes, part };
}

interface Load {
  readonly notes: readonly string[];
  readonly workload: Workload;
  readonly keys: ByteTable;
  readonly keyCount: number;
  readonly payloads: ByteTable;
  readonly payloadCount: number;
  readonly keyIndexes: Int32Array<SharedArrayBuffer> | undefined;
  readonly recordedTimesNs: Float64Array<SharedArrayBuffer> | undefined;
}

function loadOf(workload: Workload, scenario: Scenario, target: Target): Load {
  const { maxRecordBytes, envelopeBytes } = target.traits;
  // A size includes the envelope; what a template or a recording makes comes after it.
  const isSized = workload.payload.kind === 'size';
  const contentBytes = maxRecordBytes - (isSized ? 0 : envelopeBytes);
  const replay = loadReplay(workload, contentBytes);
  const keys = createKeyTable(workload, replay);
  const pool = createPayloadPool(workload, scenario.seed, contentBytes, replay);
  return {
    notes: [...replayNotes(workload, replay), ...envelopeNotes(workload, pool, envelopeBytes)],
    workload,
    keys: tableWithMemory(keyBytes(keys)),
    keyCount: keys.count,
    payloads: tableWithMemory(payloadBytes(withEnvelope(pool, envelopeBytes, isSized))),
    payloadCount: pool.count,
    keyIndexes: replay?.keyIndexes,
    recordedTimesNs: replay?.timesNs,
  };
}

/** Payloads at the lengths that they have with the envelope at their heads. */
function withEnvelope(pool: PayloadPool, envelopeBytes: number, isIncluded: boolean): PayloadPool {
  if (envelopeBytes === 0) return pool;
  const lengths = sharedInts(pool.count);
  for (let i = 0; i < pool.count; i++) {
    const bytes = pool.lengths[i]!;
    lengths[i] = isIncluded ? Math.max(bytes, envelopeBytes) : bytes + envelopeBytes;
  }
  return { ...pool, lengths };
}

/** One note for each workload that replays a recording. */
function replayNotes(workload: Workload, replay: Replay | undefined): string[] {
  return replay === undefined ? [] : [replaySentences(workload, replay).join(' ')];
}

function envelopeNotes({ name, payload }: Workload, pool: PayloadPool, envelopeBytes: number): string[] {
  if (envelopeBytes === 0) return [];
  if (payload.kind !== 'size') return [`Payloads of ${name} begin with an envelope of ${envelopeBytes} bytes.`];
  const raised = pool.lengths.reduce((count, bytes) => count + (bytes < envelopeBytes ? 1 : 0), 0);
  if (raised === 0) return [];
  const which = raised === pool.count ? 'All payloads' : `${Math.ceil((100 * raised) / pool.count)} % of payloads`;
  return [`${which} of ${name} were raised to the ${envelopeBytes} bytes that their envelope takes.`];
}

/** Workloads count keys' places in words of 4 bytes, the engine in bytes. */
function keyBytes({ words, offsets, lengths }: KeyTable): ByteTable {
  const places = sharedInts(offsets.length);
  for (let i = 0; i < offsets.length; i++) places[i] = offsets[i]! * Int32Array.BYTES_PER_ELEMENT;
  return { longs: new BigInt64Array(words.buffer), bytes: new Uint8Array(words.buffer), offsets: places, lengths };
}

const payloadBytes = ({ bytes, offsets, lengths }: PayloadPool): ByteTable => ({
  longs: new BigInt64Array(bytes.buffer),
  bytes,
  offsets,
  lengths,
});

const sharedInts = (count: number) => new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));

function onlyAt(index: number, cell: number): (number | undefined)[] {
  const firstCells: (number | undefined)[] = [];
  firstCells[index] = cell;
  return firstCells;
}
