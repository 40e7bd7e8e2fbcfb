import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { AGGREGATE_BYTES_MAX } from '../../../engine/aggregate/aggregate-format.ts';
import { type ByteTable, type RecordBatch, TOO_LARGE } from '../../../engine/log/record-batch.ts';
import { hashKey } from '../../../engine/routing/hash-key.ts';
import { AggregateWriter } from '../../aws/aggregate-writer.ts';
import { ENVELOPE_BYTES, emptyEnvelope, writeEnvelopeAt } from '../envelope.ts';
import type { Rows } from './put-outcomes.ts';

/** PutRecords takes so many entries and bytes, partition keys included. Amazon Kinesis API Reference, 2025-10. */
export const CALL_ENTRIES_MAX = 500;
export const CALL_BYTES_MAX = 10 * 2 ** 20;
/** Partition key of every aggregate, as in the KPL: the explicit hash key selects the shard. */
const AGGREGATE_KEY = 'a';

/** The part of a batch that one call sends, and the rows of each entry. */
export interface PutRequest {
  readonly entries: PutRecordsRequestEntry[];
  /** By entry: its row, or all the rows of an aggregate. */
  readonly rows: Rows[];
}

export interface PutRequestOptions {
  readonly keys: ByteTable;
  readonly runId: number;
  readonly maxRecordBytes: number;
  /** Entries of one call: 1 for PutRecord. */
  readonly maxEntries: number;
  /** Where a key goes, for aggregates; undefined sends every record as it is. */
  readonly shardOf: ShardOf | undefined;
}

type ShardOf = (keyIndex: number) => number;

/** Rows of one shard on their way into an aggregate. */
interface Group {
  readonly writer: AggregateWriter;
  readonly rows: number[];
}

/** Turns the rows of a batch into calls. */
export class PutRequests {
  readonly #options: PutRequestOptions;
  readonly #keyText: Buffer;
  readonly #envelope = emptyEnvelope();
  readonly #hash = new Uint32Array(4);
  #requests: PutRequest[] = [];
  #open: PutRequest = { entries: [], rows: [] };
  #openBytes = 0;

  constructor(options: PutRequestOptions) {
    const { bytes } = options.keys;
    this.#options = { ...options, maxEntries: Math.min(options.maxEntries, CALL_ENTRIES_MAX) };
    this.#keyText = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /**
   * The calls for a batch's rows, handed over at `nowNs`. Rows that no call would take are decided here: TOO_LARGE, as one
   * of them would make the service reject the whole call.
   */
  requestsOf(batch: RecordBatch, nowNs: number): readonly PutRequest[] {
    this.#requests = [];
    const data = this.#dataOf(batch, nowNs);
    if (this.#options.shardOf === undefined) {
      for (let row = 0; row < batch.count; row++) {
        if (data[row] !== undefined) this.#add({ Data: data[row], PartitionKey: this.#key(batch, row) }, row);
      }
    } else this.#addAggregates(batch, data, this.#options.shardOf);
    this.#close();
    return this.#requests;
  }

  /** Envelope and payload of each row, in one buffer for all of them. */
  #dataOf(batch: RecordBatch, nowNs: number): (Buffer | undefined)[] {
    const { payloads, keys } = batch;
    const lengthOf = (row: number) => payloads.lengths[batch.payloadIndex[row]!]!;
    let total = 0;
    for (let row = 0; row < batch.count; row++) total += lengthOf(row);
    const all = Buffer.allocUnsafe(total);
    const view = new DataView(all.buffer, all.byteOffset, total);
    let at = 0;
    return Array.from({ length: batch.count }, (_, row) => {
      const length = lengthOf(row);
      if (length + keys.lengths[batch.keyIndex[row]!]! > this.#options.maxRecordBytes) {
        batch.status[row] = TOO_LARGE;
        return undefined;
      }
      const from = at;
      at += length;
      this.#stamp(view, from, batch, row, nowNs);
      const offset = payloads.offsets[batch.payloadIndex[row]!]!;
      all.set(payloads.bytes.subarray(offset, offset + length - ENVELOPE_BYTES), from + ENVELOPE_BYTES);
      return all.subarray(from, at);
    });
  }

  #stamp(out: DataView, at: number, batch: RecordBatch, row: number, nowNs: number): void {
    const envelope = this.#envelope;
    envelope.source = batch.source;
    envelope.keyIndex = batch.keyIndex[row]!;
    envelope.keyCounter = batch.keyCounter[row]!;
    envelope.intendedAtNs = batch.intendedAtNs[row]!;
    envelope.handedOverAtNs = nowNs;
    writeEnvelopeAt(out, at, this.#options.runId, envelope);
  }

  /** Rows of one shard go into aggregates together, in their order; a single row is sent without an aggregate. */
  #addAggregates(batch: RecordBatch, data: readonly (Buffer | undefined)[], shardOf: ShardOf): void {
    const open = new Map<number, Group>();
    const maxBytes = Math.min(AGGREGATE_BYTES_MAX, this.#options.maxRecordBytes - AGGREGATE_KEY.length);
    for (let row = 0; row < batch.count; row++) {
      const bytes = data[row];
      if (bytes === undefined) continue;
      const keyIndex = batch.keyIndex[row]!;
      const shard = shardOf(keyIndex);
      const record = { key: this.#keyBytes(keyIndex), data: bytes };
      const group = open.get(shard);
      if (group?.writer.add(keyIndex, record, maxBytes) === true) {
        group.rows.push(row);
        continue;
      }
      if (group !== undefined) this.#addGroup(batch, data, group);
      const writer = new AggregateWriter();
      writer.add(keyIndex, record);
      open.set(shard, { writer, rows: [row] });
    }
    for (const group of open.values()) this.#addGroup(batch, data, group);
  }

  #addGroup(batch: RecordBatch, data: readonly (Buffer | undefined)[], { writer, rows }: Group): void {
    const first = rows[0]!;
    if (rows.length > 1) this.#add(this.#aggregateEntry(batch, writer, first), rows);
    else this.#add({ Data: data[first]!, PartitionKey: this.#key(batch, first) }, first);
  }

  #aggregateEntry(batch: RecordBatch, writer: AggregateWriter, firstRow: number): PutRecordsRequestEntry {
    const { keys } = this.#options;
    const keyIndex = batch.keyIndex[firstRow]!;
    hashKey(keys.bytes, keys.offsets[keyIndex]!, keys.lengths[keyIndex]!, this.#hash);
    return { Data: writer.write(), PartitionKey: AGGREGATE_KEY, ExplicitHashKey: decimalOf(this.#hash) };
  }

  #add(entry: PutRecordsRequestEntry, rows: Rows): void {
    const bytes = entry.Data!.length + Buffer.byteLength(entry.PartitionKey ?? '');
    const isFull = this.#open.entries.length === this.#options.maxEntries;
    if (isFull || (this.#openBytes + bytes > CALL_BYTES_MAX && this.#open.entries.length > 0)) this.#close();
    this.#open.entries.push(entry);
    this.#open.rows.push(rows);
    this.#openBytes += bytes;
  }

  #close(): void {
    if (this.#open.entries.length > 0) this.#requests.push(this.#open);
    this.#open = { entries: [], rows: [] };
    this.#openBytes = 0;
  }

  #key(batch: RecordBatch, row: number): string {
    const { offsets, lengths } = this.#options.keys;
    const keyIndex = batch.keyIndex[row]!;
    return this.#keyText.toString('utf8', offsets[keyIndex]!, offsets[keyIndex]! + lengths[keyIndex]!);
  }

  #keyBytes(keyIndex: number): Uint8Array {
    const { bytes, offsets, lengths } = this.#options.keys;
    return bytes.subarray(offsets[keyIndex]!, offsets[keyIndex]! + lengths[keyIndex]!);
  }
}

/** Four uint32, most significant first, as the service writes hash keys. */
function decimalOf(hash: Uint32Array): string {
  return hash.reduce((value, word) => (value << 32n) | BigInt(word), 0n).toString();
}
