import {
  frameBytesAt,
  intendedAtNsAt,
  keyBytesAt,
  keyCounterAt,
  keyIndexAt,
  nextFrameByte,
  sourceAt,
} from '../engine/frame.ts';
import { GapWatch } from '../engine/gap-watch.ts';
import { alignFrame, FRAME_HEADER_BYTES } from '../engine/layout.ts';
import { awsLimits, type ShardLimits } from '../engine/limits.ts';
import type { RecordBatch } from '../engine/record-batch.ts';
import { CLAIM_READY, LOST } from '../engine/shard-log-reader.ts';
import { createStream, type StreamHandle } from '../engine/stream.ts';
import { shardsMadeAtMost } from '../engine/stream-change.ts';
import { StreamControl } from '../engine/stream-control.ts';
import { type ShardReader, StreamReader } from '../engine/stream-reader.ts';
import { StreamWriter } from '../engine/stream-writer.ts';
import type { EngineTargetSpec, Scenario } from '../workloads/scenario.ts';
import { RunnerError } from './errors.ts';
import type { Reshard, Resharding } from './reshard.ts';
import type {
  ConsumerContext,
  ConsumerPort,
  ProducerContext,
  ProducerPort,
  Receiver,
  Target,
  TargetHandle,
} from './target.ts';

export interface EngineHandle extends TargetHandle {
  readonly kind: 'engine';
  readonly stream: StreamHandle;
}

export async function setUpEngine(spec: EngineTargetSpec, scenario: Scenario): Promise<Target> {
  const { shards: shardCount, memoryBytes, maxRecordBytes, whenFull, latency } = spec;
  try {
    const limits = limitsOf(spec);
    const shardCapacity = shardCapacityOf(shardCount, scenario);
    const stream = createStream({
      shardCount,
      shardCapacity,
      memoryBytes,
      maxRecordBytes,
      whenFull,
      latency,
      limits,
      seed: scenario.seed,
    });
    const handle: EngineHandle = { kind: 'engine', stream };
    const traits = {
      shardCount,
      shardCapacity,
      consumers: 'own',
      waits: 'thread',
      maxRecordBytes,
      envelopeBytes: 0,
    } as const;
    return { traits, handle, resharding: new EngineResharding(stream), tearDown: async () => {} };
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new RunnerError('RUNNER_TARGET_FAILED', {
      what,
      where: 'target: engine',
      fix: "Raise the target's memory, or lower its shards or maxRecordBytes.",
      cause,
    });
  }
}

/** Room for every shard that the scenario's steps can make. */
function shardCapacityOf(shardCount: number, { steps = [] }: Scenario): number {
  let capacity = shardCount;
  let open = shardCount;
  for (const step of steps) {
    capacity += shardsMadeAtMost(step, open);
    // A merge may fail, so it is not counted on to make fewer.
    open = step.kind === 'shard-count' ? step.count : open + (step.kind === 'split' ? 1 : 0);
  }
  return capacity;
}

/** Changes the engine's shards from the main thread, while workers write and read. */
class EngineResharding implements Resharding {
  readonly #control: StreamControl;

  constructor(stream: StreamHandle) {
    this.#control = new StreamControl(stream);
  }

  async openShards(): Promise<number[]> {
    return this.#control.openShards.map(({ index }) => index);
  }

  async reshard(change: Reshard): ReturnType<Resharding['reshard']> {
    switch (change.kind) {
      case 'split':
        return this.#control.split(change.shard);
      case 'merge':
        return this.#control.merge(...change.shards);
      case 'shard-count':
        return this.#control.setShardCount(change.count);
    }
  }
}

function limitsOf({ limits, maxRecordBytes }: EngineTargetSpec): ShardLimits | undefined {
  if (limits === 'none') return undefined;
  if (limits === 'aws') return awsLimits(maxRecordBytes);
  const { bytesPerSecond, recordsPerSecond, burstSeconds } = limits;
  // A burst below one record or one largest record would refuse it for ever.
  const burstBytes = Math.max(bytesPerSecond * burstSeconds, maxRecordBytes);
  return { bytesPerSecond, recordsPerSecond, burstBytes, burstRecords: Math.max(1, recordsPerSecond * burstSeconds) };
}

/** How long a put that found its shard's ring full waits before it tries again. */
const ROOM_WAIT_NS = 50_000;

/** Puts are appended on the calling thread, so a call is complete when `put` returns, unless the ring is full. */
export class EngineProducerPort implements ProducerPort {
  readonly #writer: StreamWriter;
  readonly #open: (RecordBatch | undefined)[];
  /** Slots whose records found no room, oldest first, and the time of the next try. */
  readonly #waiting: number[] = [];
  /** Complete and not yet polled, as a ring. */
  readonly #complete: Int32Array;
  #completeCount = 0;
  nextAtNs = Number.POSITIVE_INFINITY;

  constructor(handle: EngineHandle, context: ProducerContext) {
    this.#writer = new StreamWriter(handle.stream, context.keys, context.batchCapacity);
    this.#open = new Array<RecordBatch | undefined>(context.inFlight).fill(undefined);
    this.#complete = new Int32Array(context.inFlight);
  }

  put(slot: number, batch: RecordBatch, nowNs: number): void {
    // Later batches queue behind one that found no room, or a key's records would overtake each other.
    if (this.#waiting.length === 0 && this.#writer.append(batch, nowNs) === 0) {
      this.#complete[this.#completeCount] = slot;
      this.#completeCount += 1;
      return;
    }
    this.#open[slot] = batch;
    this.#waiting.push(slot);
    this.nextAtNs = nowNs + ROOM_WAIT_NS;
  }

  poll(nowNs: number): number {
    if (this.#completeCount > 0) {
      this.#completeCount -= 1;
      return this.#complete[this.#completeCount]!;
    }
    const slot = this.#waiting[0];
    if (slot === undefined || nowNs < this.nextAtNs) return -1;
    if (this.#writer.append(this.#open[slot]!, nowNs) > 0) {
      this.nextAtNs = nowNs + ROOM_WAIT_NS;
      return -1;
    }
    this.#open[slot] = undefined;
    this.#waiting.shift();
    this.nextAtNs = this.#waiting.length === 0 ? Number.POSITIVE_INFINITY : nowNs;
    return slot;
  }

  close(): void {}
}

/** Records of one shard read in one poll, or the one claim that goes beyond: what one GetRecords gives at most. */
const RECORDS_A_POLL = 10_000;

/** Reads every shard in turn, straight from shared memory. */
export class EngineConsumerPort implements ConsumerPort {
  readonly #reader: StreamReader;
  /** By shard. */
  readonly #gaps: readonly GapWatch[];
  readonly #now: () => number;

  constructor(handle: EngineHandle, { now }: Pick<ConsumerContext, 'now'>) {
    this.#reader = new StreamReader(handle.stream);
    this.#gaps = handle.stream.shardLogs.map(() => new GapWatch());
    this.#now = now;
  }

  get trimmedRecords(): number {
    return this.#reader.lostRecords;
  }

  poll(nowNs: number, receiver: Receiver): number {
    let received = 0;
    for (let i = 0; i < this.#reader.shards.length; i++) {
      const shard = this.#reader.shards[i]!;
      const count = this.#pollShard(shard, nowNs, receiver);
      if (count === 0) this.#gaps[shard.shard]!.check(shard.reader, nowNs);
      shard.reader.release();
      received += count;
    }
    this.#reader.advance();
    return received;
  }

  sleep(nowNs: number, mostNs: number): void {
    this.#reader.sleep(nowNs, mostNs);
  }

  close(): void {
    this.#reader.close();
  }

  #pollShard(shard: ShardReader, startNs: number, receiver: Receiver): number {
    let nowNs = startNs;
    let received = 0;
    while (received < RECORDS_A_POLL) {
      const found = shard.next(nowNs);
      if (found === LOST) continue;
      if (found !== CLAIM_READY) break;
      // One reading of the clock a claim: what is read is received when the consumer has it in its hands.
      nowNs = this.#now();
      received += deliver(shard, nowNs, receiver);
    }
    return received;
  }
}

function deliver({ shard, log, reader }: ShardReader, nowNs: number, receiver: Receiver): number {
  const { records, writtenAtNs } = reader;
  receiver.begin(shard, writtenAtNs, writtenAtNs, nowNs);
  let frame = reader.firstFrameByte;
  for (let left = records; left > 0; left--) {
    const keyBytes = keyBytesAt(log, frame);
    const bytes = frameBytesAt(log, frame) - FRAME_HEADER_BYTES - alignFrame(keyBytes) + keyBytes;
    receiver.receive(
      sourceAt(log, frame),
      keyIndexAt(log, frame),
      keyCounterAt(log, frame),
      intendedAtNsAt(log, frame),
      bytes,
    );
    frame = nextFrameByte(log, frame);
  }
  receiver.end();
  return records;
}
