import { type Connection, fetchV12, type Reader } from '@platformatic/kafka';
import type { FetchSpec } from '../../../workloads/targets/kafka.ts';

/** Fetch, version 12, the last one that names topics by name: Kafka 2.7 to 4.x have it. Source: https://kafka.apache.org/protocol. */
export const FETCH = { key: 1, version: 12 } as const;

/** Like Java's max.partition.fetch.bytes. */
const PARTITION_BYTES = 2 ** 20;
const INT64_BYTES = 8;
const READ_UNCOMMITTED = 0;
/** Requests that belong to no fetch session. */
const NO_SESSION = { id: 0, epoch: -1 } as const;

export interface FetchPosition {
  readonly partition: number;
  readonly offset: number;
}

export interface FetchedPartition {
  readonly partition: number;
  /** 0 for none. */
  readonly code: number;
  /** Offset behind the last record that all replicas in sync have: the end of what consumers can read. */
  readonly highWatermark: number;
  readonly logStartOffset: number;
  /** Record batches as the broker stores them. */
  readonly bytes: Buffer;
}

export interface FetchResponse {
  readonly throttledMs: number;
  readonly partitions: readonly FetchedPartition[];
}

/** Requests records from the leader of the partitions. */
export function fetchFrom(
  connection: Connection,
  topic: string,
  positions: readonly FetchPosition[],
  { waitNs, minBytes, maxBytes }: FetchSpec,
): Promise<FetchResponse> {
  const partitions = positions.map(({ partition, offset }) => ({
    partition,
    currentLeaderEpoch: -1,
    fetchOffset: BigInt(offset),
    lastFetchedEpoch: -1,
    partitionMaxBytes: PARTITION_BYTES,
  }));
  const request = () =>
    fetchV12.createRequest(
      Math.round(waitNs / 1e6),
      minBytes,
      maxBytes,
      READ_UNCOMMITTED,
      NO_SESSION.id,
      NO_SESSION.epoch,
      [{ topicId: topic, partitions }],
      [],
      '',
    );
  return new Promise((resolve, reject) => {
    connection.send<FetchResponse>(FETCH.key, FETCH.version, request, responseOf, true, true, (error, response) => {
      if (error !== null || response === undefined) reject(error ?? new Error('fetch without a response'));
      else resolve(response);
    });
  });
}

/** Keeps the record batches as they are: the library would make an object of each record. */
function responseOf(_correlationId: number, _key: number, _version: number, reader: Reader): FetchResponse {
  const throttledMs = reader.readInt32();
  const code = reader.readInt16();
  reader.readInt32();
  const partitions: FetchedPartition[] = [];
  reader.readArray((topics) => {
    topics.readString();
    topics.readArray((each) => void partitions.push(partitionOf(each, code)));
  });
  return { throttledMs, partitions };
}

function partitionOf(reader: Reader, codeOfAll: number): FetchedPartition {
  const partition = reader.readInt32();
  const code = reader.readInt16();
  const highWatermark = Number(reader.readInt64());
  reader.readInt64();
  const logStartOffset = Number(reader.readInt64());
  reader.readNullableArray((aborted) => void aborted.skip(2 * INT64_BYTES));
  reader.readInt32();
  const bytes = recordsOf(reader);
  return { partition, code: code === 0 ? codeOfAll : code, highWatermark, logStartOffset, bytes };
}

/** Compact records: the length plus one, 0 for null. */
function recordsOf(reader: Reader): Buffer {
  const length = Math.max(0, reader.readUnsignedVarInt() - 1);
  const { position } = reader;
  reader.skip(length);
  return reader.buffer.slice(position, position + length);
}
