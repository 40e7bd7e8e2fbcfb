import { Doorbell } from '../log/doorbell.ts';
import { writeClaimHeader, writeFrames } from '../log/frame.ts';
import { blocksOf, CLAIM_HEADER_BYTES, frameLength } from '../log/layout.ts';
import { ACCEPTED, type ByteTable, PENDING, RecordBatch, THROTTLED, TOO_LARGE } from '../log/record-batch.ts';
import { ShardLog } from '../log/shard-log.ts';
import { oneStringTable, setString } from '../log/text-table.ts';
import { hashKey } from '../routing/hash-key.ts';
import { parseExplicitHashKey, shardOfHash } from '../routing/shard-map.ts';
import { Limiter } from '../twin/limits.ts';
import { KEY_MAX_BYTES, type StreamHandle } from './stream.ts';
import { type OpenShards, StreamMap } from './stream-map.ts';

/** One record as a producer passes it. */
export interface PutRequest {
  /** 1 to 256 characters. */
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** Decimal, 0 to 2^128 - 1; replaces the key's hash. */
  readonly explicitHashKey?: string;
}

/**
 * ACCEPTED, with the record's place; THROTTLED, over the shard's limit; PENDING, the shard's ring is full and held by a
 * reader; TOO_LARGE, over the stream's maximum record size.
 */
export type PutOutcome =
  | { readonly status: typeof ACCEPTED; readonly shard: number; readonly sequenceNumber: number }
  | { readonly status: typeof THROTTLED | typeof PENDING | typeof TOO_LARGE; readonly shard: number };

const KEY_MAX_CHARACTERS = 256;
const ONLY_ROW = Int32Array.of(0);

/** Puts single records with any key into a stream, from one thread. For many records at a time use a StreamWriter. */
export class RecordPutter {
  readonly #stream: StreamHandle;
  readonly #map: StreamMap;
  #open: OpenShards;
  /** Logs by shard; grows with the shards of the stream. */
  readonly #logs: ShardLog[] = [];
  readonly #limiter: Limiter | undefined;
  readonly #doorbell: Doorbell;
  readonly #key: ByteTable = oneStringTable(KEY_MAX_BYTES);
  readonly #data: ByteTable;
  readonly #batch: RecordBatch;
  readonly #hash = new Uint32Array(4);

  constructor(stream: StreamHandle) {
    this.#stream = stream;
    this.#map = new StreamMap(stream.map);
    this.#open = this.#followMap();
    this.#limiter = stream.limits && new Limiter(stream.limiter, stream.limits);
    this.#doorbell = new Doorbell(stream.doorbell);
    this.#data = oneStringTable(stream.maxRecordBytes);
    this.#batch = new RecordBatch(1, this.#key, this.#data, 0);
    this.#batch.count = 1;
    this.#batch.keyIndex[0] = 0;
  }

  /**
   * @param nowNs the time of writing, ns since the stream's epoch.
   * @throws RangeError for a key that is empty or over 256 characters, or a malformed explicit hash key.
   */
  put({ partitionKey, data, explicitHashKey }: PutRequest, nowNs: number): PutOutcome {
    const key = Buffer.from(partitionKey);
    if (key.length === 0 || [...partitionKey].length > KEY_MAX_CHARACTERS) {
      throw new RangeError(`a partition key has 1 to ${KEY_MAX_CHARACTERS} characters`);
    }
    if (explicitHashKey === undefined) hashKey(key, 0, key.length, this.#hash);
    else parseExplicitHashKey(explicitHashKey, this.#hash);
    setString(this.#key, 0, key);
    const isTooLarge = key.length + data.length > this.#stream.maxRecordBytes;
    if (!isTooLarge) setString(this.#data, 0, data);
    this.#batch.intendedAtNs[0] = nowNs;
    for (;;) {
      if (this.#map.version !== this.#open.version) this.#open = this.#followMap();
      const shard = this.#open.indexes[shardOfHash(this.#open, this.#hash)]!;
      if (isTooLarge) return { status: TOO_LARGE, shard };
      const outcome = this.#putInto(shard, nowNs);
      // A closed shard is not in a later map.
      if (outcome.status !== PENDING || this.#map.version === this.#open.version) return outcome;
    }
  }

  #putInto(shard: number, nowNs: number): PutOutcome {
    if (this.#limiter?.admit(shard, nowNs, this.#batch, ONLY_ROW, 0, 1) === 0) return { status: THROTTLED, shard };
    const sequenceNumber = this.#write(shard, nowNs);
    if (sequenceNumber < 0) {
      this.#limiter?.giveBack(shard, this.#batch, ONLY_ROW, 0, 1);
      return { status: PENDING, shard };
    }
    this.#doorbell.ring();
    return { status: ACCEPTED, shard, sequenceNumber };
  }

  #followMap(): OpenShards {
    const open = this.#map.open();
    for (let shard = this.#logs.length; shard < open.madeCount; shard++) {
      this.#logs.push(new ShardLog(this.#stream.shardLogs[shard]!));
    }
    return open;
  }

  #write(shard: number, nowNs: number): number {
    const log = this.#logs[shard]!;
    const bytes = CLAIM_HEADER_BYTES + frameLength(this.#key.lengths[0]!, this.#data.lengths[0]!);
    const claimByte = log.claim(blocksOf(bytes));
    if (claimByte < 0) return claimByte;
    const sequenceNumber = log.sequenceNumberOf(claimByte + CLAIM_HEADER_BYTES);
    writeClaimHeader(log, claimByte, bytes, 1, nowNs);
    writeFrames(log, claimByte + CLAIM_HEADER_BYTES, this.#batch, ONLY_ROW, 0, 1);
    return log.publish(claimByte, blocksOf(bytes), 1) ? sequenceNumber : -1;
  }
}
