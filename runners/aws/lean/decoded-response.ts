import { readCbor } from '../../../engine/wire/cbor-reader.ts';
import type { ReadRecords, RecordTaker } from '../read-client.ts';
import { type NewShard, newShards } from '../shard-walk.ts';
import { malformedResponse } from './malformed-response.ts';
import type { ReadResponse } from './response-parts.ts';

type Fields = Readonly<Record<string, unknown>>;

const OBJECT_START = '{'.charCodeAt(0);
/** Bytes before the first one of JSON. */
const SPACE = 0x20;

/**
 * Decodes a body of the service with objects: for responses without records, and for those that are not read in place. No map
 * of CBOR begins like a JSON object, so the content type does not matter.
 * @throws MalformedResponse
 */
export function decodedBody(bytes: Buffer): Fields {
  let value: unknown;
  try {
    value = isJson(bytes) ? JSON.parse(bytes.toString()) : readCbor(bytes);
  } catch (cause) {
    throw malformedResponse('the response is neither JSON nor CBOR', cause);
  }
  return fieldsOf(value, 'the response');
}

/** Returns true for a body that begins like a JSON object. */
export function isJson(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length && bytes[at]! <= SPACE) at += 1;
  return bytes[at] === OBJECT_START;
}

/**
 * Decodes a response of GetRecords or an event of SubscribeToShard.
 * @throws MalformedResponse
 */
export function decodedResponse(bytes: Buffer): ReadResponse {
  const { Records, NextShardIterator, ContinuationSequenceNumber, MillisBehindLatest, ChildShards } =
    decodedBody(bytes);
  if (Records === undefined && NextShardIterator === undefined && ContinuationSequenceNumber === undefined) {
    throw malformedResponse('the response has neither records nor a position');
  }
  const records = listOf(Records, 'Records').map(recordOf);
  return {
    records: records.length === 0 ? undefined : new DecodedRecords(records),
    lastSequenceNumber: records.findLast(({ sequenceNumber }) => sequenceNumber !== undefined)?.sequenceNumber,
    nextIterator: textOf(NextShardIterator, 'NextShardIterator'),
    continuation: textOf(ContinuationSequenceNumber, 'ContinuationSequenceNumber'),
    behindMs: typeof MillisBehindLatest === 'number' ? MillisBehindLatest : 0,
    children: childrenOf(ChildShards),
  };
}

interface DecodedRecord {
  readonly data: Uint8Array;
  readonly keyBytes: number;
  readonly sequenceNumber: string | undefined;
}

class DecodedRecords implements ReadRecords {
  readonly #list: readonly DecodedRecord[];

  constructor(list: readonly DecodedRecord[]) {
    this.#list = list;
  }

  giveTo(taker: RecordTaker): void {
    for (const { data, keyBytes } of this.#list) {
      taker.record(new DataView(data.buffer, data.byteOffset, data.byteLength), 0, data.byteLength, keyBytes);
    }
  }
}

function recordOf(record: unknown): DecodedRecord {
  const { Data, PartitionKey, SequenceNumber } = fieldsOf(record, 'a record');
  return {
    data: dataOf(Data),
    keyBytes: Buffer.byteLength(textOf(PartitionKey, 'PartitionKey') ?? ''),
    sequenceNumber: textOf(SequenceNumber, 'SequenceNumber'),
  };
}

/** A record without data counts as an empty one: it is no record of a run, and is counted as such. */
function dataOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  return Buffer.from(textOf(data, 'Data') ?? '', 'base64');
}

function childrenOf(children: unknown): readonly NewShard[] {
  const list = listOf(children, 'ChildShards').map((child) => {
    const { ShardId, ParentShards } = fieldsOf(child, 'a child shard');
    const parents = listOf(ParentShards, 'ParentShards').map((parent) => textOf(parent, 'ParentShards') ?? '');
    return { ShardId: textOf(ShardId, 'ShardId') ?? '', ParentShards: parents };
  });
  return newShards(list);
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)) {
    return value as Fields;
  }
  throw malformedResponse(`${what} must be an object`);
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw malformedResponse(`${name} must be a list`);
}

/** Undefined for null and for empty text. */
function textOf(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw malformedResponse(`${name} must be text`);
}
