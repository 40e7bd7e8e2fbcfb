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
import { CLAIM_READY, LOST } from '../engine/shard-log-reader.ts';
import { type ShardReader, StreamReader } from '../engine/stream-reader.ts';
import type { RunControl } from './run-control.ts';
import type { ConsumerContext, ConsumerPort, Receiver } from './target.ts';
import type { EngineHandle } from './target-engine.ts';
import { ReadFaults } from './target-engine-faults.ts';

/** Records of one shard read in one poll, or the one claim that goes beyond: what one GetRecords gives at most. */
const RECORDS_A_POLL = 10_000;

/** How often a consumer looks at its other shards while one is stalled. */
const STALLED_NAP_NS = 1e6;

/** Reads every shard in turn, straight from shared memory. */
export class EngineConsumerPort implements ConsumerPort {
  readonly #reader: StreamReader;
  /** By shard. */
  readonly #gaps: readonly GapWatch[];
  readonly #now: () => number;
  readonly #faults: ReadFaults | undefined;

  constructor(handle: EngineHandle, { now, consumer }: ConsumerContext) {
    this.#reader = new StreamReader(handle.stream);
    this.#gaps = handle.stream.shardLogs.map(() => new GapWatch());
    this.#now = now;
    this.#faults = handle.faults && new ReadFaults(handle.faults, consumer);
  }

  get trimmedRecords(): number {
    return this.#reader.lostRecords;
  }

  poll(nowNs: number, receiver: Receiver): number {
    let received = 0;
    for (let i = 0; i < this.#reader.shards.length; i++) {
      const shard = this.#reader.shards[i]!;
      if (this.#faults?.mayRead(shard.shard, nowNs) === false) continue;
      const count = this.#pollShard(shard, nowNs, receiver);
      if (count === 0) this.#gaps[shard.shard]!.check(shard.reader, nowNs);
      shard.reader.release();
      received += count;
    }
    this.#reader.advance();
    return received;
  }

  sleep(nowNs: number, mostNs: number, control: RunControl): void {
    // What stands in a stalled shard would end the reader's sleep at once.
    if (this.#faults?.isStalled(nowNs) === true) control.sleep(control.state, Math.min(mostNs, STALLED_NAP_NS));
    else this.#reader.sleep(nowNs, mostNs);
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
