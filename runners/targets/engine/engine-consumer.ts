import {
  frameBytesAt,
  intendedAtNsAt,
  keyBytesAt,
  keyCounterAt,
  keyIndexAt,
  nextFrameByte,
  sourceAt,
} from '../../../engine/log/frame.ts';
import { GapWatch } from '../../../engine/log/gap-watch.ts';
import { alignFrame, FRAME_HEADER_BYTES } from '../../../engine/log/layout.ts';
import { CLAIM_READY, LOST } from '../../../engine/log/shard-log-reader.ts';
import { PARK } from '../../../engine/log/wait-policy.ts';
import { type ShardReader, StreamReader } from '../../../engine/threads/stream-reader.ts';
import type { RunControl } from '../../threads/run-control.ts';
import type { ConsumerContext, ConsumerPort, Receiver } from '../target.ts';
import { ReadFaults } from './engine-faults.ts';
import type { EngineHandle } from './engine-target.ts';
import { type ReadPace, readPaceOf } from './read-limits.ts';

/**
 * Largest result of one poll of a shard; only the last claim may exceed it. Source: type documentation of GetRecords,
 * @aws-sdk/client-kinesis 3.1143.0.
 */
const RECORDS_A_POLL = 10_000;
const BYTES_A_POLL = 10 * 1024 * 1024;

/** Time between two checks of a consumer's other shards while it must not read one. */
const HELD_NAP_NS = 1e6;

/** Reads every shard in turn, straight from shared memory. */
export class EngineConsumerPort implements ConsumerPort {
  readonly #reader: StreamReader;
  /** By shard. */
  readonly #gaps: readonly GapWatch[];
  readonly #now: () => number;
  readonly #faults: ReadFaults | undefined;
  readonly #pace: ReadPace | undefined;

  constructor(handle: EngineHandle, { now, consumer }: ConsumerContext) {
    const { stream, profile } = handle;
    const delay = consumer.kind === 'fan-out' ? profile?.fanOut : profile?.polling;
    this.#reader = new StreamReader(stream, 'trim-horizon', PARK, delay);
    this.#gaps = handle.stream.shardLogs.map(() => new GapWatch());
    this.#now = now;
    this.#faults = handle.faults && new ReadFaults(handle.faults, consumer);
    this.#pace = handle.readLimits && readPaceOf(handle.readLimits, consumer);
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#pace?.counts ?? {};
  }

  get trimmedRecords(): number {
    return this.#reader.lostRecords;
  }

  poll(nowNs: number, receiver: Receiver): number {
    let received = 0;
    const skipsHeldBack = this.#pace?.countsEmptyReads !== true;
    for (let i = 0; i < this.#reader.shards.length; i++) {
      const shard = this.#reader.shards[i]!;
      if (skipsHeldBack && shard.isHeldBack(nowNs)) continue;
      if (this.#faults?.mayRead(shard.shard, nowNs) === false) continue;
      if (this.#pace?.mayRead(shard.shard, nowNs) === false) continue;
      const count = this.#pollShard(shard, nowNs, receiver);
      if (count === 0) this.#gaps[shard.shard]!.check(shard.reader, nowNs);
      shard.reader.release();
      received += count;
    }
    this.#reader.advance();
    return received;
  }

  sleep(nowNs: number, maxNs: number, control: RunControl): void {
    // Records in a shard that must not be read would end the reader's sleep at once.
    const isHeld = this.#faults?.isStalled(nowNs) === true || this.#pace?.isHeld(nowNs) === true;
    if (isHeld) control.sleep(control.state, Math.min(maxNs, HELD_NAP_NS));
    else this.#reader.sleep(nowNs, maxNs);
  }

  close(): void {
    this.#reader.close();
  }

  #pollShard(shard: ShardReader, startNs: number, receiver: Receiver): number {
    let nowNs = startNs;
    let received = 0;
    let bytes = 0;
    while (received < RECORDS_A_POLL && bytes < BYTES_A_POLL) {
      const found = shard.next(nowNs);
      if (found === LOST) continue;
      if (found !== CLAIM_READY) break;
      // One reading of the clock a claim: what is read is received when the consumer has it in its hands.
      nowNs = this.#now();
      const claimBytes = deliver(shard, nowNs, receiver);
      received += shard.reader.records;
      bytes += claimBytes;
      if (this.#pace?.hasRead(shard.shard, claimBytes, nowNs) === false) break;
    }
    return received;
  }
}

/** Gives a claim's records to the receiver. Returns their bytes, keys and data. */
function deliver({ shard, log, reader }: ShardReader, nowNs: number, receiver: Receiver): number {
  const { records, writtenAtNs } = reader;
  receiver.begin(shard, writtenAtNs, writtenAtNs, nowNs);
  let frame = reader.firstFrameByte;
  let total = 0;
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
    total += bytes;
    frame = nextFrameByte(log, frame);
  }
  receiver.end();
  return total;
}
